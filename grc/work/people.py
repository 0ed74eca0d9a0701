"""What agents do with what is known of a person. Each act has its reason, and can be undone."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete

from grc.cases.fields import NOTHING
from grc.cases.persons import Person, known_for_good, person_reference, reached
from grc.cases.told import BY_HAND
from grc.citizens import merging, service
from grc.citizens.identity import BIRTH
from grc.citizens.merging import FIELDS
from grc.citizens.models import Citizen, CitizenContact, CitizenKey
from grc.core import audit
from grc.core.actor import Actor
from grc.core.changes import spelled
from grc.core.db import add, amend, execute, session, write_later
from grc.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text, listed
from grc.parsing.phones import e164
from grc.staff.policy import Permission, allowed

KINDS: Mapping[str, str] = {
    "phone": N_("téléphone"),
    "email": N_("adresse électronique"),
    "address": N_("adresse postale"),
    "care_of": N_("chez quelqu’un"),
}


@dataclass(frozen=True)
class Care:
    """With what care a contact point is used; `safe` None: nobody asked."""

    safe: bool | None = None
    do_not_call: bool = False
    do_not_write: bool = False
    leave_no_message: bool = False

    def joined(self, known: CitizenContact) -> "Care":
        """The stricter of this and of what is known."""
        return Care(
            False if known.safe is False else self.safe,
            self.do_not_call or known.do_not_call,
            self.do_not_write or known.do_not_write,
            self.leave_no_message or known.leave_no_message,
        )

    @classmethod
    def of(cls, known: CitizenContact) -> "Care":
        """The care a contact point is used with at present."""
        return cls(known.safe, known.do_not_call, known.do_not_write, known.leave_no_message)

    def said(self) -> Text:
        """All that applies, as one."""
        return listed(self.words()) or Text(N_("sans précaution"))

    def words(self) -> list[Text]:
        """What applies, for people."""
        told = (
            (self.safe is True, N_("sûr")),
            (self.safe is False, N_("pas sûr")),
            (self.do_not_call, N_("ne pas appeler")),
            (self.do_not_write, N_("ne pas écrire")),
            (self.leave_no_message, N_("ne pas laisser de message")),
        )
        return [Text(words) for applies, words in told if applies]


def print_of(own: Mapping[str, Any]) -> str:
    """What tells apart two states of what is known of somebody: a digest. Pure."""
    return sha256(json.dumps(dict(own), default=str, sort_keys=True).encode()).hexdigest()


def correct(
    person: Person,
    given: Mapping[str, Any],
    *,
    why: str,
    actor: Actor,
    now: datetime,
    expected: str | None = None,
) -> None:
    """Write what is known of her anew; what each field was stays in the reason. A field that a
    merge had taken from somebody else is hers from now on. `expected` is the print of what the
    page showed: when she is no longer so, Conflict, and nothing is written."""
    _demand(actor, person.ids, now)
    merging.alone(person.ids)
    before = merging.shown(person.citizen.id, person.whole.people, person.whole.ties)
    if expected is not None and expected != print_of(before):
        raise Conflict(N_("Cette fiche a changé entre-temps. Rien n'a été écrasé."))
    changed = {name: value for name, value in given.items() if value != before[name]}
    if not changed:
        return
    for tie in person.whole.ties:
        if tie.into_id == person.citizen.id and set(tie.chosen) & set(changed):
            tie.chosen = [name for name in tie.chosen if name not in changed]
    session().flush()
    amend(person.citizen, **changed)
    _write_keys(person.citizen, before)
    for name, value in changed.items():
        remark_id = audit.remark(spelled(_said(before[name]), _said(value), why), now=now)
        label = Text(FIELDS[name])
        _record(Event.CITIZEN_CORRECTED, person.citizen, actor, now, remark_id, field=label)


def _said(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or NOTHING)


def _write_keys(citizen: Citizen, before: Mapping[str, Any]) -> None:
    """The keys that find her follow what is known; those of other kinds stay."""
    after = {name: getattr(citizen, name) for name in FIELDS}
    old, new = _keys(before), _keys(after)
    for kind, key in old - new:
        mine = (CitizenKey.citizen_id == citizen.id, CitizenKey.kind == kind)
        execute(delete(CitizenKey).where(*mine, CitizenKey.key == key))
    for kind, key in sorted(new - old):
        add(CitizenKey, citizen_id=citizen.id, kind=kind, key=key[:200])


def _keys(of: Mapping[str, Any]) -> set[tuple[str, str]]:
    words = " ".join(filter(None, (of["name"], of["birth_name"], of["first_names"])))
    born = of["birth_date"]
    return {*service.name_keys(words), *([(BIRTH, born.isoformat())] if born else [])}


def reach(
    person: Person, kind: str, typed: str, *, care: Care, why: str, actor: Actor, now: datetime
) -> None:
    """Add a way to reach her. One that was known already keeps the care it was used with: an
    addition loosens nothing."""
    _demand(actor, person.ids, now)
    value = _normal(kind, typed)
    point_id = service.contact_point(kind, value, now=now)
    write_later(CitizenContact)
    known = session().get(CitizenContact, (person.citizen.id, point_id))
    old = Care.of(known) if known else Care()
    service.attach(person.citizen.id, point_id, origin=BY_HAND)
    write_later(CitizenContact)
    if known is None and kind in ("phone", "email"):  # as when somebody is created
        add(CitizenKey, citizen_id=person.citizen.id, kind=kind, key=value[:200])
    new = care.joined(known) if known else care
    _write_care(person.citizen, point_id, new, now, origin=BY_HAND)
    told = {"point": point_id, "kind": Text(KINDS[kind])}
    remark_id = audit.remark(why, now=now)
    _record(Event.CITIZEN_REACHED, person.citizen, actor, now, remark_id, **told)
    if new != old:
        told |= {"old": old.said(), "care": new.said()}
        _record(Event.CITIZEN_CARE, person.citizen, actor, now, None, **told)


def _normal(kind: str, typed: str) -> str:
    typed = " ".join(typed.split())
    if kind == "phone":
        number = e164(typed)
        if not number:
            raise InvalidInput(N_("Ce numéro n’est pas un numéro de téléphone."), field="value")
        return number
    if kind == "email" and ("@" not in typed or " " in typed):
        raise InvalidInput(N_("Ce n’est pas une adresse électronique."), field="value")
    if not typed:
        raise InvalidInput(N_("Il manque une réponse ici."), field="value")
    return typed.lower()[:320] if kind == "email" else typed[:320]


def take_care(
    person: Person, point_id: int, care: Care, *, why: str, actor: Actor, now: datetime
) -> None:
    """Say with what care a contact point this agent may see is used, for every one merged who
    has it."""
    _demand(actor, person.ids, now)
    ways = [way for way in reached(actor, person.ids, now) if way.point.id == point_id]
    if not ways:
        raise NotFound(N_("Cette coordonnée n’existe plus."))
    old = Care.of(ways[0].contact)
    for way in ways:
        citizen = person.whole.people[way.contact.citizen_id]
        _write_care(citizen, point_id, care, now, origin=way.contact.origin)
    told = {"point": point_id, "kind": Text(KINDS[ways[0].point.kind])}
    told |= {"old": old.said(), "care": care.said()}
    remark_id = audit.remark(why, now=now)
    _record(Event.CITIZEN_CARE, person.citizen, actor, now, remark_id, **told)


def _write_care(citizen: Citizen, point_id: int, care: Care, now: datetime, *, origin: str) -> None:
    contact = session().get(CitizenContact, (citizen.id, point_id))
    assert contact is not None  # noqa: S101 - just attached or read
    contact.safe, contact.do_not_call = care.safe, care.do_not_call
    contact.do_not_write, contact.leave_no_message = care.do_not_write, care.leave_no_message
    contact.origin, contact.confirmed_at = origin, now
    session().flush()


def merge(
    kept: Person,
    other: Person,
    chosen: Collection[str],
    *,
    why: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Two people this agent sees are one; where both differ, `chosen` names what is taken from
    the other. Nothing moves."""
    _demand(actor, [*kept.ids, *other.ids], now)
    if kept.citizen.id == other.citizen.id:
        raise InvalidInput(N_("C’est la même fiche."), field="other")
    taken = set(chosen) & set(merging.differing(kept.own, other.own))
    taken |= set(merging.missing(kept.own, other.own))
    merging.merge(kept.citizen, other.citizen, taken, now=now)
    _tell_both(Event.CITIZEN_MERGED, kept.citizen, other.citizen, why, actor, now)


