"""Exceptional access: opening one case one may not read, for a reason, for some hours.

Only by the exact reference. A reference that is wrong, one that may never be opened so and one
that exists nowhere are answered alike, and each try counts: nobody finds out what exists by
trying. It reads and does no more; the units in charge and the data-protection officer are told
at once; it ends by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, or_, select
from sqlalchemy.orm import aliased

from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.queries import NOW, by_reference, visible_to
from grc.cases.service import facts_for
from grc.core import audit
from grc.core.actor import Actor
from grc.core.audit import Remark
from grc.core.clock import paris_minute
from grc.core.db import add_all, execute, lock, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.organisation.queries import snapshot
from grc.outbox import notices
from grc.staff import throttle
from grc.staff.models import User
from grc.staff.policy import DENY, EXCEPTIONAL, CaseFacts, Permission, Role, allowed

PAGE = 50
TRIES = 10  # in `throttle.WINDOW`, right ones included: ten cases in a quarter of an hour
_LOCK = 92_140  # of the count of tries
SHORTEST = 10  # characters of a reason
PATH = "/acces-exceptionnels"
NOT_OPENED = N_("Aucune demande de cette référence ne peut être ouverte ainsi.")
_Held = aliased(CaseAccess)  # apart from the rows by which the reader herself may read
_ROWS: Select[Any] = (
    select(Case, _Held.user_id, _Held.until, User.name)
    .add_columns(Remark.text, Remark.created_at)
    .join(_Held, _Held.case_id == Case.id)
    .join(User, User.id == _Held.user_id)
    .outerjoin(Remark, Remark.id == _Held.remark_id)
    .where(_Held.effect == EXCEPTIONAL)
    .execution_options(populate_existing=True)
)
_RUNNING = _ROWS.where(_Held.case_id == bindparam("case"), _Held.until > NOW).order_by(_Held.until)
_FORBIDDEN = N_("Seul un responsable ouvre un accès exceptionnel.")


class TooMany(Forbidden):
    """She has tried too often lately."""


@dataclass(frozen=True)
class Access:
    """One exceptional access; `since` is when it was opened, `is_mine` the reader's own."""

    case: Case
    user_id: int
    name: str
    why: str
    since: datetime
    until: datetime
    is_mine: bool


def note_try(actor: Actor, now: datetime) -> None:
    """Count a try, in a transaction of its own. Raises TooMany when there were too many."""
    if not allowed(actor, Permission.EXCEPTIONAL):
        raise Forbidden(_FORBIDDEN)
    lock(_LOCK)  # several sent at once are counted one after the other
    name = throttle.pseudonym(EXCEPTIONAL, str(actor.user_id))
    if throttle.reached({name: TRIES}, now):
        raise TooMany(N_("Trop d’essais : attendez un quart d’heure."))
    throttle.count([name], now)


def note_refused(actor: Actor, now: datetime) -> None:
    """Write down that nothing was opened to this person, in a transaction of its own; not what
    she typed, which may name a case."""
    assert actor.user_id is not None  # noqa: S101 - only people ask
    audit.record(
        Event.EXCEPTIONAL_REFUSED,
        subject=("user", actor.user_id),
        actor=actor,
        now=now,
        who=_name(actor.user_id),
    )


def enter(typed: str, why: str, *, actor: Actor, now: datetime) -> Case:
    """Open a case to this person; what she reads anyway is left as it is. Raises InvalidInput
    without a reason, NotFound for all that is not opened."""
    if not allowed(actor, Permission.EXCEPTIONAL):
        raise Forbidden(_FORBIDDEN)
    if len(why.strip()) < SHORTEST:
        raise InvalidInput(N_("Dites pourquoi, en une phrase."), field="reason")
    case = by_reference(typed)
    if case is None:
        raise NotFound(NOT_OPENED)
    facts = facts_for(case, actor, now)
    if allowed(actor, Permission.CASE_READ, facts):
        return case
    if facts.access == DENY or _is_kept_medical(case, actor):
        raise NotFound(NOT_OPENED)
    _open(case, facts, why, actor, now)
    return case


def _is_kept_medical(case: Case, actor: Actor) -> bool:
    """Medical secrecy knows no exception outside the units that keep it."""
    supervised = actor.units(Role.SUPERVISOR)
    kinds = {snapshot().unit_by_id(unit).kind for unit in supervised}
    return case.is_medical and "medical" not in kinds


