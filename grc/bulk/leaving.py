"""The work of somebody whose account closes: handed over case by case, reported, undone.

An administrator reads no case. She says who takes over; each case goes to that person where she
works in its unit and may read it, and back to the queue of its unit where not. Cases reserved to
a list follow the same rule and are in no count: those of the list find them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, tuple_, update

from grc.bulk.in_hand import in_hand
from grc.bulk.models import BulkAct, BulkLine
from grc.bulk.service import CHANGED, DONE, KEPT, REFUSED, UNDONE, UNDONE_WITHIN, WAITING
from grc.cases import service as cases
from grc.cases import unread
from grc.cases.fields import NOBODY
from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.states import Status
from grc.core import audit, steps
from grc.core.actor import Actor
from grc.core.db import add, add_all, among, execute, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.correspondence import delegating
from grc.staff import accounts
from grc.staff.models import User
from grc.staff.policy import Level, Permission, allowed
from grc.staff.queries import works_in
from grc.work.models import Draft, Task

KIND = "leave"
NOT_HERS = N_("Cette personne ne peut plus la traiter ou la lire.")


def receiver(login: str, leaving: int) -> User | None:
    """Who takes over; None for nobody in particular. Raises InvalidInput."""
    if not login.strip():
        return None
    query = select(User).where(User.login == login.strip().lower(), User.is_active)
    found = session().scalar(query)
    if found is None or found.id == leaving or not works_in([found.id]):
        text = N_("Aucun compte ouvert de ce nom ne traite de demandes.")
        raise InvalidInput(text, field="login")
    return found


def close(user_id: int, to: User | None, key: str, *, actor: Actor, now: datetime) -> list[int]:
    """Close an account, end its delegations and hand its work over; the ids of the lines to
    carry out. Raises Forbidden, InvalidInput, see `accounts.close`."""
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur tient les comptes."))
    if not accounts.close(user_id, actor=actor, now=now):
        return []
    delegating.end_all_of(user_id, actor=actor, now=now)
    unread.hand_up(user_id, now=now)
    target = to.id if to else None
    act_id = add(
        BulkAct,
        key=key,
        user_id=actor.user_id or user_id,  # of the command line nobody has an account
        about_user_id=user_id,
        kind=KIND,
        chosen={
            "by": [actor.label, actor.user_id],
            "from": user_id,
            "to": target,
            "tasks": _give_tasks(user_id, target, now),
            "drafts": _share_drafts(user_id),
        },
        at=now,
    )
    rows = session().scalars(select(Handling).where(*in_hand(user_id)).order_by(Handling.id))
    given = {"bulk_act_id": act_id, "state": WAITING}
    lines = [
        given | {"case_id": row.case_id, "handling_id": row.id, "version": row.version}
        for row in rows
    ]
    add_all(BulkLine, list({line["case_id"]: line for line in lines}.values()))
    who, whom = accounts.account(user_id).login, to.login if to else "–"
    subject = ("user", user_id)
    audit.record(Event.USER_WORK_GIVEN, subject=subject, actor=actor, now=now, who=who, to=whom)
    return _plan("leave", act_id, now)


def _plan(step: str, act_id: int, now: datetime) -> list[int]:
    query = select(BulkLine.id).where(BulkLine.bulk_act_id == act_id).order_by(BulkLine.id)
    ids = list(session().scalars(query))
    for line_id in ids:
        subject = ("bulk_line", line_id)
        if step == "leave":
            steps.plan("leave", subject, key=f"leave:{line_id}", now=now)
        else:
            steps.plan("leave_undo", subject, key=f"leave_undo:{line_id}", now=now)
    return ids


def _give_tasks(user_id: int, to: int | None, now: datetime) -> list[int]:
    """Give her tasks to who takes over where she may read their case, else to their unit."""
    pending = (Task.assignee_id == user_id, Task.done_at.is_(None))
    query = (
        select(Task.id, Task.unit_id, Task.case_id, Case.level, CaseAccess.effect, CaseAccess.until)
        .outerjoin(Case, Case.id == Task.case_id)
        .outerjoin(CaseAccess, and_(CaseAccess.case_id == Case.id, CaseAccess.user_id == to))
    )
    rows = session().execute(query.where(*pending).order_by(Task.id)).all()
    units = _units(to)
    given = [row.id for row in rows if row.case_id is None or _takes(row, units, now)]
    execute(update(Task).where(*pending).values(assignee_id=None))
    execute(update(Task).where(among(Task.id, given)).values(assignee_id=to))
    return [row.id for row in rows]


def _units(to: int | None) -> Collection[int]:
    """Where who takes over works; nowhere when nobody does."""
    return works_in([to]).get(to, frozenset()) if to is not None else ()


def _takes(row: Any, units: Collection[int], now: datetime) -> bool:
    lasts = row.until is None or row.until > now
    return row.unit_id in units and not cases.keeps_out(row.level, row.effect if lasts else None)


def _share_drafts(user_id: int) -> list[list[Any]]:
    """Let who may write on a case see what she had begun there."""
    own = (Draft.user_id == user_id, Draft.shared.is_(False))
    keys = [[row.case_id, row.page] for row in session().execute(
        select(Draft.case_id, Draft.page).where(*own)
    )]  # fmt: skip
    execute(update(Draft).where(*own).values(shared=True))
    return keys


def _fits(case: Case, rows: Sequence[Handling], to: int | None, now: datetime) -> list[int | None]:
    """Who takes over each part: she, where she works in its unit and may read the case."""
    units = _units(to)
    if to is None or not units or cases.is_kept_from(case, to, now):
        return [None for _row in rows]
    return [to if row.unit_id in units else None for row in rows]


def _held(line_id: int) -> tuple[BulkLine, BulkAct, Case]:
    line = session().get_one(BulkLine, line_id, with_for_update=True)
    case = session().get_one(Case, line.case_id)
    cases.alone(case)
    return line, session().get_one(BulkAct, line.bulk_act_id), case


def carry(line_id: int, *, now: datetime) -> None:
    """Hand one case over, as it is now: every part of it that is hers."""
    line, act, case = _held(line_id)
    if line.state != WAITING:
        return
    own = [row for row in _parts(case) if row.assignee_id == act.chosen["from"]]
    if act.undone_at is not None:
        line.state = KEPT
    elif not own:
        line.state, line.why = REFUSED, Text(CHANGED).as_json()
    else:
        fits = _fits(case, own, act.chosen["to"], now)
        for row, to in zip(own, fits, strict=True):
            _assign(case, row, to, Actor(*act.chosen["by"]), now)
        parts = {str(row.id): row.version for row in own}
        line.state, line.after = DONE, {"parts": parts, "to": next(filter(None, fits), None)}
    session().flush()


def _parts(case: Case) -> list[Handling]:
    rows = select(Handling).where(Handling.case_id == case.id, Handling.is_open)
    fresh = rows.order_by(Handling.id).execution_options(populate_existing=True)
    return list(session().scalars(fresh))


def _assign(case: Case, row: Handling, to: int | None, actor: Actor, now: datetime) -> None:
    """As `work.assign` and `work.release` do, for an administrator who reads nothing."""
    was = row.assignee_id
    cases.change(row, assignee_id=to, taken_at=now if to else row.taken_at)
    about: dict[str, Any] = {"subject": ("handling", row.id), "case_id": case.id, "now": now}
    old, new = Status.IN_PROGRESS, Status.RECEIVED
    event, person = Event.CASE_RELEASED, was
    if to is not None:
        old, new, event, person = new, old, Event.CASE_ASSIGNED, to
    if row.status == old:
        cases.set_status(case, row, new, actor=actor, now=now)
    name = accounts.account(person or 0).name
    before = accounts.account(was).name if was else NOBODY
    audit.record(event, actor=actor, assignee=name, old=before, **about)


def give_up(line_id: int, _error: str, _now: datetime) -> None:
    """A case that fails each time stays with her, and is reported."""
    line = session().get_one(BulkLine, line_id, with_for_update=True)
    if line.state == WAITING:
        line.state = REFUSED
        session().flush()


def last_act(user_id: int) -> BulkAct | None:
    """The latest handing over of somebody's work."""
    query = select(BulkAct).where(BulkAct.about_user_id == user_id, BulkAct.kind == KIND)
    return session().scalar(query.order_by(BulkAct.id.desc()).limit(1))


