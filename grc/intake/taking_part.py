"""Who takes part in a case besides its correspondent. Told again, somebody is nobody new: the same
role is not written twice, and another role of the same person is one more role."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from grc.cases.models import Party
from grc.cases.parties import NewParty
from grc.channels.past import Person
from grc.channels.protocol import Request
from grc.citizens.identity import identify
from grc.citizens.matching import plain_name
from grc.core.db import session
from grc.core.i18n import Text


def newcomers(case_id: int, request: Request, now: datetime) -> tuple[NewParty, ...]:
    """The others of a request that is added to a case."""
    if len(request.people) < 2:
        return ()
    columns = (Party.role, Party.citizen_id, Party.contact_point_id, Party.name, Party.organisation)
    rows = session().execute(select(*columns).where(Party.case_id == case_id).order_by(Party.id))
    return others(request, [NewParty(*row) for row in rows], now)


def others(request: Request, present: Sequence[NewParty], now: datetime) -> tuple[NewParty, ...]:
    """Everybody a request tells of besides its writer; those who take part already only when it
    tells how they can be reached."""
    everybody, again = list(present), []
    for person in request.people[1:]:
        party, _, _ = told(person, origin_of(request), now, everybody)
        if not any(_same(party, one) for one in everybody):
            everybody.append(party)
        elif party.told:
            again.append(replace(party, is_again=True))
    return (*everybody[len(present) :], *again)


def origin_of(request: Request) -> str:
    """Where what is told of people comes from: taken over from another system, or told here."""
    return "import" if request.past else "request"


def told(
    person: Person, origin: str, now: datetime, present: Sequence[NewParty] = ()
) -> tuple[NewParty, str, tuple[Text, ...]]:
    """A person of whom more than an address is told; an organisation is nobody's citizen.

    Of those `present` in the case, one of this very name is this person, unless what is told of
    her differs from what is known: else each message would invent somebody.
    """
    if person.organisation:
        return NewParty(person.role, organisation=person.organisation), "none", ()
    namesakes = [one for one in present if person.name and _plain(one) == plain_name(person.name)]
    among = tuple(dict.fromkeys(one.citizen_id for one in namesakes if one.citizen_id))
    if namesakes and not among and not _has_lead(person):  # not recognised then, nor now
        return replace(namesakes[0], role=person.role, is_first=False), "none", ()
    known = identify(person, origin=origin, now=now, among=among)
    match, point = known.match, known.contact_point_id
    party = NewParty(person.role, match.citizen_id, point, person.name, told=known.told)
    return party, match.kind, match.reasons


def _has_lead(person: Person) -> bool:
    """True when more than a name may tell who she is."""
    return bool(person.keys or person.email or person.phone or person.birth_date)


def _same(one: NewParty, other: NewParty) -> bool:
    """True when both say the same of the same person, or of the same organisation."""
    if one.role != other.role:
        return False
    if one.organisation or other.organisation:
        return plain_name(one.organisation or "") == plain_name(other.organisation or "")
    if one.citizen_id and other.citizen_id:
        return one.citizen_id == other.citizen_id
    if one.name or other.name:
        return _plain(one) == _plain(other)
    return one.contact_point_id == other.contact_point_id


def _plain(party: NewParty) -> str:
    return plain_name(party.name or "")
