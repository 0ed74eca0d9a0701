"""Who is on the telephone, or at the desk: people and what they have asked, for one agent.

She sees a person by the cases she may read and by nothing else: who is known only by others
does not exist for her, nor does an address told only there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union_all

from grc.cases.called import people as by_name
from grc.cases.imported import key_of
from grc.cases.models import Case, ExternalReference, Party
from grc.cases.persons import reference_of
from grc.cases.queries import Placed, by_reference, placed, visible_to
from grc.cases.reference import parse
from grc.cases.told import may_know
from grc.citizens import lookup, merging, misspelt
from grc.citizens.asked import LONGEST, Asked, read
from grc.citizens.models import Citizen, CitizenContact, ContactPoint
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import among, session

DEPTH = 500  # cases looked at, the most recent of all these people
MOST = lookup.MOST
_OPEN_SHOWN = 5  # of one person


@dataclass(frozen=True)
class Caller:
    """One person, or a number of whose owner no name is known (`citizen_id` None)."""

    citizen_id: int | None
    name: str
    birth_date: date | None
    communes: tuple[str, ...]  # INSEE codes of the cases read here, the latest first
    cases: tuple[Case, ...]  # under way, the latest first
    ended: int  # cases that have ended
    reference: str | None = None  # of the person


@dataclass(frozen=True)
class Callers:
    """Who may be meant, those with something under way first. `more`: too many to be all
    here, another word is needed. `asked` says how what was typed was read; `nearly` are those
    whose name is spelled nearly so, the likeliest first."""

    asked: Asked
    people: tuple[Caller, ...] = ()
    nearly: tuple[Caller, ...] = ()
    places: dict[int, Placed] | None = None  # of the cases, by id
    more: bool = False


def look_up(actor: Actor, typed: str, now: datetime) -> Callers:
    """Find people by a number, a name, a date of birth, an address or a reference.

    Twelve statements at most, however many people answer to it; where few do, what is called
    nearly so costs five more and two a word.
    """
    asked = read(typed, paris_date(now))
    if not typed.strip():
        return Callers(asked)
    by_case, by_address = _by_case(actor, typed[:LONGEST], now), _points(asked)
    called, is_cut = by_name(actor, asked, now)
    ids = [*called, *_at(by_address, actor, now), *by_case]
    rows = _rows(actor, ids[: MOST + 1], by_address, now)
    people = _people(rows)
    nearly = () if by_case else _nearly(actor, asked, people, now)
    shown = [case.id for person in (*people, *nearly) for case in person.cases]
    return Callers(asked, tuple(people), nearly, placed(shown), more=is_cut or len(ids) > MOST)


def _nearly(
    actor: Actor, asked: Asked, people: Sequence[Caller], now: datetime
) -> tuple[Caller, ...]:
    """Those whose name is spelled nearly so, where few that she may know of have this very
    name: a few beside them, many in their stead."""
    if len(people) > misspelt.FEW:
        return ()
    likeliest = misspelt.called_nearly(asked)[:MOST]
    known = {one.citizen_id for one in people}
    found = [
        one for one in _people(_rows(actor, likeliest, (), now)) if one.citizen_id not in known
    ]
    place = {one: rank for rank, one in enumerate(likeliest)}
    found.sort(key=lambda one: place.get(one.citizen_id or 0, MOST))
    return tuple(found[: misspelt.BESIDE if people else misspelt.ALONE])


def is_known(actor: Actor, citizen_id: int, now: datetime) -> Caller | None:
    """The person of this id as this agent may see her; None when she may not."""
    found = _people(_rows(actor, [citizen_id], (), now))
    return found[0] if found else None


def _by_case(actor: Actor, typed: str, now: datetime) -> Sequence[int]:
    """The people of a case that this agent reads, by our reference or by another system's."""
    is_ours = parse(typed) is not None
    case = by_reference(typed) if is_ours else None
    others = select(ExternalReference.case_id).where(ExternalReference.key == key_of(typed))
    named = Case.id == case.id if case else Case.id.in_(others.limit(MOST))
    if (is_ours and case is None) or not any(one.isdigit() for one in typed):
        return ()
    query = select(Party.citizen_id).join(Case, Case.id == Party.case_id)
    query = query.where(named, visible_to(actor, now), Party.citizen_id.is_not(None))
    return [found for found in session().scalars(query.limit(MOST)) if found is not None]


