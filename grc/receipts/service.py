"""The acknowledgement of registration ("accusé d'enregistrement"), when it may leave.

It proves reception within one working day (CRPA R112-11-2). It never carries the subject
or the text of the request: a shared mailbox may be read by the person feared.
"""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import bindparam, select

from grc.cases import service as cases
from grc.cases.following import has_page
from grc.cases.models import Case, Message, Party
from grc.cases.tokens import secret
from grc.catalogue import silence
from grc.catalogue.queries import TypeView, request_type
from grc.citizens.models import CitizenContact, ContactPoint
from grc.core import audit
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import fetch, session
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.core.settings import settings
from grc.correspondence import acknowledging
from grc.organisation.queries import snapshot
from grc.outbox import service as outbox

DAY = timedelta(hours=24)
MOST_PER_DAY = 10  # to one address, all cases together: what a loop of robots can cost
RECENT = timedelta(hours=48)

TEMPLATE = """Bonjour,

Nous avons bien reçu votre message le %(received)s.
Il est enregistré sous la référence %(reference)s.
%(silence)s
Pour compléter votre demande, répondez à ce message en gardant son objet.

Ce message est envoyé automatiquement par les services du Département.
"""

FOLLOW_UP = """
Pour savoir où elle en est, ajouter un document ou répondre :
%(url)s
Code secret : %(secret)s
Ne donnez ce code qu'à une personne de confiance.
"""


_RECIPIENT = (
    select(ContactPoint.value)
    .join(Party, Party.contact_point_id == ContactPoint.id)
    .where(Party.case_id == bindparam("case"), Party.is_correspondent)
    .where(ContactPoint.kind == "email")
    .order_by(Party.id)
    .limit(1)
)


def acknowledge(case_id: int, *, now: datetime) -> None:
    """Plan the acknowledgement of a case, once, or note why there is none."""
    case = session().get_one(Case, case_id)
    if case.may_acknowledge and outbox.acknowledged(case_id):
        return
    recipient = _recipient(case_id) if case.may_acknowledge else None
    lines = acknowledging.lines_for(case) if case.may_acknowledge and recipient is None else ()
    why = _withheld(case, recipient, now, on_paper=bool(lines))
    if lines and why is None:
        if not acknowledging.acknowledged(case_id):
            acknowledging.begin(case, lines, now=now)
        return
    if why is not None or recipient is None:
        _note(case, Event.ACK_WITHHELD, now, why=Text(why or ""))
        return
    outbox.write(
        case,
        kind="acknowledgement",
        recipient=recipient,
        text=_text(case),
        leaves_at=now,
        author_id=None,
        now=now,
    )
    _note(case, Event.ACKNOWLEDGED, now)


def _text(case: Case) -> str:
    received = f"{paris_date(case.received_at):%d/%m/%Y}"
    told = {"received": received, "reference": case.reference, "silence": _silence(case)}
    return TEMPLATE % told + _follow_up(case)


def _silence(case: Case) -> str:
    """What our silence would mean, and who is in charge (CRPA R112-5); most natures say nothing."""
    said = silence.mention(_kind(case), paris_date(case.received_at))
    if not said:
        return ""
    unit = snapshot().unit_by_id(cases.handling_of(case, SYSTEM).unit_id)
    phone = f"téléphone {unit.phone}" if unit.phone else ""
    service = ", ".join(filter(None, (unit.name, *unit.address.splitlines(), phone)))
    return f"\n{said}\n\nService chargé de votre demande : {service}.\n"


def _kind(case: Case) -> TypeView | None:
    return request_type(case.request_type) if case.request_type else None


def _follow_up(case: Case) -> str:
    """How to follow a request that came by a channel with a follow-up page."""
    if not has_page(case):
        return ""
    url = f"{settings().base_url}/suivi?{urlencode({'demande': case.reference})}"
    return FOLLOW_UP % {"url": url, "secret": secret(case.reference, settings().token_keys)}


def _note(case: Case, event: Event, now: datetime, **data: Any) -> None:
    audit.record(event, subject=("case", case.id), case_id=case.id, actor=SYSTEM, now=now, **data)


def _recipient(case_id: int) -> str | None:
    return fetch(_RECIPIENT, {"case": case_id}).scalar()


def _withheld(case: Case, recipient: str | None, now: datetime, *, on_paper: bool) -> str | None:
    """Why no acknowledgement leaves, in words; None when it may."""
    if not case.may_acknowledge:
        return N_("reprise de messages ou source qui n'accuse pas réception")
    if now - case.received_at > RECENT:
        return N_("reçue depuis plus de 48 heures")
    if recipient is None and not on_paper:
        return N_("pas d'adresse électronique")
    if recipient in snapshot().own_addresses:
        return N_("l'expéditeur est une de nos boîtes")
    if any(handling.to_route for handling in cases.all_handlings(case)):
        return N_("à affecter d'abord")
    if case.level != "normal":
        return N_("demande confidentielle")
    kind = _kind(case)
    if kind is not None and (kind.sensitive or not kind.acknowledge):
        return N_("nature de demande sensible")
    return _refused_by_sender(case, recipient, now)


def _refused_by_sender(case: Case, recipient: str | None, now: datetime) -> str | None:
    first = select(Message.automatic).where(Message.case_id == case.id).order_by(Message.id)
    if session().scalar(first.limit(1)) != "no":
        return N_("message automatique ou de liste")
    if recipient is None:  # by the post, where it may be written to
        return None
    flagged = (
        select(CitizenContact.citizen_id)
        .join(ContactPoint, ContactPoint.id == CitizenContact.contact_point_id)
        .where(ContactPoint.value == recipient, CitizenContact.do_not_write)
    )
    if session().scalar(flagged.limit(1)) is not None:
        return N_("l'usager a demandé de ne pas lui écrire")
    if outbox.acknowledgements(recipient, now - DAY) >= MOST_PER_DAY:
        return N_("déjà dix accusés à cette adresse depuis 24 heures")
    return None
