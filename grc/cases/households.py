"""The household of a person as one agent may see it.

Names and roles of those she knows of by a case she reads, and nothing else: no coordinate of one
member stands on the page of another, nor in what is proposed. Who is to be kept apart (the victim
of somebody near) is in no household and no proposal, except for those on a named case of hers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grc.cases.persons import MOST, Person, Reached, may_be_linked, reached
from grc.citizens import household
from grc.citizens.matching import plain_name
from grc.citizens.models import Citizen, CitizenContact, HouseholdMember
from grc.core.actor import Actor
from grc.core.db import among, session

SHOWN = 5  # proposals


@dataclass(frozen=True)
class Member:
    """Somebody of the same household, and how."""

    citizen: Citizen
    row: HouseholdMember


@dataclass(frozen=True)
class Home:
    """What an agent may see of a household: `members` besides the person herself; `is_shown`
    False: nothing of it may be seen."""

    is_shown: bool
    members: tuple[Member, ...] = ()
    proposed: tuple[Citizen, ...] = ()


def home(
    actor: Actor, person: Person, points: Iterable[Reached], now: datetime, *, proposes: bool
) -> Home:
    """The household of a person; with those who may be of it, when `proposes`."""
    rows = [row for row in household.of(person.ids) if row.citizen_id not in person.ids]
    near = _near(person, points) if proposes else set()
    near -= {row.citizen_id for row in rows} | set(person.ids)
    near -= household.apart_from(person.ids) if near else set()
    ids = [person.citizen.id, *(row.citizen_id for row in rows), *sorted(near)[:MOST]]
    seen = may_be_linked(actor, ids, now)
    if person.citizen.id not in seen:
        return Home(is_shown=False)
    people = _people(seen - {person.citizen.id})
    members = tuple(Member(people[row.citizen_id], row) for row in rows if row.citizen_id in people)
    return Home(True, members, _proposed(actor, person, points, near & set(people), people, now))


def _people(ids: set[int]) -> dict[int, Citizen]:
    query = select(Citizen).where(among(Citizen.id, list(ids)))
    return {one.id: one for one in session().scalars(query)} if ids else {}


def _near(person: Person, points: Iterable[Reached]) -> set[int]:
    """Who is known at one of the postal addresses this agent may see of her."""
    places = [way.point.id for way in points if way.point.kind == "address"]
    query = select(CitizenContact.citizen_id)
    query = query.where(among(CitizenContact.contact_point_id, places)).limit(MOST)
    return set(session().scalars(query)) if places and _names(person) else set()


def _names(person: Person) -> set[str]:
    return _words(person.own["name"], person.own["birth_name"])


def _words(*names: str | None) -> set[str]:
    return {word for name in names for word in plain_name(name or "").split()}


def _proposed(
    actor: Actor,
    person: Person,
    points: Iterable[Reached],
    near: set[int],
    people: dict[int, Citizen],
    now: datetime,
) -> tuple[Citizen, ...]:
    """Those of the same name whose address the agent may see on their page too: else the
    proposal itself would tell it."""
    named = [
        one for one in near if _names(person) & _words(people[one].name, people[one].birth_name)
    ]
    if not named:
        return ()
    here = {way.point.id for way in points if way.point.kind == "address"}
    told = {w.contact.citizen_id for w in reached(actor, named, now) if w.point.id in here}
    return tuple(people[one] for one in sorted(told & set(named))[:SHOWN])