def _points(asked: Asked) -> Sequence[int]:
    """The contact points of these addresses and numbers."""
    same = [
        (ContactPoint.kind == kind) & (ContactPoint.value == value) for kind, value in asked.points
    ]
    return session().scalars(select(ContactPoint.id).where(or_(*same))).all() if same else ()


def _at(points: Sequence[int], actor: Actor, now: datetime) -> Sequence[int]:
    """Who can be reached there, as far as this agent may know."""
    if not points:
        return ()
    query = select(CitizenContact.citizen_id).where(
        CitizenContact.contact_point_id.in_(points), may_know(actor, now)
    )
    return session().scalars(query.limit(MOST + 1)).all()


def _rows(
    actor: Actor, ids: Sequence[int], points: Sequence[int], now: datetime
) -> Sequence[tuple[Any, ...]]:
    """(citizen, name at the party, name, birth, case, with whom she stands, known since) of every
    case read, the latest first."""
    everybody = merging.standing_with(ids) if ids else ()
    parts = [_parties(among(Party.citizen_id, everybody))] if ids else []  # type: ignore[arg-type]
    if points:
        nameless = Party.citizen_id.is_(None)
        parts.append(_parties(Party.contact_point_id.in_(points) & nameless))
    if not parts:
        return ()
    party = union_all(*parts).subquery()
    query: Select[Any] = (
        select(
            party.c.citizen_id,
            party.c.name,
            Citizen.name,
            Citizen.birth_date,
            Case,
            Citizen.survivor_id,
            Citizen.created_at,
        )
        .join(Case, Case.id == party.c.case_id)
        .outerjoin(Citizen, Citizen.id == party.c.citizen_id)
        .where(visible_to(actor, now))
        .order_by(Case.id.desc())
        .limit(DEPTH)
    )
    return [tuple(row) for row in session().execute(query)]


def _parties(which: ColumnElement[bool]) -> Select[int | None, int, str | None]:
    return select(Party.citizen_id, Party.case_id, Party.name).where(which)


def _people(rows: Iterable[tuple[Any, ...]]) -> list[Caller]:
    """The rows by person: those with something under way first, then the latest. Those merged
    are one for who reads a case of her with whom they stand."""
    rows = list(rows)
    read = {row[0] for row in rows}
    grouped: dict[tuple[int | None, str], list[tuple[Any, ...]]] = {}
    for row in rows:
        who = row[5] if row[5] in read else row[0]
        grouped.setdefault((who, "" if who else row[1] or ""), []).append(row)
    people = [_caller(found) for found in grouped.values()]
    return sorted(people, key=lambda one: not one.cases)


def _caller(rows: Sequence[tuple[Any, ...]]) -> Caller:
    ids = {row[0] for row in rows}
    kept = next((row for row in rows if row[5] not in ids), rows[0])  # who stands for all
    citizen_id, told, name, birth = kept[:4]
    cases = list(dict.fromkeys(row[4] for row in rows))
    under_way = [case for case in cases if case.closed_at is None]
    return Caller(
        citizen_id=citizen_id,
        name=name or told or "",
        birth_date=birth,
        communes=tuple(dict.fromkeys(case.commune for case in cases if case.commune)),
        cases=tuple(under_way[:_OPEN_SHOWN]),
        ended=len(cases) - len(under_way),
        reference=reference_of(citizen_id, kept[6]) if citizen_id else None,
    )