def unmerge(citizen: Citizen, *, why: str, actor: Actor, now: datetime) -> None:
    """They are two after all: each has again what was hers, and what came since stays with whom
    it named."""
    _demand(actor, {citizen.id, citizen.survivor_id or citizen.id}, now)
    kept = session().get_one(Citizen, merging.unmerge(citizen, now=now))
    _tell_both(Event.CITIZEN_SEPARATED, kept, citizen, why, actor, now)


def keep_apart(one: Person, other: Person, *, actor: Actor, now: datetime) -> None:
    """They are not the same: it is not proposed again."""
    _demand(actor, [*one.ids, *other.ids], now)
    merging.keep_apart(one.citizen.id, other.citizen.id, now=now)
    _tell_both(Event.CITIZEN_APART, one.citizen, other.citizen, "", actor, now)


def _tell_both(
    event: Event, one: Citizen, other: Citizen, why: str, actor: Actor, now: datetime
) -> None:
    for here, there in ((one, other), (other, one)):
        remark_id = audit.remark(why, now=now)
        _record(event, here, actor, now, remark_id, other=person_reference(there))


def may_change(actor: Actor, ids: Collection[int], now: datetime) -> bool:
    """Whether this agent may change what is known of these people: she writes, and knows of each
    by a case she reads for good. An exceptional access reads and does no more."""
    if not allowed(actor, Permission.CASE_WRITE):
        return False
    return known_for_good(actor, list(ids), now) == set(ids)


def _demand(actor: Actor, ids: Collection[int], now: datetime) -> None:
    if not may_change(actor, ids, now):
        raise Forbidden(N_("Vous pouvez lire cette fiche, pas la modifier."))


def _record(
    event: Event,
    citizen: Citizen,
    actor: Actor,
    now: datetime,
    remark_id: int | None,
    **data: Any,
) -> None:
    audit.record(
        event, subject=("citizen", citizen.id), actor=actor, now=now, remark_id=remark_id, **data
    )
