"""Cases that have to do with each other: related, parts of one another, one opened from a message
of another, one case in several units. Each can be undone; nothing moves."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from grc.cases import links
from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess, Handling, Message, MessageShare, Party
from grc.cases.opening import add_facts, received_fact
from grc.cases.states import Outcome, Status
from grc.catalogue.queries import snapshot as catalogue
from grc.channels import registry
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, add_all, execute, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Level, Permission

SOURCE = "split"  # of a case opened from a message: no mailbox says where it belongs
_PARTY = ("citizen_id", "contact_point_id", "name", "organisation", "role", "is_correspondent")


def relate(
    case: Case, other: Case, kind: str, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """Say that two cases are related, or that this one is a part of the other; see
    `links.BY_HAND`. Nobody's parts go round in a circle."""
    for one in sorted((case, other), key=lambda one: one.id):
        cases.alone(one)
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    cases.demand(other, actor, Permission.CASE_READ, now)
    if kind not in links.BY_HAND:
        raise InvalidInput(N_("Ce lien n’existe pas."), field="kind")
    if case.id == other.id:
        raise InvalidInput(N_("C’est la même demande."), field="other")
    if kind == "child_of" and links.is_above(case.id, other.id):
        raise InvalidInput(N_("L’autre demande fait déjà partie de celle-ci."), field="other")
    cases.at_version(cases.handling_of(case, actor), expected)
    links.link(case.id, other.id, kind, actor=actor, now=now)


def unrelate(case: Case, other: Case, kind: str, *, actor: Actor, now: datetime) -> None:
    """Undo `relate`."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    cases.demand(other, actor, Permission.CASE_READ, now)
    if kind not in links.BY_HAND or not links.unlink(case.id, other.id, kind, actor=actor, now=now):
        raise Conflict(N_("Ces demandes ne sont plus liées ainsi."))


def split(
    case: Case,
    message: Message,
    subject: str,
    *,
    expected: int | None,
    actor: Actor,
    now: datetime,
) -> Case:
    """Open a case from a message that asks for something else too. The message stays where it
    is and is read from both. The rules route the new case; that of a case which is not for all
    to read stays in its unit, as secret, until a person sends it elsewhere."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    if message.direction != "in":
        raise InvalidInput(N_("On ne sépare qu’un message de l’usager."), field="subject")
    if not subject.strip():
        raise InvalidInput(N_("Dites en quelques mots ce qui est demandé."), field="subject")
    handling = cases.at_version(cases.handling_of(case, actor), expected)
    new_id = _open(case, message, subject.strip()[:500], now)
    _handle(new_id, case, handling, _received(case, message), now)
    _copy_people(case, new_id)
    received = received_fact(_received(case, message), "message")
    add_facts(new_id, [received], actor=actor, now=now)
    channel = Text(registry.label(message.channel))
    about = ("case", new_id)
    audit.record(
        Event.CASE_OPENED,
        subject=about,
        case_id=new_id,
        actor=actor,
        now=now,
        channel=channel,
        source=SOURCE,
    )
    links.link(new_id, case.id, "split_from", actor=actor, now=now)
    return session().get_one(Case, new_id)


def _received(case: Case, message: Message) -> datetime:
    first = select(Message.id).where(Message.case_id == case.id).order_by(Message.id).limit(1)
    is_first = session().scalar(first) == message.id
    return case.received_at if is_first else message.recorded_at


def _open(case: Case, message: Message, subject: str, now: datetime) -> int:
    new_id = add(
        Case,
        opened_at=now,
        received_at=_received(case, message),
        channel=message.channel,
        source=SOURCE,
        nature="information",
        subject=subject,
        status=Status.RECEIVED,
        level=Level.RESTRICTED if case.level == Level.NORMAL else case.level,
        is_medical=case.is_medical,
        commune=case.commune,
        territory=case.territory,
        citizen_id=case.citizen_id,
        citizen_match=case.citizen_match,
        match_reasons=case.match_reasons,
    )
    session().add(MessageShare(case_id=new_id, message_id=message.id))
    session().flush()
    return new_id


