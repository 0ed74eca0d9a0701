"""Who lives with whom, as people noted it. Who may see it is not decided here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from grc.citizens import merging
from grc.citizens.models import Household, HouseholdApart, HouseholdMember
from grc.core.clock import paris_date
from grc.core.db import add, among, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.i18n import N_

ROLES: Mapping[str, str] = {
    "adult": N_("adulte"),
    "spouse": N_("conjoint ou partenaire"),
    "child": N_("enfant"),
    "parent": N_("parent"),
    "helper": N_("aidant"),
    "other": N_("autre lien"),
}
ALONE = "adult"  # the role of who was in no household before


@dataclass(frozen=True)
class Place:
    """The role of somebody in a household, from when, and what proves it."""

    role: str
    since: date | None
    proof: str


def of(ids: Collection[int]) -> Sequence[HouseholdMember]:
    """Everybody of the households of these people, themselves among them, who is or was there."""
    stands = HouseholdMember.undone_at.is_(None)
    theirs = select(HouseholdMember.household_id).where(
        among(HouseholdMember.citizen_id, list(ids)), stands
    )
    query = select(HouseholdMember).where(HouseholdMember.household_id.in_(theirs), stands)
    return session().scalars(query.order_by(HouseholdMember.id)).all()


def join(one: int, other: int, place: Place, *, now: datetime) -> None:
    """The second is of the household of the first, which is made when she has none. Two who note
    it at once wait for each other. Raises InvalidInput for a day to come, Conflict when they are
    together already."""
    if place.role not in ROLES:
        raise InvalidInput(N_("Ce rôle n'existe pas."), field="role")
    if place.since is not None and place.since > paris_date(now):
        raise InvalidInput(N_("Cette date est à venir."), field="since")
    merging.alone([one, other])
    present = [row for row in of([one]) if row.until is None]
    own = next((row.household_id for row in present if row.citizen_id == one), None)
    if any(row.citizen_id == other for row in present if row.household_id == own):
        raise Conflict(N_("Ces deux personnes sont déjà du même foyer."))
    if own is None:
        own = add(Household, created_at=now)
        _enter(own, one, Place(ALONE, place.since, place.proof), now)
    _again(own, other)
    _enter(own, other, place, now)


def _again(household_id: int, citizen_id: int) -> None:
    """Who had left and is back: her time before ended, and the new one begins."""
    for row in of([citizen_id]):
        if row.household_id == household_id and row.citizen_id == citizen_id:
            row.undone_at = row.at
            session().flush()


def _enter(household_id: int, citizen_id: int, place: Place, now: datetime) -> None:
    add(
        HouseholdMember,
        household_id=household_id,
        citizen_id=citizen_id,
        role=place.role,
        since=place.since,
        until=None,
        proof=place.proof[:200],
        at=now,
    )


def leave(row: HouseholdMember, until: date | None, *, now: datetime) -> None:
    """She left on a day; or (None) was never of it: a mistake. Raises InvalidInput for a day
    that cannot be."""
    if until is not None and (until > paris_date(now) or (row.since and until < row.since)):
        raise InvalidInput(N_("Cette date ne peut pas être celle du départ."), field="until")
    row.until = until
    if until is None:
        row.undone_at = now
    session().flush()


def keep_apart(one: int, other: int, *, now: datetime) -> None:
    """They do not live together: it is not proposed again; twice is once."""
    merging.alone([one, other])
    low, high = sorted((one, other))
    if session().get(HouseholdApart, (low, high)) is None:
        session().add(HouseholdApart(low_id=low, high_id=high, at=now))
        session().flush()


def apart_from(ids: Collection[int]) -> set[int]:
    """Those of whom a person said that they do not live with one of these."""
    mine = (among(HouseholdApart.low_id, list(ids)), among(HouseholdApart.high_id, list(ids)))
    rows = session().execute(
        select(HouseholdApart.low_id, HouseholdApart.high_id).where(or_(*mine))
    )
    return {one for row in rows for one in row} - set(ids)