def report(act: BulkAct) -> Mapping[str, int]:
    """How many cases were given, went to a queue, changed meanwhile, are to be done; without
    the reserved ones."""
    query = select(BulkLine.state, BulkLine.after).join(Case, Case.id == BulkLine.case_id)
    where = (BulkLine.bulk_act_id == act.id, Case.level != Level.NAMED)
    counts = dict.fromkeys(("given", "queue", REFUSED, WAITING, UNDONE), 0)
    for state, after in session().execute(query.where(*where)):
        name = ("given" if after["to"] else "queue") if state == DONE else state
        counts[name] = counts.get(name, 0) + 1
    return counts


def undo(user_id: int, *, actor: Actor, now: datetime) -> Sequence[int]:
    """Open the account again and give its work back, where nobody has touched it since; the
    lists of reserved cases are as before, where nobody decided otherwise. The
    ids of the lines. Raises Forbidden, InvalidInput after a day, NotFound."""
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur tient les comptes."))
    act = last_act(user_id)
    if act is None:
        raise NotFound(N_("Aucun travail n'a été transmis."))
    if now - act.at > UNDONE_WITHIN:
        raise InvalidInput(N_("Le travail se rend le jour même : corrigez chaque demande."))
    still = (BulkAct.id == act.id, BulkAct.undone_at.is_(None))
    chosen = act.chosen | {"undone_by": [actor.label, actor.user_id]}
    values = {"undone_at": now, "chosen": chosen}
    if execute(update(BulkAct).where(*still), values).rowcount != 1:
        return []
    accounts.reopen(user_id, actor=actor, now=now)
    unread.hand_back(user_id, now=now)
    _back(act, user_id)
    who = accounts.account(user_id).login
    audit.record(Event.USER_WORK_BACK, subject=("user", user_id), actor=actor, now=now, who=who)
    return _plan("leave_undo", act.id, now)


