"""Who is this person of whom another system tells more than an address? Never a guess.

A number of that system is the surest lead, then an address or a telephone, then name and date
of birth together. Each needs a name that agrees; what disagrees is proposed to a person.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select, update

from grc.channels.past import Person
from grc.citizens import service
from grc.citizens.matching import Candidate, Match, match, one_each, plain_name, same_name
from grc.citizens.models import Citizen, CitizenKey
from grc.citizens.service import Known
from grc.citizens.sounding import SOUND
from grc.core.db import add_later, execute, fetch, write_later
from grc.core.i18n import N_, Text

BIRTH = "birth"
NAMED = N_("déjà nommé dans cette demande")
FIRST = N_("première demande pour cette personne")
_FIRST = {"import": N_("première demande reprise pour cette personne")}
_BY_KEY = (
    select(Citizen.id, Citizen.name, Citizen.survivor_id)
    .join(CitizenKey, CitizenKey.citizen_id == Citizen.id)
    .where(CitizenKey.kind == bindparam("kind"), CitizenKey.key == bindparam("key"))
    .order_by(Citizen.id)
    .limit(50)
)
_KEYS_OF = select(CitizenKey.kind, CitizenKey.key).where(
    CitizenKey.citizen_id == bindparam("citizen")
)


def identify(
    person: Person, *, origin: str = "import", now: datetime, among: Sequence[int] = ()
) -> Known:
    """Find or create this person, with every address and number told of them.

    Without a name nor an address nobody is created. `origin`: where what is told comes from.
    `among`: citizens who bear this very name in the same request; no other lead is needed there.
    """
    points = [
        (kind, service.contact_point(kind, value, now=now), value)
        for kind, value in _addresses(person)
    ]
    first, told = (points[0][1] if points else None), tuple(point for _, point, _ in points)
    found = _among(person, _match(person, points), among)
    if found.kind == "proposed":
        return Known(found, first, person.name, told=told)
    if found.citizen_id is not None:
        _complete(found.citizen_id, person, points, origin)
    elif person.name or points:
        found = _create(person, points, origin, now)
    return Known(found, first, person.name, told=told)


def _create(
    person: Person, points: Sequence[tuple[str, int, str]], origin: str, now: datetime
) -> Match:
    citizen_id = service.create(person.name, points, origin=origin, now=now)
    written = service.name_keys(person.name)  # part of a name may be that of birth
    _tell(citizen_id, person, [pair for pair in _keys(person) if pair not in written])
    return Match("matched", citizen_id, (Text(_FIRST.get(origin, FIRST)),))


def _addresses(person: Person) -> Iterator[tuple[str, str]]:
    if person.email:
        yield "email", person.email.lower()
    if person.phone:
        yield "phone", person.phone
    if person.address:
        yield "address", person.address[:200]


def _keys(person: Person) -> list[tuple[str, str]]:
    keys = [(key.kind[:10], key.value[:200]) for key in person.keys]
    keys += service.name_keys(person.birth_name)
    keys += [(BIRTH, person.birth_date.isoformat())] if person.birth_date else []
    return list(dict.fromkeys(keys))


def _match(person: Person, points: Sequence[tuple[str, int, str]]) -> Match:
    """The surest of what each lead says; a home shared with others says nothing."""
    for key in person.keys:
        if owners := _owners(key.kind, key.value):
            return match(f"{key.kind} {key.value}", person.name, owners)
    for kind, point_id, value in points:
        if kind != "address" and (owners := service.owners(point_id)):
            return _unless_another(person, match(value, person.name, owners, kind=kind))
    return _born(person)


def _unless_another(person: Person, found: Match) -> Match:
    """A family shares an address: somebody of another name is somebody else."""
    others = found.kind == "proposed" and person.name and person.birth_date
    return Match("none", None, ()) if others else found


def _born(person: Person) -> Match:
    if not person.name or not person.birth_date:
        return Match("none", None, ())
    owners = [
        owner
        for owner in _owners(BIRTH, person.birth_date.isoformat())
        if owner.name and same_name(person.name, owner.name)
    ]
    owners = one_each(person.name, owners)
    if len(owners) != 1:
        return Match("none", None, ())
    exact = plain_name(owners[0].name or "") == plain_name(person.name)
    reason = (Text(N_("même nom et même date de naissance")),)
    if exact:
        return Match("matched", owners[0].citizen_id, reason)
    return Match("proposed", None, reason, (owners[0].citizen_id,))


def _among(person: Person, found: Match, among: Sequence[int]) -> Match:
    """What the leads say, else the one namesake who takes part already."""
    if found.kind == "matched":
        return found
    likely = tuple(one for one in among if not found.proposed or one in found.proposed)
    likely = tuple(one for one in likely if not _differs(one, person))
    if not likely:
        return found
    if len(likely) == 1:
        return Match("matched", likely[0], (Text(NAMED),))
    return Match("proposed", None, (Text(NAMED),), likely)


def _differs(citizen_id: int, person: Person) -> bool:
    """True when she was born another day, or has another number of a kind that is told."""
    told = [pair for pair in _keys(person) if pair[0] not in ("name", SOUND)]
    write_later(CitizenKey)
    known = {(row.kind, row.key) for row in fetch(_KEYS_OF, {"citizen": citizen_id})}
    kinds = {kind for kind, _ in known}
    return any(pair not in known and pair[0] in kinds for pair in told)


def _owners(kind: str, key: str) -> list[Candidate]:
    write_later(CitizenKey)
    rows = fetch(_BY_KEY, {"kind": kind[:10], "key": key[:200]})
    return [Candidate(row.id, row.name, row.survivor_id) for row in rows]


def tell(
    citizen_id: int, *, birth_date: date | None, care_of: str, now: datetime
) -> tuple[int, ...]:
    """Add what an agent was told face to face: a birth not known yet, who keeps the mail of
    somebody without a home. That is no lead to find her by: many people share it. Returns the
    contact points that were told."""
    point = service.contact_point("care_of", care_of, now=now) if care_of else None
    if point is not None:
        service.attach(citizen_id, point, origin="agent")
    _complete(citizen_id, Person("beneficiary", birth_date=birth_date), [], "agent")
    return (point,) if point is not None else ()


def _complete(
    citizen_id: int, person: Person, points: Sequence[tuple[str, int, str]], origin: str
) -> None:
    """Add what was not known yet; what was known stays as it is."""
    for _, point_id, _ in points:
        service.attach(citizen_id, point_id, origin=origin)
    write_later(CitizenKey)
    rows = fetch(_KEYS_OF, {"citizen": citizen_id})
    known = {(row.kind, row.key) for row in rows}
    told = [*_keys(person), *_addresses(person)]
    _tell(citizen_id, person, [pair for pair in told if pair not in known])


def _tell(citizen_id: int, person: Person, keys: Sequence[tuple[str, str]]) -> None:
    """Write keys that nobody told yet, and what there was none of: a date, a name of birth."""
    for kind, key in keys:
        add_later(CitizenKey, citizen_id=citizen_id, kind=kind, key=key)
    if person.birth_date:
        unborn = (Citizen.id == citizen_id, Citizen.birth_date.is_(None))
        execute(update(Citizen).where(*unborn).values(birth_date=person.birth_date))
    if person.birth_name:
        unnamed = (Citizen.id == citizen_id, Citizen.birth_name.is_(None))
        execute(update(Citizen).where(*unnamed).values(birth_name=person.birth_name))
