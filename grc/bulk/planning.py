"""Sharing cases out: among whom, with what each has at present, and who gets which."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select

from grc.bulk.orders import Kind, Order
from grc.bulk.picking import Picked, accesses, pick
from grc.bulk.sharing import LEVEL, shared
from grc.cases.models import Handling
from grc.cases.queries import visible_handling
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import session
from grc.staff import absences
from grc.staff.policy import ALLOW, DENY, GRANTS, Level, Permission
from grc.staff.queries import colleagues, supervised_directly, works_in


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be given cases; `load`: how many open ones she has in these units, None
    where the one who shares out is not her own supervisor; `away_until`: she is absent."""

    id: int
    name: str
    load: int | None
    away_until: date | None


def candidates(references: Collection[str], *, actor: Actor, now: datetime) -> list[Candidate]:
    """The people of the units of these cases, by name. Only those of units this person
    supervises: elsewhere she shares nothing out."""
    picked = pick(actor, references, now).picked
    mine = actor.units(*GRANTS[Permission.CASE_ASSIGN])
    units = {one.handling.unit_id for one in picked} & mine
    if not units:
        return []
    people = colleagues(units)
    away = absences.away([number for number, _name in people], paris_date(now))
    shown = units <= supervised_directly(actor.user_id)
    loads = _loads([number for number, _ in people], units, actor, now) if shown else {}
    return [
        Candidate(number, name, loads.get(number, 0) if shown else None, away.get(number))
        for number, name in people
    ]


def _loads(
    people: Sequence[int], units: Collection[int], actor: Actor, now: datetime
) -> dict[int, int]:
    """How many open cases each has in these units."""
    query = select(Handling.assignee_id, func.count()).where(
        Handling.assignee_id.in_(people),
        Handling.is_open,
        Handling.unit_id.in_(units),
        visible_handling(actor, now),
    )
    rows = session().execute(query.group_by(Handling.assignee_id))
    return {int(row[0] or 0): row[1] for row in rows}


def planned(order: Order, references: Collection[str], *, actor: Actor, now: datetime) -> Order:
    """The order with who gets which case. Who is absent gets none; present loads count only
    for the supervisor of these people herself, who may know them."""
    if order.kind is not Kind.SHARE:
        return order
    wanted = [int(one) for one in order.get("people").split()]
    here = {one.id: one for one in candidates(references, actor=actor, now=now)}
    people = [n for n in wanted if n in here and here[n].away_until is None]
    picked = pick(actor, references, now).picked
    leaving = _leaving(picked)
    levels = order.get("how") == LEVEL
    loads = {n: max((here[n].load or 0) - leaving.get(n, 0), 0) if levels else 0 for n in people}
    gets = shared(_who_may(picked, people, now), loads)
    told = {reference: str(person) for reference, person in gets.items()}
    return replace(order, chosen={**order.chosen, **told})


def _leaving(picked: Sequence[Picked]) -> Mapping[int, int]:
    """How many of what is shared out each has now: those may go to somebody else."""
    found: dict[int, int] = {}
    for one in picked:
        if one.handling.assignee_id and one.handling.is_open:
            found[one.handling.assignee_id] = found.get(one.handling.assignee_id, 0) + 1
    return found


def _who_may(
    picked: Sequence[Picked], people: Collection[int], now: datetime
) -> list[tuple[str, list[int]]]:
    """The open cases, each with those of these people who work in its unit and may read it."""
    units = works_in(people)
    access = accesses([one.case.id for one in picked], people, now)
    return [
        (one.case.reference, [n for n in people if _may(one, n, units, access)])
        for one in picked
        if one.handling.is_open
    ]


def _may(
    one: Picked,
    person: int,
    units: Mapping[int, frozenset[int]],
    access: Mapping[tuple[int, int], str],
) -> bool:
    own = access.get((person, one.case.id))
    if own == DENY or (one.case.level == Level.NAMED and own != ALLOW):
        return False
    return one.handling.unit_id in units.get(person, ())
