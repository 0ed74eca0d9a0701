"""Searching: a reference, an address, a number, or words. Never more than may be read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import intersect, select

from grc.cases.imported import by_external_reference
from grc.cases.models import Case, Party, SearchDoc
from grc.cases.queries import by_reference, visible_to
from grc.cases.reference import parse
from grc.cases.search import matches, terms
from grc.cases.told import may_know
from grc.citizens.models import Citizen, CitizenContact, ContactPoint
from grc.core.actor import Actor
from grc.core.db import among, planned_for_its_values, session
from grc.parsing.phones import e164

PAGE = 50
LONGEST = 300  # characters of what is typed that are read
DEPTH = 5000  # most recent hits looked at; the page says so when it stops there
_FIRST_CHUNK = 100  # then four times as many each time: few hits may be readable
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+$")
_PHONE = re.compile(r"^\+?[\d\s.()-]{9,20}$")


@dataclass(frozen=True)
class Found:
    """The cases found, most recent first; `kind` says how the typed text was read."""

    kind: str  # reference, mistyped, email, phone, words, empty
    cases: tuple[Case, ...]
    names: dict[int, str]
    older: int | None = None  # cursor: the id to continue below
    stopped: bool = False  # deeper hits were not looked at


def search(actor: Actor, typed: str, now: datetime, *, below: int | None = None) -> Found:
    """Find cases by what was typed. An unreadable case is as absent as a missing one."""
    typed = typed.strip()[:LONGEST]
    if not typed:
        return Found("empty", (), {})
    if parse(typed) is not None:
        return _by_reference(actor, typed, now)
    kind, ids = _hits(actor, typed, now, below)
    wanted = PAGE + 1
    cases = tuple(islice(_visible(actor, ids, now), wanted))
    shown = cases[:PAGE]
    older = shown[-1].id if len(cases) > PAGE else None
    return Found(kind, shown, names_of(shown), older, stopped=len(ids) == DEPTH)


def _by_reference(actor: Actor, typed: str, now: datetime) -> Found:
    found = parse(typed)
    if found is None or not found.valid:
        return Found("mistyped", (), {})
    case = by_reference(typed)
    cases = tuple(_visible(actor, [case.id], now)) if case else ()
    return Found("reference", cases, names_of(cases))


def _hits(actor: Actor, typed: str, now: datetime, below: int | None) -> tuple[str, Sequence[int]]:
    if elsewhere := by_external_reference(typed, below):
        return "words", elsewhere
    if _EMAIL.match(typed):
        return "email", _by_contact(actor, "email", typed.lower(), now, below)
    if _PHONE.match(typed) and (number := e164(typed)):
        return "phone", _by_contact(actor, "phone", number, now, below)
    return "words", _by_words(terms(typed), below)


def _by_contact(
    actor: Actor, kind: str, value: str, now: datetime, below: int | None
) -> Sequence[int]:
    point = select(ContactPoint.id).where(ContactPoint.kind == kind, ContactPoint.value == value)
    people = select(CitizenContact.citizen_id).where(
        CitizenContact.contact_point_id.in_(point.scalar_subquery()), may_know(actor, now)
    )
    as_party = select(Party.case_id).where(Party.contact_point_id.in_(point.scalar_subquery()))
    as_citizen = select(Party.case_id).where(Party.citizen_id.in_(people))
    query = as_party.union(as_citizen).subquery()
    ids = select(query.c.case_id).order_by(query.c.case_id.desc()).limit(DEPTH)
    if below is not None:
        ids = ids.where(query.c.case_id < below)
    return session().scalars(ids).all()


def _by_words(found: Sequence[str], below: int | None) -> Sequence[int]:
    if not found:
        return ()
    per_term = [select(SearchDoc.case_id).where(matches(term)) for term in found]
    if below is not None:
        per_term = [query.where(SearchDoc.case_id < below) for query in per_term]
    if len(per_term) == 1:
        query = per_term[0].distinct().order_by(SearchDoc.case_id.desc())
    else:
        both = intersect(*per_term).subquery()
        query = select(both.c.case_id).order_by(both.c.case_id.desc())
    with planned_for_its_values():  # a word found everywhere is best looked for from the end
        return session().scalars(query.limit(DEPTH)).all()


def _visible(actor: Actor, ids: Sequence[int], now: datetime) -> Iterator[Case]:
    """The readable cases among ids given most recent first, a chunk at a time."""
    start, size = 0, _FIRST_CHUNK
    while start < len(ids):
        chunk = ids[start : start + size]
        query = select(Case).where(among(Case.id, chunk), visible_to(actor, now))
        yield from session().scalars(query.order_by(Case.id.desc()).limit(PAGE + 1))
        start, size = start + size, size * 4


def names_of(cases: Sequence[Case]) -> dict[int, str]:
    """Who each case is for or from, by case id."""
    ids = [case.id for case in cases]
    query = (
        select(Party.case_id, Citizen.name, Party.name, Party.organisation)
        .outerjoin(Citizen, Citizen.id == Party.citizen_id)
        .where(Party.case_id.in_(ids), Party.is_correspondent)
    )
    rows = session().execute(query) if ids else ()
    return {row[0]: row[1] or row[3] or row[2] or "" for row in rows}