def _back(act: BulkAct, user_id: int) -> None:
    """Her tasks that are still where they went, her drafts as they were."""
    where = (Task.id.in_(act.chosen["tasks"]), Task.done_at.is_(None))
    there = Task.assignee_id.is_(None) | (Task.assignee_id == act.chosen["to"])
    execute(update(Task).where(*where, there).values(assignee_id=user_id))
    keys = [tuple(key) for key in act.chosen["drafts"]]
    if keys:
        own = (Draft.user_id == user_id, tuple_(Draft.case_id, Draft.page).in_(keys))
        execute(update(Draft).where(*own).values(shared=False))


def take_back(line_id: int, *, now: datetime) -> None:
    """Give one case back, if nobody has touched it since and she may still have it."""
    line, act, case = _held(line_id)
    if line.state == WAITING:
        line.state = KEPT
    elif line.state == DONE and line.after:
        known = line.after["parts"]
        own = [row for row in _parts(case) if known.get(str(row.id)) == row.version]
        fits = [row for row in own if unread.may_have(case, act.chosen["from"], now)]
        for row in fits:
            _assign(case, row, act.chosen["from"], Actor(*act.chosen["undone_by"]), now)
        why = Text(NOT_HERS if own else CHANGED).as_json()
        line.state, line.why = (UNDONE, None) if fits else (DONE, why)
    session().flush()
