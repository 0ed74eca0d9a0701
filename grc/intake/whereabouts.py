"""Who owns a source, and what intake can tell before routing: person, commune, territory."""

from dataclasses import replace
from datetime import datetime, timedelta

from grc.cases.opening import NewCase, NewFact, received_fact
from grc.cases.parties import NewParty
from grc.catalogue.queries import TypeView
from grc.catalogue.queries import snapshot as catalogue
from grc.channels.past import Person
from grc.channels.protocol import Automatic, Request
from grc.citizens import service as citizens
from grc.core.clock import paris_date
from grc.core.i18n import N_, Text
from grc.intake import designated, medical, taking_part
from grc.intake.models import Item
from grc.organisation.queries import UnitView, snapshot
from grc.organisation.territory import Place

FILES = "files"  # the source of what is imported without saying which mailbox it came from
UNDECLARED = N_(
    "Aucune boîte ne s'appelle « %(source)s » : déclarez-la ou corrigez le serveur de courrier, "
    "puis réessayez."
)


def owner(channel: str, source: str) -> UnitView:
    """The unit that owns what arrives from a source: its mailbox's, else triage."""
    mailbox = snapshot().mailbox(channel, source)
    return snapshot().unit_by_id(mailbox.unit_id) if mailbox else snapshot().triage


def keeper(item: Item) -> UnitView:
    """The unit that examines an item nobody understood: the owner of its source; of a medical
    letter a medical unit, when there is one."""
    own = owner(item.channel, item.source)
    return (medical.unit_for(None, own) if medical.is_letter(item) else None) or own


def is_declared(channel: str, source: str) -> bool:
    """False for a name that no mailbox has, in a channel that has mailboxes: what it brings
    would escape the rules of the mailbox that was meant."""
    mailboxes = snapshot().mailboxes
    if source == FILES or (channel, source) in mailboxes:
        return True
    return all(other != channel for other, _ in mailboxes)


def new_case(item: Item, request: Request, arrived: datetime, now: datetime) -> NewCase:
    """What intake knows of a case it is about to open; routing decides the rest."""
    is_medical = medical.is_medical(request)
    unit = told_unit(request) or snapshot().triage
    if is_medical:
        unit = medical.unit_for(unit, owner(item.channel, item.source)) or unit
    party, match, reasons = who(request, now=now)
    if any(hint.kind == "reads_page" for hint in request.hints):
        point = (party.contact_point_id,) if party.contact_point_id else ()
        told = (*party.told, *point)  # known by her address, not written to
        party = replace(party, contact_point_id=None, told=told)
    concerned = None
    if request.concerned is not None:
        known = designated.chosen(request)
        concerned, match, reasons = designated.concerned(request.concerned, known, now)
    found = where(request, arrived)
    kind = _request_type(request)
    days, _ = catalogue().delay(kind)
    return NewCase(
        source=item.source,
        received_at=arrived,
        unit_id=unit.id,
        department_id=unit.department_id,
        due_on=paris_date(arrived) + timedelta(days=days),
        party=party,
        match=match,
        match_reasons=reasons,
        commune=found[0],
        territory=found[1],
        request_type=(kind.code, kind.version) if kind else None,
        may_acknowledge=_may_acknowledge(item) and not is_medical,
        is_medical=is_medical,
        facts=facts_of(request, arrived),
        concerned=concerned,
        others=taking_part.others(request, [party, concerned] if concerned else [party], now),
    )


def told_unit(request: Request) -> UnitView | None:
    """The unit the item names, when there is such a one today."""
    named = (hint.value for hint in request.hints if hint.kind == "unit")
    return next(filter(None, map(snapshot().find_unit, named)), None)


def _request_type(request: Request) -> TypeView | None:
    """The nature of request the item names, when there is such a one today."""
    named = (hint.value for hint in request.hints if hint.kind == "request_type")
    return next(filter(None, map(catalogue().types.get, named)), None)


def _may_acknowledge(item: Item) -> bool:
    mailbox = snapshot().mailbox(item.channel, item.source)
    return item.acknowledge and (mailbox is None or mailbox.acknowledges)


def who(request: Request, *, now: datetime) -> tuple[NewParty, str, tuple[Text, ...]]:
    """The party of a request, how sure the citizen is, and why.

    Machines and other administrations are nobody's citizen.
    """
    if request.people and (request.past or request.people[0].is_described):
        return taking_part.told(request.people[0], taking_part.origin_of(request), now)
    sender = request.sender
    email = sender.email.lower() if sender.email else None
    name = sender.name[:200] if sender.name else None
    partner = _administration(email)
    if partner is not None or request.automatic is not Automatic.NO:
        point = citizens.contact_point("email", email, now=now) if email else None
        role = "professional" if partner else "applicant"
        reason = Text(N_("message automatique : aucun usager n'est créé"))
        if partner:
            reason = Text(N_("adresse de l'organisme %(name)s"), {"name": partner})
        party = NewParty(role, None, point, name, organisation=partner)
        return party, "none", (reason,)
    if request.concerned is None and (chosen := designated.chosen(request)):
        return designated.sender(chosen, sender, now)
    if sender.met and name and not (email or sender.phone):
        return designated.concerned(Person(sender.role, name), None, now)
    known = citizens.recognise(*_address(request, email), name, now=now)
    party = NewParty(
        sender.role, known.match.citizen_id, known.contact_point_id, name, is_first=known.is_new
    )
    return party, known.match.kind, known.match.reasons


def _address(request: Request, email: str | None) -> tuple[str, str | None]:
    """How the person can be reached: (kind of contact point, value)."""
    if email is None and request.sender.phone:
        return "phone", request.sender.phone
    return "email", email


def _administration(email: str | None) -> str | None:
    """The name of the administration whose domain an address has."""
    domain = (email or "").rpartition("@")[2]
    return snapshot().partner_domains.get(domain) if domain else None


def where(request: Request, arrived: datetime) -> tuple[str | None, str | None]:
    """The commune (INSEE) and territory of a request: the one its adapter read, else the one
    its words speak of when they name just one."""
    text = f"{request.subject}\n{request.text}"[:20_000]
    insee = _told_commune(request)
    if insee is None and not request.doubtful:  # a letter also bears our own address
        insee = _mentioned_commune(text)
    if insee is None:
        return None, None
    place = Place(insee=insee, address=text)
    found = snapshot().territories.find(place, paris_date(arrived))
    return insee, found.territory or None


def _told_commune(request: Request) -> str | None:
    told = [hint.value for hint in request.hints if hint.kind == "commune"]
    return next((insee for insee in told if snapshot().commune(insee)), None)


def _mentioned_commune(text: str) -> str | None:
    mention = snapshot().communes.choose(text)
    return mention.commune.insee if mention else None


def facts_of(request: Request, arrived: datetime) -> tuple[NewFact, ...]:
    """Every date of a request, each with its source."""
    source = next((fact.source for fact in request.facts if fact.kind == "received"), "arrival")
    facts = [received_fact(arrived, source)]
    for fact in request.facts:
        if fact.kind != "received" and (on := fact.on or (fact.at and paris_date(fact.at))):
            facts.append(NewFact(fact.kind[:20], on, fact.source[:40], fact.at))
    return tuple(facts)
