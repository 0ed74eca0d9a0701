"""One person as an agent may see her: by the cases she may read, and by nothing else.

Who is known only by cases of others does not exist for her; nor does an address told only
there, nor somebody merged who is known only there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased

from grc.cases import apart
from grc.cases.models import Case, Message, Party
from grc.cases.queries import NOT_FOUND, readable_for_good, visible_to
from grc.cases.reference import parse, reference
from grc.cases.told import may_know
from grc.citizens import likeness, lookup
from grc.citizens.identity import BIRTH
from grc.citizens.likeness import Likeness, Traits
from grc.citizens.matching import plain_name
from grc.citizens.merging import Together, apart_from, shown, together
from grc.citizens.models import Citizen, CitizenContact, CitizenKey, ContactPoint
from grc.citizens.sounding import SOUND
from grc.core.actor import Actor
from grc.core.audit import AuditRow, Remark
from grc.core.clock import paris_date
from grc.core.db import among, session
from grc.core.errors import NotFound
from grc.staff.policy import Level

PAGE = 50
MOST = 200  # people looked at for one who may be the same
SHOWN = 5  # of those who may be the same
_same = aliased(Citizen)  # those who stand with somebody, herself among them
_OURS = frozenset({"name", SOUND, BIRTH, "email", "phone", "address", "care_of"})


def person_reference(citizen: Citizen) -> str:
    """The public reference of a person."""
    return reference_of(citizen.id, citizen.created_at)


def reference_of(citizen_id: int, created_at: datetime) -> str:
    """The same, derived from the id and the year she was first known."""
    return reference("U", paris_date(created_at).year, citizen_id)


@dataclass(frozen=True)
class Person:
    """Somebody this agent may see; `own` are the fields of `merging.FIELDS` as they stand."""

    citizen: Citizen  # who stands for all
    whole: Together
    own: dict[str, Any]

    @property
    def ids(self) -> list[int]:
        """The ids under which her cases are kept."""
        return list(self.whole.people)

    @property
    def reference(self) -> str:
        """Her public reference."""
        return person_reference(self.citizen)

    @property
    def is_kept_apart(self) -> bool:
        """Whether she must not be brought together with anybody, said under any of her ids."""
        return any(one.keep_apart for one in self.whole.people.values())


class Reached(NamedTuple):
    """A way to reach somebody: the relation and the contact point."""

    contact: CitizenContact
    point: ContactPoint


@dataclass(frozen=True)
class Alike:
    """Somebody who may be the same, and why."""

    citizen: Citizen
    likeness: Likeness


def person_for(actor: Actor, given: str, now: datetime) -> Person:
    """The only way a view obtains a person. Raises NotFound for who does not exist as for who
    is known by others only."""
    found = parse(given)
    citizen = session().get(Citizen, found.number) if found and found.kind == "U" else None
    if citizen is None or not found or parse(person_reference(citizen)) != found:
        raise NotFound(NOT_FOUND)
    person = seen(actor, citizen, now)
    if person is None:
        raise NotFound(NOT_FOUND)
    return person


def seen(actor: Actor, citizen: Citizen, now: datetime) -> Person | None:
    """Her with those merged with her; alone for who may not know of the others; None for who
    may not know of her. Three statements."""
    whole = together(citizen)
    known = known_to(actor, list(whole.people), now)
    if citizen.id not in known and whole.root not in known:
        return None
    if whole.root not in known:
        whole = Together(citizen.id, {citizen.id: citizen}, ())
    whole = whole.without(set(whole.people) - known)
    return Person(whole.people[whole.root], whole, shown(whole.root, whole.people, whole.ties))


def known_to(actor: Actor, ids: Sequence[int], now: datetime) -> set[int]:
    """Those of these people who take part in a case this agent may read."""
    return _of_a_case(ids, visible_to(actor, now))


def known_for_good(actor: Actor, ids: Sequence[int], now: datetime) -> set[int]:
    """Those of whom this agent knows otherwise than by an exceptional access, which reads for
    some hours and ties nobody to anything."""
    return _of_a_case(ids, readable_for_good(actor, now))


def _of_a_case(ids: Sequence[int], which: ColumnElement[bool]) -> set[int]:
    taking = (Case.id == Party.case_id, Party.citizen_id == Citizen.id)
    query = select(Citizen.id).where(among(Citizen.id, ids), exists().where(*taking, which))
    return set(session().scalars(query))


def may_be_linked(actor: Actor, ids: Sequence[int], now: datetime) -> set[int]:
    """Those of these people this agent knows of, and may see beside another. Who must not be
    brought together with anybody, said under any id she is known by, is seen so by those alone
    who read a named case of hers."""
    root = func.coalesce(Citizen.survivor_id, Citizen.id)
    is_her = (_same.id == root) | (_same.survivor_id == root)
    taking = (Case.id == Party.case_id, Party.citizen_id == Citizen.id)
    seen = exists().where(*taking, visible_to(actor, now))
    kept = exists().where(is_her, _same.keep_apart)
    hers = (Case.id == Party.case_id, Party.citizen_id == _same.id, is_her)
    inside = exists().where(*hers, Case.level == Level.NAMED, visible_to(actor, now))
    query = select(Citizen.id).where(among(Citizen.id, ids), seen)
    return set(session().scalars(query.where(or_(~kept, inside))))


def cases_of(
    actor: Actor, person: Person, now: datetime, *, below: int | None = None
) -> Sequence[Case]:
    """Her cases that this agent may read, the latest first; one more than a page."""
    query = select(Case).where(_of(person.ids), visible_to(actor, now))
    if below is not None:
        query = query.where(Case.id < below)
    return session().scalars(query.order_by(Case.id.desc()).limit(PAGE + 1)).all()


def _of(ids: Sequence[int]) -> Any:
    return Case.id.in_(select(Party.case_id).where(among(Party.citizen_id, ids)))  # type: ignore[arg-type]


def contacts_of(actor: Actor, person: Person, now: datetime) -> dict[str, int]:
    """How many times she has contacted us in the cases this agent may read, by channel."""
    hers = select(Case.id).where(_of(person.ids), visible_to(actor, now))
    query = select(Message.channel, func.count()).where(
        Message.case_id.in_(hers), Message.direction == "in", Message.automatic == "no"
    )
    rows = session().execute(query.group_by(Message.channel))
    return {row[0]: row[1] for row in sorted(rows, key=lambda row: -row[1])}


def reached(actor: Actor, ids: Collection[int], now: datetime) -> list[Reached]:
    """How these people can be reached: what an agent wrote on their page, and what was told in
    a case this agent may read."""
    query = (
        select(CitizenContact, ContactPoint)
        .join(ContactPoint, ContactPoint.id == CitizenContact.contact_point_id)
        .where(among(CitizenContact.citizen_id, list(ids)))
        .where(may_know(actor, now))
        .order_by(ContactPoint.id, CitizenContact.citizen_id)
    )
    return [Reached(contact, point) for contact, point in session().execute(query)]


def history(
    actor: Actor, person: Person, points: Iterable[Reached], now: datetime
) -> list[tuple[AuditRow, str | None]]:
    """What was done to what is known of her, the latest first, with the reasons given; nothing
    about an address or a person this agent may not know of, nor why she is kept apart."""
    query = select(AuditRow, Remark.text).outerjoin(Remark, Remark.id == AuditRow.remark_id)
    about = (AuditRow.subject_kind == "citizen", among(AuditRow.subject_id, person.ids))
    rows = session().execute(query.where(*about).order_by(AuditRow.id.desc()).limit(PAGE)).all()
    shown_points = {way.point.id for way in points}
    acts = [row for row, _ in rows]
    known = may_be_named(actor, person, acts, shown_points, now)
    hidden = apart.unread(actor, person.ids, acts, now)
    return [(row, None if row.id in hidden else text) for row, text in rows if row.id in known]


def may_be_named(
    actor: Actor, person: Person, acts: Sequence[AuditRow], points: Collection[int], now: datetime
) -> set[int]:
    """The ids of those acts on her that are about nobody, or about an address among `points` or
    a person this agent may know of."""
    others = {found.number for row in acts if (found := parse(row.data.get("other", "")))}
    known = may_be_linked(actor, [*others, person.citizen.id], now) if others else set()
    known = known | {0} if person.citizen.id in known else {0}
    return {
        row.id
        for row in acts
        if row.data.get("point", 0) in {0, *points}
        and getattr(parse(row.data.get("other", "")), "number", 0) in known
    }


def alike(actor: Actor, person: Person, points: Iterable[Reached], now: datetime) -> list[Alike]:
    """Who may be the same person, the likeliest first. Looked up by keys, never by a scan; only
    people this agent may see, compared by what she may see of them."""
    mine = list(points)
    ids = _near(person, mine) - set(person.ids)
    ids -= apart_from(person.ids)
    ids = may_be_linked(actor, [*list(ids)[:MOST], person.citizen.id], now) if ids else set()
    if person.citizen.id not in ids or len(ids) == 1:
        return []
    ids -= {person.citizen.id}
    others = (
        session()
        .scalars(select(Citizen).where(among(Citizen.id, list(ids)), Citizen.survivor_id.is_(None)))
        .all()
    )
    theirs = reached(actor, [one.id for one in others], now)
    keys = _numbers([*person.ids, *(one.id for one in others)])
    whole = traits(person.whole.people.values(), mine, keys)
    found = [Alike(one, likeness.compare(whole, traits([one], theirs, keys))) for one in others]
    found = [one for one in found if one.likeness.score >= likeness.ENOUGH]
    return sorted(found, key=lambda one: (-one.likeness.score, one.citizen.id))[:SHOWN]


def traits(
    people: Iterable[Citizen], points: Iterable[Reached], keys: dict[int, set[tuple[str, str]]]
) -> Traits:
    """What somebody is compared by, from all that is known under each of her ids."""
    those = list(people)
    ids = {one.id for one in those}
    return Traits(
        names=tuple(one.name for one in those if one.name),
        births=frozenset(one.birth_date for one in those if one.birth_date),
        numbers=frozenset(pair for one in ids for pair in keys.get(one, ())),
        points=frozenset(
            (way.point.kind, way.point.value) for way in points if way.contact.citizen_id in ids
        ),
    )


def _near(person: Person, points: Sequence[Reached]) -> set[int]:
    people = person.whole.people.values()
    words = [word for one in people for word in plain_name(one.name or "").split()]
    births = [one.birth_date for one in people if one.birth_date]
    return {
        *lookup.near(words),
        *_at([way.point.id for way in points if way.point.kind != "address"]),
        *_sharing(person.ids, births),
    }


def _at(points: Sequence[int]) -> Sequence[int]:
    query = select(CitizenContact.citizen_id)
    query = query.where(among(CitizenContact.contact_point_id, points))
    return session().scalars(query.limit(MOST)).all() if points else ()


def _sharing(ids: Sequence[int], births: Sequence[date]) -> Sequence[int]:
    """Who has a number of theirs, or was born the same day and has a word of their name."""
    keys = _numbers(ids)
    pairs = [pair for found in keys.values() for pair in found]
    same = [(CitizenKey.kind == kind) & (CitizenKey.key == key) for kind, key in pairs]
    same += [(CitizenKey.kind == BIRTH) & (CitizenKey.key == day.isoformat()) for day in births]
    if not same:
        return ()
    return session().scalars(select(CitizenKey.citizen_id).where(or_(*same)).limit(MOST)).all()


def _numbers(ids: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    """The numbers others gave to these people."""
    query = select(CitizenKey.citizen_id, CitizenKey.kind, CitizenKey.key)
    query = query.where(among(CitizenKey.citizen_id, ids), CitizenKey.kind.not_in(_OURS))
    found: dict[int, set[tuple[str, str]]] = {}
    for citizen_id, kind, key in session().execute(query):
        found.setdefault(citizen_id, set()).add((kind, key))
    return found