def _handle(new_id: int, case: Case, handling: Handling, received: datetime, now: datetime) -> None:
    """For the triage until it is routed; a secret stays where it was. What was asked first has
    another date: until routing counts its deadline, that of a nature nobody knows."""
    is_open = case.level == Level.NORMAL
    triage = organisation().triage
    add(
        Handling,
        case_id=new_id,
        unit_id=triage.id if is_open else handling.unit_id,
        department_id=triage.department_id if is_open else handling.department_id,
        level=Level.RESTRICTED if is_open else case.level,
        status=Status.RECEIVED,
        to_route=is_open,
        due_on=paris_date(received) + timedelta(days=catalogue().delay(None)[0]),
        received_at=received,
        routed_at=None if is_open else now,
    )


def _copy_people(case: Case, new_id: int) -> None:
    """Who takes part, and who was refused or allowed to read."""
    parties = session().scalars(select(Party).where(Party.case_id == case.id).order_by(Party.id))
    add_all(
        Party,
        [{"case_id": new_id} | {name: getattr(one, name) for name in _PARTY} for one in parties],
    )
    rights = select(CaseAccess).where(CaseAccess.case_id == case.id)
    names = ("user_id", "effect", "until", "remark_id")
    add_all(
        CaseAccess,
        [
            {"case_id": new_id} | {name: getattr(one, name) for name in names}
            for one in session().scalars(rights)
        ],
    )


def rejoin(case: Case, *, expected: int | None, actor: Actor, now: datetime) -> None:
    """Undo `split`: the new case ends as the same request, unless it has begun a life of its
    own. Reopening it is always possible."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    own = select(Message.id).where(Message.case_id == case.id).limit(1)
    if session().scalar(own) is not None:
        raise Conflict(N_("Cette demande a déjà ses propres messages : elle reste à part."))
    if case.source != SOURCE:
        raise Conflict(N_("Cette demande ne vient pas d’une autre."))
    cases.at_version(cases.handling_of(case, actor), expected)
    for handling in cases.all_handlings(case):
        if handling.status != Status.CLOSED:
            cases.set_status(
                case, handling, Status.CLOSED, outcome=Outcome.DUPLICATE, actor=actor, now=now
            )


def add_unit(
    case: Case, code: str, due_on: date, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """Make one more unit concerned, with a date of its own; the public state stays one."""
    cases.demand(case, actor, Permission.CASE_ROUTE, now)
    unit = organisation().find_unit(code)
    if unit is None:
        raise InvalidInput(N_("Le service « %(unit)s » n'existe pas."), field="unit", unit=code)
    if case.is_medical and unit.kind != "medical":
        raise InvalidInput(N_("Un courrier médical reste dans un service médical."), field="unit")
    if any(row.unit_id == unit.id for row in cases.all_handlings(case)):
        raise InvalidInput(N_("Ce service est déjà concerné."), field="unit")
    cases.at_version(cases.handling_of(case, actor), expected)
    cases.add_unit(
        case, unit.id, unit.department_id, unit.name, due_on=due_on, actor=actor, now=now
    )


def remove_unit(case: Case, code: str, *, actor: Actor, now: datetime) -> None:
    """Undo `add_unit`, as long as the unit has done nothing."""
    cases.demand(case, actor, Permission.CASE_ROUTE, now)
    unit, rows = organisation().find_unit(code), cases.all_handlings(case)
    found = next((row for row in rows[1:] if unit and row.unit_id == unit.id), None)
    if found is None or unit is None:
        raise Conflict(N_("Ce service n’est plus concerné, ou il l’a été en premier."))
    if found.assignee_id or found.status != Status.RECEIVED or found.answered_at:
        raise Conflict(N_("Ce service a commencé : il peut clore sa part."))
    execute(delete(Handling).where(Handling.id == found.id))
    session().expire_all()
    cases.publish_status(case, now)
    audit.record(
        Event.CASE_UNIT_REMOVED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        unit=Text(unit.name),
    )
    cases.list_anew(case, actor=actor, now=now)
