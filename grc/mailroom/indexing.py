"""A person has read a letter and says what it is. Nothing is set that she has not seen."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select, update

from grc.cases import fields
from grc.cases import service as cases
from grc.cases.imported import key_of
from grc.cases.models import Case, CaseFact, ExternalReference, Handling, Party
from grc.cases.opening import NewFact, add_facts
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import PARIS, paris_date
from grc.core.db import add, amend, execute, session, write_later
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.mailroom import access, enclosures, hints
from grc.mailroom.enclosures import Found
from grc.organisation.queries import snapshot
from grc.organisation.territory import Place
from grc.routing import due
from grc.routing import service as routing
from grc.work import service as work

TYPED = "typed"  # the source of a fact that a person has read on the paper
NEW, UNKNOWN = "new", ""
_WHY = N_("À l'indexation du courrier.")
_CONTACT = N_("nouveau contact")


@dataclass(frozen=True)
class Sheet:
    """What a person says of a letter. `sender`: the id of a citizen, NEW or UNKNOWN."""

    arrived: date
    sender: str = UNKNOWN
    name: str = ""
    commune: str = ""  # INSEE code
    request_type: str = ""
    unit: str = ""  # code
    document: date | None = None
    postmark: date | None = None
    registered: str = ""
    enclosed: tuple[Found, ...] = ()
    same_as: str = ""  # the reference of the case of which it is a new contact


def confirm(item_id: int, sheet: Sheet, *, expected: int, actor: Actor, now: datetime) -> bool:
    """Index a letter: its case says what the person says, and the letter no longer waits. True
    when the reference that was given is left to the triage.

    Raises InvalidInput naming the field, NotFound, Conflict.
    """
    told = access.done(actor, now) | {
        "registered": sheet.registered or None,
        "arrived_on": sheet.arrived,
    }
    found = access.demand(actor, item_id, expected, **told)
    other = hints.given(sheet.same_as, found, actor) if sheet.same_as else None
    hand = access.in_the_name_of(actor)
    _date(found.case, sheet, hand, now)
    _say_who(found.case, sheet, hand, now)
    _place(found.case, sheet.commune, hand, now)
    _direct(found.case, sheet, hand, now)
    if sheet.registered:
        key = {"system": "recommandé", "value": sheet.registered, "key": key_of(sheet.registered)}
        add(ExternalReference, case_id=found.case.id, **key)
    enclosures.enclose(found, sheet.enclosed, sheet.arrived, actor=actor, now=now)
    if other is not None:
        work.link_duplicate(found.case, other, expected=None, actor=hand, now=now)
    elif sheet.same_as:
        hints.leave(found, sheet.same_as, _CONTACT, "cited", actor=actor, now=now)
    audit.record(
        Event.LETTER_INDEXED,
        subject=("item", item_id),
        case_id=found.case.id,
        actor=actor,
        now=now,
        document=_written(sheet.document),
        postmark=_written(sheet.postmark),
        registered=sheet.registered or "—",
    )
    return bool(sheet.same_as) and other is None


def _written(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else "—"


def _date(case: Case, sheet: Sheet, actor: Actor, now: datetime) -> None:
    """The dates read on the paper, each a fact; the day of arrival starts the clocks anew."""
    read = (("document_date", sheet.document), ("postmark", sheet.postmark))
    facts = [NewFact(kind, on, TYPED) for kind, on in read if on]
    add_facts(case.id, facts, actor=actor, now=now)
    old = paris_date(case.received_at)
    if sheet.arrived == old:
        return
    write_later(CaseFact)
    present = select(CaseFact.id).where(CaseFact.case_id == case.id, CaseFact.kind == "received")
    at = min(datetime.combine(sheet.arrived, time(12), PARIS), now)
    add(
        CaseFact, case_id=case.id, kind="received", on_date=sheet.arrived, at=at, source=TYPED,
        recorded_at=now, actor=actor.label,
        replaces_id=session().scalar(present.order_by(CaseFact.id.desc()).limit(1)),
    )  # fmt: skip
    amend(case, received_at=at)
    execute(update(Handling).where(Handling.case_id == case.id), {"received_at": at})
    due.new_deadline(case, now)
    change = (_written(old), _written(sheet.arrived))
    _tell(Event.CASE_DATED, case, change, actor, now)


def _say_who(case: Case, sheet: Sheet, actor: Actor, now: datetime) -> None:
    if sheet.sender == UNKNOWN:
        return
    is_new = sheet.sender == NEW
    if is_new and not sheet.name.strip():
        raise InvalidInput(N_("Donnez le nom de l'usager."), field="name")
    party = select(Party).where(Party.case_id == case.id, Party.is_correspondent)
    correspondent = session().scalars(party.limit(1)).first()
    if is_new and correspondent is not None:
        name = sheet.name.strip()[:200]
        fields.tell_parties(case.id, correspondent.name or "", name, actor=actor, now=now)
        amend(correspondent, name=name)
    chosen = None if is_new else int(sheet.sender)
    work.set_citizen(case, chosen, expected=None, actor=actor, now=now)


def _place(case: Case, insee: str, actor: Actor, now: datetime) -> None:
    if not insee or insee == case.commune:
        return
    commune = snapshot().commune(insee)
    if commune is None:
        raise InvalidInput(N_("Cette commune n’est pas connue, ou pas la seule."), field="commune")
    old = snapshot().commune(case.commune) if case.commune else None
    found = snapshot().territories.find(Place(insee=insee), paris_date(case.received_at))
    amend(case, commune=insee, territory=found.territory or None)
    change = (old.name if old else "—", commune.name)
    _tell(Event.CASE_PLACED, case, change, actor, now)


def _direct(case: Case, sheet: Sheet, actor: Actor, now: datetime) -> None:
    """The unit a person chose goes before the rules; without another one, a case that no sure
    rule had routed is given to them again, now that they know more."""
    if sheet.request_type and sheet.request_type != case.request_type:
        routing.qualify(case, sheet.request_type, expected=None, actor=actor, now=now)
    handling = cases.all_handlings(case)[0]
    if sheet.unit and sheet.unit != snapshot().unit_by_id(handling.unit_id).code:
        routing.reroute(case, sheet.unit, _WHY, expected=None, actor=actor, now=now)
    elif handling.to_route:
        routing.route_anew(case, now=now)


def _tell(event: Event, case: Case, change: tuple[str, str], actor: Actor, now: datetime) -> None:
    old, new = change
    audit.record(
        event, subject=("case", case.id), case_id=case.id, actor=actor, now=now, old=old, new=new
    )
