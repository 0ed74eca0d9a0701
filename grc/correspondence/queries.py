"""Reading letters: each belongs to a case, and whoever may not know of the case knows of none.

The mail room sees what leaves: number, addressee, service; of a case read by named people, or
by doctors, a closed envelope: number and service.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy import text as sql

from grc.cases.models import Case
from grc.cases.queries import NOT_FOUND, case_for, visible_to
from grc.cases.reference import parse
from grc.cases.service import facts_for
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import NotFound
from grc.correspondence.files import Type
from grc.correspondence.models import (
    LEAVING,
    ON_THEIR_WAY,
    LetterType,
    OurLetter,
    PrintRun,
    Visa,
)
from grc.correspondence.powers import Power, powers
from grc.correspondence.states import State
from grc.organisation.cache import Cache
from grc.staff.models import User
from grc.staff.policy import CaseFacts, Level, Permission

MOST = 200
_SEALED = or_(OurLetter.apart, Case.level == Level.NAMED, Case.is_medical)


def is_sealed(letter: OurLetter, case: Case) -> bool:
    """True for a letter that leaves in an envelope that the mail room does not fill."""
    return letter.apart or case.level == Level.NAMED or case.is_medical


def is_apart(letter: OurLetter, case: Case) -> bool:
    """True for a letter that its service is still to print: sealed, and not in an envelope of its
    own. It may stand in a run that was made before."""
    waits = letter.state == State.SIGNED or (
        letter.state == State.PRINTED and letter.run_id is not None
    )
    return waits and is_sealed(letter, case)


def facts(case: Case, actor: Actor, now: datetime) -> CaseFacts:
    """What the policy wants to know of the case of a letter."""
    return facts_for(case, actor, now)


def letter_for(
    actor: Actor, reference: str, permission: Permission, now: datetime
) -> tuple[OurLetter, Case]:
    """The only way a view obtains a letter: by its case. Raises NotFound, Forbidden."""
    letter = by_reference(reference)
    if letter is None:
        raise NotFound(NOT_FOUND)
    case = session().get_one(Case, letter.case_id)
    return letter, case_for(actor, case.reference, permission, now)


def by_reference(typed: str) -> OurLetter | None:
    """The letter a typed or photographed reference names; None when it names none."""
    found = parse(typed)
    if found is None or not found.valid or found.kind != "L":
        return None
    letter = session().get(OurLetter, found.number)
    return letter if letter is not None and parse(letter.reference) == found else None


@dataclass(frozen=True)
class TypeView(Type):
    """The current version of a type of letter."""

    version: int

    def label(self, locale: str) -> str:
        """Its name in a language."""
        return self.label_en if locale == "en" else self.label_fr


def _build() -> Mapping[str, TypeView]:
    found = _read(LetterType.valid_to.is_(None))
    return {one.code: one for one in found}


def _build_all() -> Mapping[tuple[str, int], TypeView]:
    return {(one.code, one.version): one for one in _read()}


def _read(*where: ColumnElement[bool]) -> list[TypeView]:
    query = select(*(getattr(LetterType, one.name) for one in dataclass_fields(TypeView)))
    rows = session().execute(query.where(*where).order_by(LetterType.id))
    return [TypeView(**row._asdict()) for row in rows]


_cache = Cache(_build)
_every = Cache(_build_all)


def types() -> Mapping[str, TypeView]:
    """The types of letter of now, by code; a reload is seen within a second."""
    return _cache.get()


def type_of(letter: OurLetter) -> TypeView | None:
    """The type of a letter: the one of now, else the version it was begun with, offered no
    more; None for what has no type."""
    known = types().get(letter.type_code)
    return known or _every.get().get((letter.type_code, letter.type_version))


@dataclass(frozen=True)
class Waiting:
    """A letter that somebody is to endorse, sign or post, and its case."""

    letter: OurLetter
    case: Case


def to_endorse(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The condition on letters that wait for the visa of this person."""
    given = select(Visa.letter_id).where(
        Visa.letter_id == OurLetter.id,
        Visa.user_id == actor.user_id,
        Visa.edition == OurLetter.edition,
    )
    return (
        (OurLetter.state == State.VISA)
        & OurLetter.unit_id.in_(actor.units("supervisor"))
        & OurLetter.author_id.is_distinct_from(actor.user_id)
        & ~given.exists()
        & visible_to(actor, now)
    )


def to_sign(actor: Actor, held: Sequence[Power], now: datetime) -> ColumnElement[bool]:
    """The condition on letters that wait for the signature of a person with these powers."""
    found = []
    for one in held:
        here = OurLetter.unit_id.in_(one.units)
        found.append(here & OurLetter.type_code.in_(one.types) if one.types else here)
    may = or_(*found) if found else false()
    return and_(OurLetter.state == State.SIGNATURE, may, visible_to(actor, now))


