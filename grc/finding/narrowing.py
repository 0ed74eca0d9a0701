"""Filters as SQL, and where to look: the newest cases first, by an index that holds few others.

A filter alone never reads the whole base: `newest` gives a bounded number of ids in the order of
one index, and `conditions` are asked of those.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, or_, select

from grc.cases.models import Case, Handling
from grc.cases.states import ENDED as ENDED_STATES
from grc.core.actor import Actor
from grc.core.clock import PARIS, paris_date
from grc.finding.question import ENDED, ME, OPEN, TO_ROUTE
from grc.organisation.queries import snapshot as organisation

Filters = Mapping[str, str]
_OF_A_PART = frozenset({"etat", "service", "agent", "retard"})


def conditions(filters: Filters, actor: Actor, now: datetime) -> list[ColumnElement[bool]]:
    """What a case must be. Those about a unit, an agent, a state and a date are asked together
    of one part of the case: late *in this unit*, entrusted *there*."""
    found = [_of_case(name, value) for name, value in filters.items() if name not in _OF_A_PART]
    part = [c for name in filters for c in _of_part(name, filters[name], actor, now)]
    if part:
        found.append(exists().where(Handling.case_id == Case.id, *part))
    return found


def _of_case(name: str, value: str) -> ColumnElement[bool]:
    if name == "depuis":
        return Case.received_at >= _midnight(value)
    if name == "jusqua":
        return Case.received_at < _midnight(value, 1)
    column: Any = {
        "type": Case.request_type,
        "territoire": Case.territory,
        "commune": Case.commune,
        "canal": Case.channel,
        "niveau": Case.level,
        "nature": Case.nature,
    }[name]
    return column == value  # type: ignore[no-any-return]


def _of_part(name: str, value: str, actor: Actor, now: datetime) -> Sequence[Any]:
    if name == "service":
        return [_in_unit(value)]
    if name == "agent":
        mine = Handling.assignee_id == actor.user_id
        return [mine if value == ME else Handling.assignee_id.is_(None)]
    if name == "retard":
        return [Handling.is_open, Handling.due_on < paris_date(now)]
    return _in_state(value) if name == "etat" else []


def _in_unit(code: str) -> ColumnElement[bool]:
    unit = organisation().units_by_code.get(code)
    return Handling.unit_id == unit.id if unit else false()


def _in_state(value: str) -> Sequence[Any]:
    if value == OPEN:
        return [Handling.is_open]
    if value == ENDED:
        return [Handling.status.in_(ENDED_STATES)]
    if value == TO_ROUTE:
        return [Handling.to_route, Handling.resolved_at.is_(None)]
    return [Handling.status == value]


def _midnight(day: str, after: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day) + timedelta(after), time(), PARIS)


def newest(filters: Filters, actor: Actor, below: int | None) -> Select[int]:
    """The ids to look at, the newest first, in the order of one index: that of the rarest
    filter. To be limited by who asks. `below`: the last one looked at."""
    if filters.get("agent") == ME:
        return _parts(Handling.assignee_id == actor.user_id, below)
    if "service" in filters:
        part = _in_unit(filters["service"])
        is_open = filters.get("etat") in (OPEN, TO_ROUTE) or "retard" in filters
        return _parts(part & Handling.is_open if is_open else part, below)
    if _is_by_date(filters):
        return _by_date(filters, below)
    where = [Case.commune == filters["commune"]] if "commune" in filters else []
    if not where and "type" in filters:
        where = [Case.request_type == filters["type"]]
    if below is not None:
        where.append(Case.id < below)
    return select(Case.id).where(*where).order_by(Case.id.desc())


def narrows(filters: Filters) -> bool:
    """True where `newest` reads the index of a filter in the order of ids."""
    named = filters.get("agent") == ME or "service" in filters
    return named or (not _is_by_date(filters) and ("commune" in filters or "type" in filters))


def order(filters: Filters) -> Sequence[Any]:
    """The order in which `newest` gives them."""
    by_date = [Case.received_at.desc()] if _is_by_date(filters) else []
    return [*by_date, Case.id.desc()]


def _is_by_date(filters: Filters) -> bool:
    first = filters.get("agent") == ME or "service" in filters
    return not first and ("depuis" in filters or "jusqua" in filters)


def _parts(which: ColumnElement[bool], below: int | None) -> Select[int]:
    query = select(Handling.case_id).where(which).order_by(Handling.case_id.desc())
    return query if below is None else query.where(Handling.case_id < below)


def _by_date(filters: Filters, below: int | None) -> Select[int]:
    """By the date of reception, which what is imported does not have in the order of ids."""
    asked = [_of_case(name, filters[name]) for name in ("depuis", "jusqua") if name in filters]
    query = select(Case.id).where(*asked).order_by(*order(filters))
    if below is None:
        return query
    last = select(Case.received_at).where(Case.id == below).scalar_subquery()
    return query.where(
        Case.received_at <= last,
        or_(Case.received_at < last, Case.id < below),
    )
