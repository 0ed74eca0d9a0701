"""What the words of a letter suggest, with the reasons: for a person to take or to leave."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select

from grc.cases.models import Case, CaseLink, Party
from grc.citizens import lookup
from grc.citizens.asked import Asked, read
from grc.citizens.identity import BIRTH
from grc.citizens.matching import plain_name, same_name
from grc.citizens.models import Citizen, CitizenKey
from grc.core.db import among, session
from grc.core.i18n import N_, Text
from grc.intake.letters import Opened
from grc.organisation.communes import Mention
from grc.organisation.queries import snapshot
from grc.parsing import leads
from grc.staff.policy import Level

SHOWN = 3
READ = 20_000  # characters of a letter
_NAMES = 2  # looked up; a letter is signed by one person, about another
_CAPITAL = r"[A-ZÀ-Ý][\w'’-]+"
_TITLED = re.compile(
    r"\b(?:M\.|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle)[ \t]+"
    rf"({_CAPITAL}(?:[ \t]+{_CAPITAL}){{1,3}})"
)
_ALONE = re.compile(rf"(?m)^[ \t]*({_CAPITAL}(?:[ \t]+{_CAPITAL}){{1,2}})[ \t]*$")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+){1,5}")
_BIRTH = re.compile(r"(?i)\bn[ée]+(?:\(?e\)?)?[ \t]+le[ \t]+(.{6,20})")
_NAME, _POINT, _BORN = 40, 35, 25  # of 100
# Cases that are read by name, or by doctors, and who is known by them alone, do not exist here:
# a page could be written to ask.
_EXISTS = (Case.level != Level.NAMED, Case.is_medical.is_(False))
_MAY_BE_NAMED = exists().where(Party.citizen_id == Citizen.id, Case.id == Party.case_id, *_EXISTS)


@dataclass(frozen=True)
class Person:
    """A citizen who may have written: the score, of 100, adds up the reasons."""

    citizen_id: int
    name: str
    birth_date: date | None
    score: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Proposals:
    """What a letter suggests; the likeliest first."""

    people: tuple[Person, ...]
    name: str  # as the letter writes it, for somebody unknown
    communes: tuple[Mention, ...]
    references: tuple[str, ...]  # of cases there are


@dataclass(frozen=True)
class _Leads:
    names: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    births: tuple[date, ...]


def of(letter: Opened, today: date) -> Proposals:
    """The proposals for a letter. Eight statements at most, whatever it says."""
    text = letter.message.text[:READ]
    found = _leads(text, today)
    people = sorted(_people(found), key=lambda one: (-one.score, one.citizen_id))
    return Proposals(
        people=tuple(people[:SHOWN]),
        name=found.names[0] if found.names else "",
        communes=snapshot().communes.mentions(text)[:SHOWN],
        references=tuple(_cited(letter.case.id)),
    )


def _leads(text: str, today: date) -> _Leads:
    names = [
        " ".join(one.split()) for pattern in (_TITLED, _ALONE) for one in pattern.findall(text)
    ]
    points = [("phone", number) for number in leads.phones(text)]
    points += [("email", address.lower()) for address in _EMAIL.findall(text)[:5]]
    births = [day for told in _BIRTH.findall(text)[:3] for day in read(told, today).births]
    return _Leads(tuple(dict.fromkeys(names))[:_NAMES], tuple(points), tuple(births))


def _people(found: _Leads) -> Iterator[Person]:
    ids = set(_at(found.points))
    for name in found.names:
        asked = Asked(name=tuple(plain_name(name).split()))
        ids |= {*lookup.exactly(asked), *lookup.beginning(asked)}
    if not ids:
        return
    keys: dict[int, set[tuple[str, str]]] = {}
    wanted = CitizenKey.kind.in_(("email", "phone", BIRTH))
    query = select(CitizenKey.citizen_id, CitizenKey.kind, CitizenKey.key)
    for citizen_id, kind, key in session().execute(
        query.where(among(CitizenKey.citizen_id, list(ids)), wanted)
    ):
        keys.setdefault(citizen_id, set()).add((kind, key))
    those = select(Citizen).where(among(Citizen.id, list(ids)), _MAY_BE_NAMED)
    for citizen in session().scalars(those):
        reasons = list(_reasons(citizen, keys.get(citizen.id, set()), found))
        if reasons:
            told = tuple(reason for _, reason in reasons)
            score = sum(points for points, _ in reasons)
            yield Person(citizen.id, citizen.name or "", citizen.birth_date, score, told)


def _at(points: Sequence[tuple[str, str]]) -> Sequence[int]:
    if not points:
        return ()
    same = [(CitizenKey.kind == kind) & (CitizenKey.key == value) for kind, value in points]
    return session().scalars(select(CitizenKey.citizen_id).where(or_(*same)).limit(50)).all()


def _reasons(
    citizen: Citizen, keys: set[tuple[str, str]], found: _Leads
) -> Iterator[tuple[int, Text]]:
    agreeing = next(
        (one for one in found.names if citizen.name and same_name(one, citizen.name)), ""
    )
    if agreeing:
        yield _NAME, Text(N_("« %(name)s » est écrit dans le courrier"), {"name": agreeing})
    if known := next((value for kind, value in found.points if (kind, value) in keys), ""):
        yield _POINT, Text(N_("%(contact)s est écrit et connu"), {"contact": known})
    births = {day.isoformat() for day in found.births}
    if any(kind == BIRTH and key in births for kind, key in keys):
        yield _BORN, Text(N_("même date de naissance"))


def _cited(case_id: int) -> list[str]:
    """The references read in the letter that are those of a case."""
    query = select(Case).join(CaseLink, CaseLink.other_id == Case.id)
    query = query.where(CaseLink.case_id == case_id, CaseLink.kind == "cited", *_EXISTS)
    return [case.reference for case in session().scalars(query.order_by(Case.id).limit(SHOWN))]
