"""What agents do with households, by hand and with a proof. Each act can be undone."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from grc.cases import apart as protection
from grc.cases.households import home
from grc.cases.persons import Person, may_be_linked, person_reference
from grc.citizens import household, merging
from grc.citizens.household import ROLES, Place
from grc.citizens.models import Citizen, HouseholdMember
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import amend, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.work.people import may_change

ELSEWHERE = N_(
    "Elle vit déjà avec d’autres personnes. Pour rejoindre ce foyer, ajoutez l’usager depuis sa "
    "fiche à elle ; si elle a deux foyers, cochez la case ci-dessous."
)


def join(
    person: Person,
    other: Person,
    place: Place,
    *,
    apart: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """The second is of the household of the first. Raises InvalidInput for one who must not be
    brought together with others, in the words of one who does not exist; and for one who lives
    with others already, unless it is `apart` from these: a child of two homes, say."""
    _demand(actor, [*person.ids, *other.ids], now)
    ids = [person.citizen.id, other.citizen.id]
    if not place.proof.strip():
        raise InvalidInput(N_("Dites ce qui le prouve."), field="proof")
    if may_be_linked(actor, ids, now) != set(ids):
        words = N_("Aucun usager de cette référence, ou vous n’y avez pas accès.")
        raise InvalidInput(words, field="other")
    if not apart and lives_elsewhere(actor, person, other, now):
        raise InvalidInput(ELSEWHERE, field="other")
    household.join(person.citizen.id, other.citizen.id, place, now=now)
    told: dict[str, Any] = {"role": Text(ROLES[place.role])}
    _tell_both(Event.CITIZEN_HOUSEHOLD, person.citizen, other.citizen, actor, now, **told)


def lives_elsewhere(actor: Actor, person: Person, other: Person, now: datetime) -> bool:
    """True when a household would be made for the first, who has none, of a person who lives
    with others already, as this agent may see. What she may not see is not told by a question."""
    rows = household.of(person.ids)
    if any(row.citizen_id in person.ids and row.until is None for row in rows):
        return False
    found = home(actor, other, (), now, proposes=False)
    return any(one.row.until is None for one in found.members)


def leave(
    person: Person, row: HouseholdMember, until: date | None, *, actor: Actor, now: datetime
) -> None:
    """Somebody of her household left it on a day; or was noted there by mistake."""
    other = session().get_one(Citizen, row.citizen_id)
    if other.id not in may_be_linked(actor, [other.id], now):
        raise NotFound(N_("Cette personne n’est plus du foyer."))
    _demand(actor, [*person.ids, other.id], now)
    household.leave(row, until, now=now)
    on = f"{until:%d/%m/%Y}" if until else Text(N_("notée par erreur"))
    _tell_both(Event.CITIZEN_HOUSEHOLD_LEFT, person.citizen, other, actor, now, on=on)


def not_together(person: Person, other: Person, *, actor: Actor, now: datetime) -> None:
    """They do not live together: it is not proposed again."""
    _demand(actor, [*person.ids, *other.ids], now)
    household.keep_apart(person.citizen.id, other.citizen.id, now=now)
    _tell_both(Event.CITIZEN_NOT_HOUSEHOLD, person.citizen, other.citizen, actor, now)


def keep_apart(person: Person, *, kept: bool, why: str, actor: Actor, now: datetime) -> None:
    """From now on she is (not) to be brought together with anybody, and why. Said again, the
    protection only gains a reason, and its end changes nothing. Raises Forbidden for who may
    not end it, in words that say nothing of her cases."""
    _demand(actor, person.ids, now)
    if not kept and not protection.may_end(actor, person.ids, now):
        raise Forbidden(N_("Cette précaution se lève avec la personne qui l’a notée."))
    if not why.strip():
        raise InvalidInput(N_("Dites-le en une phrase."), field="reason")
    merging.alone(person.ids)
    changed = [one for one in person.whole.people.values() if one.keep_apart != kept]
    event = Event.CITIZEN_KEPT_APART if kept else Event.CITIZEN_NOT_KEPT_APART
    said = changed or ([person.citizen] if kept else [])
    remark_id = audit.remark(why, now=now) if said else None
    for citizen in said:
        amend(citizen, keep_apart=kept)
        subject = ("citizen", citizen.id)
        audit.record(event, subject=subject, actor=actor, now=now, remark_id=remark_id)


def _tell_both(
    event: Event, one: Citizen, other: Citizen, actor: Actor, now: datetime, **data: Any
) -> None:
    for here, there in ((one, other), (other, one)):
        audit.record(
            event,
            subject=("citizen", here.id),
            actor=actor,
            now=now,
            other=person_reference(there),
            **data,
        )


def _demand(actor: Actor, people: Collection[int], now: datetime) -> None:
    if not may_change(actor, people, now):
        raise Forbidden(N_("Vous pouvez lire cette fiche, pas la modifier."))
