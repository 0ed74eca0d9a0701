"""Which cases the words of a question name, and by what: nothing here is shown before it has
passed `visible_to`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grc.cases import called
from grc.cases.imported import by_external_reference
from grc.cases.models import Case, Party
from grc.cases.persons import known_to
from grc.cases.queries import visible_to
from grc.cases.search import exclusions, terms
from grc.cases.told import may_know
from grc.citizens import asked, merging, misspelt
from grc.citizens.models import CitizenContact, ContactPoint
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
    floor: int = 0  # only those above were asked for, and there may be more

    @property
    def named(self) -> frozenset[int]:
        """Those found otherwise than by a text, as far as they were asked for."""
        return self.external | self.contact | self.people


@dataclass(frozen=True)
class _Keys:
    """What the words name otherwise than by standing in a text; see `Hits`."""

    point: tuple[str, str] | None
    external: Sequence[int]
    contact: Sequence[int]
    people: Sequence[int]  # their cases
    citizens: Sequence[int]


def hits(actor: Actor, words: str, now: datetime, below: int | None) -> Hits:
    """Everything that what was typed may name. Thirteen statements at most."""
    return next(glimpses(actor, words, now, below, (None,)))


def glimpses(
    actor: Actor, words: str, now: datetime, below: int | None, glances: Iterable[int | None]
) -> Iterator[Hits]:
    """The same for each of these glances: what so many last documents of each word lead to,
    None for all. What is named otherwise is asked once; two statements more for each word."""
    wanted, unwanted = terms(words), exclusions(words)
    if not wanted and (unwanted or not words):
        yield Hits(unwanted=unwanted, is_any=True)
        return
    keys = _keys(actor, words, now, below, is_name=not unwanted)
    for glance in glances:
        yield _hits(keys, wanted, unwanted, below, glance)


def _keys(actor: Actor, words: str, now: datetime, below: int | None, *, is_name: bool) -> _Keys:
    point = _point(words)
    external = _readable(actor, by_external_reference(words, below), now)
    contact = _by_contact(actor, point, now, below) if point else ()
    people = _people(actor, words, now) if is_name and not (external or point) else []
    theirs = _of_people(people, below) if people else ()
    return _Keys(point, external, contact, theirs, people)


def _hits(
    keys: _Keys,
    wanted: Sequence[str],
    unwanted: Sequence[str],
    below: int | None,
    glance: int | None,
) -> Hits:
    found = [_grouped(keys.point)] if keys.point else wanted
    texts, floor = _in_texts(found if not keys.external else (), below, glance)
    named = (*keys.external, *keys.contact, *keys.people, *texts)
    everything = sorted({one for one in named if one > floor}, reverse=True)
    return Hits(
        everything[:DEPTH],
        frozenset(keys.external),
        frozenset(keys.contact),
        frozenset(texts),
        frozenset(keys.people),
        keys.citizens,
        keys.point,
        found,
        unwanted,
        is_cut=len(everything) > DEPTH
        or max(map(len, (keys.contact, keys.people, texts))) >= DEPTH,
        floor=floor,
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
    with those merged with them."""
    if '"' in words:
        return []
    found = asked.read(words, paris_date(now))
    if not (found.name or found.numbers):
        return []
    return list(called.people(actor, found, now)[0])


def _readable(actor: Actor, ids: Sequence[int], now: datetime) -> Sequence[int]:
    """Those of these cases that this actor reads: where they are, nothing else is looked for."""
    if not ids:
        return ()
    mine = select(Case.id).where(among(Case.id, ids), visible_to(actor, now))
    return sorted(session().scalars(mine), reverse=True)


def nearly(actor: Actor, words: str, now: datetime, beside: Sequence[int]) -> Hits:
    """The cases of people whose name is spelled nearly so, as far as this actor may know of
    them; of the likeliest few beside those of this very name; of nobody where a phrase or an
    exclusion says that words are meant."""
    if '"' in words or exclusions(words):
        return Hits()
    likeliest = [
        one
        for one in misspelt.called_nearly(asked.read(words, paris_date(now)))
        if one not in set(beside)
    ]
    known = known_to(actor, likeliest, now) if likeliest else set()
    meant = [one for one in likeliest if one in known][: misspelt.BESIDE if beside else None]
    people = merging.standing_with(meant) if meant else []
    theirs = _of_people(people, None) if people else ()
    return Hits(theirs, people=frozenset(theirs), citizens=people)


def _of_people(ids: Sequence[int], below: int | None) -> Sequence[int]:
    theirs = among(Party.citizen_id, ids)  # type: ignore[arg-type]
    return _newest(select(Party.case_id).where(theirs).distinct(), below)


def _newest(query: Any, below: int | None) -> Sequence[int]:
    found = query.subquery()
    ids = select(found.c.case_id).order_by(found.c.case_id.desc()).limit(DEPTH)
    return session().scalars(ids if below is None else ids.where(found.c.case_id < below)).all()