def _listed(condition: ColumnElement[bool]) -> list[Waiting]:
    query = select(OurLetter, Case).join(Case, Case.id == OurLetter.case_id).where(condition)
    rows = session().execute(query.order_by(OurLetter.changed_at, OurLetter.id).limit(MOST))
    return [Waiting(*row) for row in rows]


def book(actor: Actor, today: date, now: datetime) -> list[Waiting]:
    """What waits for this person: to be endorsed or signed, oldest first."""
    mine = to_endorse(actor, now) | to_sign(actor, powers(actor.user_id, today), now)
    return _listed(and_(sql(ON_THEIR_WAY), mine))


def own(actor: Actor, now: datetime) -> list[Waiting]:
    """What this person has written and has not left yet."""
    open_ = (State.DRAFT, State.VISA, State.SIGNATURE, State.SIGNED, State.PRINTED)
    mine = (OurLetter.author_id == actor.user_id) & OurLetter.state.in_(open_)
    return _listed(mine & visible_to(actor, now))


def waiting(actor: Actor, held: Sequence[Power], now: datetime) -> Select[int]:
    """The letters that wait for a person with these powers, to be counted."""
    mine = to_endorse(actor, now) | to_sign(actor, held, now)
    query = select(OurLetter.id).join(Case, Case.id == OurLetter.case_id)
    return query.where(sql(ON_THEIR_WAY), mine)


@dataclass(frozen=True)
class Departure:
    """A letter as the mail room sees it. `is_sealed`: nothing but number and service."""

    letter: OurLetter
    is_sealed: bool


def leaving() -> list[Departure]:
    """What is to be printed or posted, by departure number."""
    query = select(OurLetter, _SEALED).join(Case, Case.id == OurLetter.case_id)
    query = query.where(sql(LEAVING)).order_by(OurLetter.id).limit(MOST)
    return [Departure(letter, bool(sealed)) for letter, sealed in session().execute(query)]


def printable(most: int) -> Sequence[OurLetter]:
    """What a run takes: letters ready to be printed, none of a case that few people read."""
    query = select(OurLetter).join(Case, Case.id == OurLetter.case_id)
    query = query.where(OurLetter.state == State.SIGNED, ~_SEALED).order_by(OurLetter.id)
    return session().scalars(query.limit(most)).all()


def posted(since: date) -> list[Departure]:
    """What left since a day, the last first."""
    query = select(OurLetter, _SEALED).join(Case, Case.id == OurLetter.case_id)
    query = query.where(OurLetter.posted_on >= since)
    query = query.order_by(OurLetter.posted_on.desc(), OurLetter.id.desc()).limit(MOST)
    rows = session().execute(query)
    return [Departure(letter, bool(sealed)) for letter, sealed in rows]


def returned(since: date) -> list[Departure]:
    """What came back since a day, its slip included, the last first."""
    query = select(OurLetter, _SEALED).join(Case, Case.id == OurLetter.case_id)
    query = query.where(OurLetter.returned_on >= since)
    query = query.order_by(OurLetter.returned_on.desc(), OurLetter.id.desc()).limit(MOST)
    rows = session().execute(query)
    return [Departure(letter, bool(sealed)) for letter, sealed in rows]


_STILL_TO_POST = and_(OurLetter.state == State.PRINTED, ~_SEALED)


def runs(limit: int = 10) -> Sequence[PrintRun]:
    """The last print runs of which something is still to be posted."""
    kept = select(OurLetter.run_id).join(Case, Case.id == OurLetter.case_id)
    kept = kept.where(_STILL_TO_POST, OurLetter.run_id.is_not(None))
    query = select(PrintRun).where(PrintRun.id.in_(kept))
    return session().scalars(query.order_by(PrintRun.id.desc()).limit(limit)).all()


def run(run_id: int) -> PrintRun | None:
    """A print run; None when there is none of this number."""
    return session().get(PrintRun, run_id)


def of_run(run_id: int) -> list[Waiting]:
    """The letters of a run that may still be printed there, in order: none that was withdrawn, or
    that has left, or whose case became confidential."""
    query = select(OurLetter, Case).join(Case, Case.id == OurLetter.case_id)
    query = query.where(OurLetter.run_id == run_id, _STILL_TO_POST).order_by(OurLetter.id)
    return [Waiting(*row) for row in session().execute(query)]


def visas_of(letter: OurLetter) -> Sequence[tuple[str, datetime]]:
    """Who has endorsed a letter as it is, and when."""
    query = select(User.name, Visa.at).join(User, User.id == Visa.user_id)
    query = query.where(Visa.letter_id == letter.id, Visa.edition == letter.edition)
    return [(row.name, row.at) for row in session().execute(query.order_by(Visa.id))]


def next_departure(year: int) -> int:
    """The next number on the register of a year; ask under a lock."""
    query = select(func.max(OurLetter.departure)).where(OurLetter.departure_year == year)
    return (session().scalar(query) or 0) + 1
