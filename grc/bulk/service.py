"""An act on many cases: looked at, asked for, carried out case by case, undone as a whole.

Asking writes one line a case with a step for each, in one transaction, or nothing when one of
the cases may not be changed so. Each step then decides again on its case as it is by then:
what was changed meanwhile is reported, never overwritten, and stops nobody else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from grc.bulk import before as states
from grc.bulk.models import BulkAct, BulkLine
from grc.bulk.orders import RULES, Kind, Order, demand_complete, known
from grc.bulk.picking import Picked, Selection, pick
from grc.cases import service as cases
from grc.cases.models import Case, Handling
from grc.core import audit, steps
from grc.core.actor import Actor
from grc.core.audit import Remark
from grc.core.db import add, add_all, execute, session
from grc.core.errors import Forbidden, InvalidInput
from grc.core.i18n import N_, Text
from grc.organisation.queries import snapshot as organisation
from grc.staff.models import User
from grc.staff.policy import Permission, allowed
from grc.staff.queries import actor_of

MOST = 500
UNDONE_WITHIN = timedelta(days=1)
WAITING, DONE, REFUSED, UNDONE, KEPT = "waiting", "done", "refused", "undone", "kept"
CHANGED = N_("elle a changé entre-temps, rien n'a été écrasé")
BROKEN = N_("une panne l'a empêché, rien n'a changé")
WHAT = N_("acte groupé")
TOO_MANY = N_("Pas plus de %(most)s demandes à la fois.")


@dataclass(frozen=True)
class Preview:
    """What an act would do, before anything is written. `unknown` and `forbidden` stop it."""

    selection: Selection
    forbidden: tuple[Picked, ...]
    refused: tuple[tuple[Picked, Text], ...]
    accepted: tuple[Picked, ...]

    @property
    def is_stopped(self) -> bool:
        """True when one of the cases may not be changed so by this person: nothing is done."""
        return bool(self.selection.unknown or self.forbidden)


def preview(order: Order, references: Collection[str], *, actor: Actor, now: datetime) -> Preview:
    """Say what would become of each case. Raises InvalidInput for too many, or a choice that
    is missing."""
    if len(references) > MOST:
        raise InvalidInput(TOO_MANY, most=MOST)
    demand_complete(order)
    rule, selection = RULES[order.kind], pick(actor, references, now)
    facts = known(selection.picked, order, actor, now)
    refused, accepted = [], []
    for one in selection.picked:
        why = rule.refusal(one, order, facts)
        if why is None:
            accepted.append(one)
        else:
            refused.append((one, why))
    forbidden = tuple(
        one for one in selection.picked if not allowed(actor, rule.permission, one.facts)
    )
    return Preview(selection, forbidden, tuple(refused), tuple(accepted))


def ask(
    order: Order, versions: Mapping[str, int], key: str, *, actor: Actor, now: datetime
) -> list[int]:
    """Ask for an act on the cases of these references, each decided on at a version. Returns
    the ids of the lines. Raises Forbidden, and nothing is asked, when one may not be changed.
    """
    found = preview(order, versions, actor=actor, now=now)
    if found.is_stopped or not allowed(actor, RULES[order.kind].permission):
        raise Forbidden(N_("Une des demandes ne peut pas être modifiée : rien n'a été fait."))
    act_id = add(
        BulkAct,
        key=key,
        user_id=actor.user_id,
        kind=order.kind.value,
        chosen=dict(order.chosen),
        remark_id=audit.remark(order.why, now=now),
        at=now,
    )
    refused = {one.case.id: why for one, why in found.refused}
    rows = [
        _line(act_id, one, versions[one.case.reference], refused.get(one.case.id))
        for one in sorted(found.selection.picked, key=lambda one: one.case.id)
    ]
    add_all(BulkLine, rows)
    return _plan("bulk", act_id, now)


def _line(act_id: int, one: Picked, version: int, why: Text | None) -> dict[str, Any]:
    return {
        "bulk_act_id": act_id,
        "case_id": one.case.id,
        "handling_id": one.handling.id,
        "version": version,
        "state": REFUSED if why else WAITING,
        "why": why.as_json() if why else None,
    }


def _plan(step: str, act_id: int, now: datetime) -> list[int]:
    """One step for each line that is not settled: a case stands alone."""
    states = (WAITING,) if step == "bulk" else (WAITING, DONE)
    query = select(BulkLine.id).where(BulkLine.bulk_act_id == act_id, BulkLine.state.in_(states))
    ids = list(session().scalars(query.order_by(BulkLine.id)))
    for line_id in ids:
        subject = ("bulk_line", line_id)
        if step == "bulk":
            steps.plan("bulk", subject, key=f"bulk:{line_id}", now=now)
        else:
            steps.plan("bulk_undo", subject, key=f"bulk_undo:{line_id}", now=now)
    return ids


def carry(line_id: int, *, now: datetime) -> None:
    """Carry one line out: on the case as it is now, by the rights the person has now."""
    line, act = _held(line_id)
    if line.state != WAITING:
        return
    if act.undone_at is not None:
        _settle(line, KEPT)
        return
    actor, order = _actor(act.user_id), _order(act)
    case = session().get_one(Case, line.case_id)
    cases.alone(case)
    one = _still(line, case, actor, now)
    why = Text(CHANGED) if one is None else _refusal(one, order, actor, now)
    if one is None or why is not None:
        _settle(line, REFUSED, why)
    else:
        _do(line, one, order, actor, now)


def _do(line: BulkLine, one: Picked, order: Order, actor: Actor, now: datetime) -> None:
    was = states.before(one)
    RULES[order.kind].carry(one, order, actor, now)
    session().flush()
    handling = session().get_one(Handling, line.handling_id)
    _settle(line, DONE, before=was, after=states.after(one.case, handling))


def _still(line: BulkLine, case: Case, actor: Actor, now: datetime) -> Picked | None:
    """The case when it is still what was decided on."""
    found = next(iter(pick(actor, [case.reference], now).picked), None)
    if found is None or found.handling.id != line.handling_id:
        return None
    return found if found.handling.version == line.version else None


def _refusal(one: Picked, order: Order, actor: Actor, now: datetime) -> Text | None:
    rule = RULES[order.kind]
    if not allowed(actor, rule.permission, one.facts):
        return Text(N_("vous ne pouvez plus la modifier"))
    return rule.refusal(one, order, known((one,), order, actor, now))


def _settle(line: BulkLine, state: str, why: Text | None = None, **values: Any) -> None:
    line.state, line.why = state, why.as_json() if why else line.why
    for name, value in values.items():
        setattr(line, name, value)
    session().flush()


def give_up(line_id: int, _error: str, _now: datetime) -> None:
    """A line that fails each time is reported, and its case is as it was."""
    line, _act = _held(line_id)
    if line.state == WAITING:
        _settle(line, REFUSED, Text(BROKEN))
    elif line.state == DONE:
        _settle(line, DONE, Text(BROKEN))


def undo(act: BulkAct, *, actor: Actor, now: datetime) -> list[int]:
    """Take the whole back, what is still to be done included. Returns the ids of the lines;
    none when that was asked before. Raises Forbidden for the act of another, InvalidInput
    after a day."""
    if act.user_id != actor.user_id or not allowed(actor, Permission.CASE_WRITE):
        raise Forbidden(N_("Seule la personne qui l'a demandé peut l'annuler."))
    if now - act.at > UNDONE_WITHIN:
        raise InvalidInput(N_("Un acte groupé s'annule le jour même : corrigez chaque demande."))
    still = (BulkAct.id == act.id, BulkAct.undone_at.is_(None))
    if execute(update(BulkAct).where(*still), {"undone_at": now}).rowcount != 1:
        return []
    return _plan("bulk_undo", act.id, now)


def take_back(line_id: int, *, now: datetime) -> None:
    """Make the case of one line again what it was, if nobody has touched it since."""
    line, act = _held(line_id)
    if line.state == WAITING:
        _settle(line, KEPT)
    elif line.state == DONE and line.before is not None:
        why = _put_back(line, line.before, act, now)
        _settle(line, DONE if why else UNDONE, why)


def _put_back(line: BulkLine, kept: states.Kept, act: BulkAct, now: datetime) -> Text | None:
    """None when it was; else why it stays as it is."""
    case = session().get_one(Case, line.case_id)
    cases.alone(case)
    handling = session().get(Handling, line.handling_id, populate_existing=True)
    actor = _actor(act.user_id)
    if handling is None or states.after(case, handling) != line.after:
        return Text(CHANGED)
    if not _may_have_it_back(case, kept, _order(act), actor, now):
        return Text(N_("vous ne pouvez plus la modifier"))
    states.put_back(case, handling, kept, what=Text(WHAT), actor=actor, now=now)
    return None


def _may_have_it_back(
    case: Case, kept: states.Kept, order: Order, actor: Actor, now: datetime
) -> bool:
    """The policy, on the case as it would be: who sent it away need not write where it went."""
    there, facts = kept["handling"], cases.facts_for(case, actor, now)
    facts = replace(
        facts,
        level=kept["case"]["level"],
        units=facts.units | {there["unit_id"]},
        departments=facts.departments | {there["department_id"]},
        access=facts.access or ("allow" if actor.user_id in kept["listed"] else None),
    )
    return allowed(actor, RULES[order.kind].permission, facts)


def _held(line_id: int) -> tuple[BulkLine, BulkAct]:
    """The line, ours until the transaction ends: carrying out and undoing never cross."""
    line = session().get_one(BulkLine, line_id, with_for_update=True)
    return line, session().get_one(BulkAct, line.bulk_act_id)


def _order(act: BulkAct) -> Order:
    remark = session().get(Remark, act.remark_id) if act.remark_id else None
    return Order(Kind(act.kind), act.chosen, remark.text if remark else "")


def _actor(user_id: int) -> Actor:
    tree = {unit.id: (unit.above, unit.department_id) for unit in organisation().units}
    return actor_of(session().get_one(User, user_id), tree)
