"""Where letters go: what is known of the correspondent's postal address, and what forbids it."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, bindparam, select

from grc.cases.models import Case, Party
from grc.cases.told import may_know, told_in
from grc.citizens import merging
from grc.citizens.models import Citizen, CitizenContact, ContactPoint
from grc.core.actor import Actor
from grc.core.db import among, session
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.correspondence.models import OurLetter


def known_address(actor: Actor, case: Case, now: datetime) -> str:
    """Where letters to the correspondent go: name and postal address, if this actor may know of
    one and it may be written to; only the name otherwise."""
    return _address(case, may_know(actor, now))


def address_told_in(case: Case) -> str:
    """The same, of the addresses that this very case told: nobody looks before it is used."""
    return _address(case, told_in(case.id))


def _address(case: Case, condition: ColumnElement[bool]) -> str:
    row = session().execute(_CORRESPONDENT, {"case": case.id}).first()
    if row is None:
        return ""
    name = row.organisation or row.citizen or row.name or ""
    last = (
        session()
        .scalars(
            select(OurLetter.recipient)
            .where(OurLetter.case_id == case.id, OurLetter.returned_how.is_(None))
            .order_by(OurLetter.id.desc())
            .limit(1)
        )
        .first()
    )
    if last:
        return "\n".join(last)
    found = row.citizen_id and session().scalar(
        _POSTAL.where(condition), {"citizen": row.citizen_id}
    )
    return "\n".join(filter(None, (name, str(found or "").replace(", ", "\n"))))


def may_be_written_to(case: Case, lines: Sequence[str]) -> bool:
    """False when the correspondent, or who she was merged with, asked that nothing be sent to this
    address."""
    row = session().execute(_CORRESPONDENT, {"case": case.id}).first()
    if row is None or row.citizen_id is None:
        return True
    people = merging.standing_with([row.citizen_id])
    kept = session().scalars(_KEPT_FROM.where(among(CitizenContact.citizen_id, people)))
    return not _is_one_of(set(kept), lines)


def refused(letters: Sequence[OurLetter]) -> set[int]:
    """The ids of those letters that `may_be_written_to` keeps from leaving. Three statements for
    a whole list, and some more for each that looks as if it were one."""
    cases = {one.case_id for one in letters}
    writers = select(Party.citizen_id).where(
        among(Party.case_id, sorted(cases)), Party.is_correspondent, Party.citizen_id.is_not(None)
    )
    people = merging.standing_with(sorted(set(session().scalars(writers)))) if cases else []
    if not people:
        return set()
    query = _KEPT_FROM.where(among(CitizenContact.citizen_id, people))
    kept = set(session().scalars(query))
    likely = [one for one in letters if _is_one_of(kept, one.recipient)]
    known = {one.case_id: session().get_one(Case, one.case_id) for one in likely}
    found = (one for one in likely if not may_be_written_to(known[one.case_id], one.recipient))
    return {one.id for one in found}


def _is_one_of(kept: Collection[str], lines: Sequence[str]) -> bool:
    there = _squeezed("".join(lines[1:]))
    return any(_is_there(value, there) for value in kept)


def demand_wanted(case: Case, lines: Sequence[str]) -> None:
    """Raise InvalidInput where `may_be_written_to` is false: also of words written before."""
    if not may_be_written_to(case, lines):
        raise InvalidInput(
            N_("L'usager a demandé de ne pas lui écrire à cette adresse, ou elle n'est pas sûre."),
            field="recipient",
        )


def _is_there(value: str, there: str) -> bool:
    """Street and town are looked for each by itself: there may be lines between them."""
    town = _TOWN.search(value)
    before = [_squeezed(part) for part in _PARTS.split(value[: town.start()] if town else value)]
    parts = [part for part in before if part]
    if town:
        numbered = [part for part in parts if part[0].isdigit()]
        parts = [*(numbered or parts)[-1:], _squeezed(town[0])]
    # 2 rue X is not 12 rue X
    return bool(parts) and all(re.search(rf"(?<!\d){re.escape(one)}", there) for one in parts)


def _squeezed(value: str) -> str:
    """Capitals and digits alone: no accent, no blank, no mark."""
    return "".join(one for one in normalize("NFKD", value.upper()) if one.isalnum())


_TOWN = re.compile(r"\b\d{5}\s+\S[^,;\n]*")
_PARTS = re.compile(r"[,;\n]")
_CORRESPONDENT: Any = (
    select(Party.citizen_id, Party.name, Party.organisation, Citizen.name.label("citizen"))
    .outerjoin(Citizen, Citizen.id == Party.citizen_id)
    .where(Party.case_id == bindparam("case"), Party.is_correspondent)
    .order_by(Party.id)
    .limit(1)
)
_POSTAL: Any = (
    select(ContactPoint.value)
    .join(CitizenContact, CitizenContact.contact_point_id == ContactPoint.id)
    .where(
        CitizenContact.citizen_id == bindparam("citizen"),
        ContactPoint.kind == "address",
        CitizenContact.do_not_write.is_(False),
        CitizenContact.safe.is_not(False),
    )
    .order_by(ContactPoint.id.desc())
    .limit(1)
)
_KEPT_FROM: Any = (
    select(ContactPoint.value)
    .join(CitizenContact, CitizenContact.contact_point_id == ContactPoint.id)
    .where(
        ContactPoint.kind.in_(("address", "care_of")),
        CitizenContact.do_not_write.is_(True) | CitizenContact.safe.is_(False),
    )
)
