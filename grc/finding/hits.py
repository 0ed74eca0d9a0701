"""Which cases the words of a question name, and by what: nothing here is shown before it has
passed `visible_to`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grc.cases.imported import by_external_reference
from grc.cases.models import Party
from grc.cases.persons import known_to
from grc.cases.search import exclusions, terms
from grc.cases.told import may_know
from grc.citizens import asked, lookup, merging
from grc.citizens.asked import Asked
from grc.citizens.matching import plain_name, same_name
from grc.citizens.models import Citizen, CitizenContact, ContactPoint
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import among, session
from grc.finding import texts as written
from grc.parsing.phones import e164

DEPTH = 5000  # most recent hits looked at; the page says so when it stops there
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+$")
_PHONE = re.compile(r"^\+?[\d\s.()/-]{9,25}$")


@dataclass(frozen=True)
class Hits:
    """The ids of cases, the newest first, and what led to them."""

    ids: Sequence[int] = ()
    external: frozenset[int] = frozenset()  # by what another system calls them
    contact: frozenset[int] = frozenset()  # by an address or a number of their people
    texts: frozenset[int] = frozenset()  # by what is written in them
    people: frozenset[int] = frozenset()  # by a name or a number of their people
    citizens: Sequence[int] = ()  # those people
    point: tuple[str, str] | None = None  # (email or phone, in normal form)
    terms: Sequence[str] = ()
    unwanted: Sequence[str] = ()
    is_any: bool = False  # no word restricts them: `ids` says nothing
    is_cut: bool = False  # older hits were not looked at
    is_glance: bool = False  # only the newest were asked for, and there may be more


def hits(
    actor: Actor, words: str, now: datetime, below: int | None, *, glance: int | None = None
) -> Hits:
    """Everything that what was typed may name; with a `glance`, what so many last documents of
    each word lead to. Nine statements at most, and two more for each word at a glance."""
    wanted, unwanted = terms(words), exclusions(words)
    if not wanted and (unwanted or not words):
        return Hits(unwanted=unwanted, is_any=True)
    point = _point(words)
    external = by_external_reference(words, below)
    contact = _by_contact(actor, point, now, below) if point else ()
    people = [] if external or point or unwanted else _people(actor, words, now)
    theirs = _of_people(people, below) if people else ()
    found = [_grouped(point)] if point else wanted
    texts, floor = _in_texts(found if not external else (), below, glance)
    named = (one for one in (*external, *contact, *theirs, *texts) if one > floor)
    everything = sorted(set(named), reverse=True)
    return Hits(
        everything[:DEPTH],
        frozenset(external),
        frozenset(contact),
        frozenset(texts),
        frozenset(theirs),
        people,
        point,
        found,
        unwanted,
        is_cut=len(everything) > DEPTH or max(map(len, (contact, theirs, texts))) >= DEPTH,
        is_glance=floor > 0,
    )


def _in_texts(
    found: Sequence[str], below: int | None, glance: int | None
) -> tuple[Sequence[int], int]:
    if not found:
        return (), 0
    if glance:
        return written.at_a_glance(found, below, DEPTH, glance)
    return written.newest(found, below, DEPTH), 0


def _point(words: str) -> tuple[str, str] | None:
    if _EMAIL.match(words):
        return "email", words.lower()
    number = e164(words) if _PHONE.match(words) else None
    return ("phone", number) if number else None


def _grouped(point: tuple[str, str]) -> str:
    """An address or a number as people write it in a text: the figures two by two."""
    kind, value = point
    if kind == "email":
        return " ".join(terms(f'"{value}"'))
    national = f"0{value.removeprefix('+33')}" if value.startswith("+33") else value
    return " ".join(re.findall(r"\d{1,2}", national))


def _by_contact(
    actor: Actor, point: tuple[str, str], now: datetime, below: int | None
) -> Sequence[int]:
    kind, value = point
    same = (ContactPoint.kind == kind, ContactPoint.value == value)
    found = select(ContactPoint.id).where(*same).scalar_subquery()
    people = select(CitizenContact.citizen_id).where(
        CitizenContact.contact_point_id.in_(found), may_know(actor, now)
    )
    as_party = select(Party.case_id).where(Party.contact_point_id.in_(found))
    as_citizen = select(Party.case_id).where(Party.citizen_id.in_(people))
    return _newest(as_party.union(as_citizen), below)


def _people(actor: Actor, words: str, now: datetime) -> list[int]:
    """The people of this name, born that day or with that number, whom this actor may know of;
    with those merged with them. When there is none, those whose name is spelled nearly so."""
    if '"' in words:
        return []
    found = asked.read(words, paris_date(now))
    if not (found.name or found.numbers):
        return []
    ids = lookup.by_keys(found) or _spelled_nearly(found)
    known = known_to(actor, ids, now) if ids else set()
    return merging.standing_with(sorted(known)) if known else []


def _spelled_nearly(found: Asked) -> Sequence[int]:
    ids = lookup.near(found.name)
    if not ids:
        return ()
    typed = " ".join(found.name)
    rows = session().execute(select(Citizen.id, Citizen.name).where(among(Citizen.id, ids)))
    return [row.id for row in rows if row.name and same_name(typed, plain_name(row.name))]


def _of_people(ids: Sequence[int], below: int | None) -> Sequence[int]:
    theirs = among(Party.citizen_id, ids)  # type: ignore[arg-type]
    return _newest(select(Party.case_id).where(theirs).distinct(), below)


def _newest(query: Any, below: int | None) -> Sequence[int]:
    found = query.subquery()
    ids = select(found.c.case_id).order_by(found.c.case_id.desc()).limit(DEPTH)
    return session().scalars(ids if below is None else ids.where(found.c.case_id < below)).all()