def _open(case: Case, facts: CaseFacts, why: str, actor: Actor, now: datetime) -> None:
    until = now + timedelta(hours=settings().exceptional_hours)
    remark_id = audit.remark(why, now=now)
    _erase(case.id, actor.user_id)
    row = {"case_id": case.id, "user_id": actor.user_id, "effect": EXCEPTIONAL}
    add_all(CaseAccess, [row | {"until": until, "remark_id": remark_id}])
    audit.record(
        Event.CASE_EXCEPTIONAL_OPENED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        remark_id=remark_id,
        who=_name(actor.user_id),
        until=paris_minute(until),
    )
    _tell(facts.units, f"exceptional:{remark_id}", now)


def _tell(units: frozenset[int], key: str, now: datetime) -> None:
    """Send the units in charge and the data-protection officer to the list, never to a mailbox
    of ours: it would open a case."""
    known = snapshot()
    told = {known.unit_by_id(unit).email for unit in units} | {settings().dpo_email}
    for number, address in enumerate(sorted(told - known.own_addresses - {""})):
        notices.plan(f"{key}:{number}", address, PATH, now=now)


def _erase(case_id: int, user_id: int | None) -> None:
    row = (CaseAccess.case_id == case_id, CaseAccess.user_id == user_id)
    execute(delete(CaseAccess).where(*row))


def _name(user_id: int | None) -> str:
    return session().scalar(select(User.name).where(User.id == user_id)) or ""


def end(typed: str, user_id: int, *, actor: Actor, now: datetime) -> None:
    """End one before its hour. Raises NotFound for one this person may not know of, or that
    has ended."""
    case = by_reference(typed)
    found = _found(actor, now).where(_Held.user_id == user_id, _Held.until > now)
    row = session().execute(found.where(Case.id == (case.id if case else 0))).first()
    if case is None or row is None:
        raise NotFound(N_("Cet accès est déjà terminé."))
    change = CaseAccess.__table__.update()  # type: ignore[attr-defined]
    where = (CaseAccess.case_id == case.id, CaseAccess.user_id == user_id)
    execute(change.where(*where).values(until=now))
    audit.record(
        Event.CASE_EXCEPTIONAL_ENDED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        who=_name(user_id),
    )


def latest(
    actor: Actor, now: datetime, before: tuple[datetime, int, int] | None = None
) -> list[Access]:
    """Those this person may know of, the last to end first, one more than a page; `before` is
    the end, case and person of the last one seen."""
    query = _found(actor, now)
    if before is not None:
        until, case_id, user_id = before
        later_case = (_Held.case_id == case_id) & (_Held.user_id < user_id)
        same = (_Held.until == until) & or_(_Held.case_id < case_id, later_case)
        query = query.where(or_(_Held.until < until, same))
    newest = (_Held.until.desc(), _Held.case_id.desc(), _Held.user_id.desc())
    return _accesses(query.order_by(*newest).limit(PAGE + 1), actor)


def of_case(case: Case, actor: Actor, now: datetime) -> list[Access]:
    """Those of one case that have not ended, for somebody who reads it."""
    return _accesses(_RUNNING, actor, {"case": case.id, "now": now})


def _accesses(
    query: Select[Any], actor: Actor, values: Mapping[str, Any] | None = None
) -> list[Access]:
    return [
        Access(case, who, name, why or "", since or until, until, who == actor.user_id)
        for case, who, until, name, why, since in session().execute(query, values)
    ]


def _found(actor: Actor, now: datetime) -> Select[Any]:
    return _ROWS.where(known_to(actor, now))


def known_to(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The condition that this person may know of an exceptional access: an auditor of all, a
    supervisor of those to the cases of her units that she reads for good, each of her own."""
    if actor.units(Role.AUDITOR):
        return _Held.effect == EXCEPTIONAL
    mine = _Held.user_id == actor.user_id
    units = actor.units(Role.SUPERVISOR)
    ours = exists().where(Handling.case_id == Case.id, Handling.unit_id.in_(units))
    return or_(mine, ours & visible_to(actor, now))


def units_of(case_ids: Sequence[int]) -> dict[int, list[int]]:
    """The units in charge of these cases."""
    found: dict[int, list[int]] = {}
    query = select(Handling.case_id, Handling.unit_id).where(Handling.case_id.in_(case_ids))
    for row in session().execute(query.order_by(Handling.id)):
        found.setdefault(row.case_id, []).append(row.unit_id)
    return found
