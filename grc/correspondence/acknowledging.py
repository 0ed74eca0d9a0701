"""The acknowledgement of registration on paper, for who has no e-mail: it joins the print run.

It is no decision and bears no signature (CRPA L212-1 is about decisions): it names the service,
its address and telephone. It says nothing of what was asked.
"""

from datetime import datetime

from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case
from grc.catalogue import silence
from grc.catalogue.queries import request_type
from grc.core.actor import SYSTEM, Actor
from grc.core.clock import paris_date
from grc.core.db import add, session
from grc.core.events import Event
from grc.correspondence import acting, addressing, layout, recipients, signing
from grc.correspondence.models import OurLetter
from grc.correspondence.signing import Made
from grc.correspondence.states import Purpose, State

CODE = "accuse"
SUBJECT = "Accusé d'enregistrement de votre demande"
TEXT = """Madame, Monsieur,

Nous avons bien reçu votre demande le %(received)s. Elle est enregistrée sous la référence \
%(reference)s.
%(silence)s
Pour la compléter, écrivez-nous à l'adresse ci-dessus en rappelant cette référence."""


def lines_for(case: Case) -> tuple[str, ...]:
    """The envelope of the correspondent; nothing unless this case told a complete address."""
    found = addressing.written(recipients.address_told_in(case))
    return () if found.problems else found.lines


def acknowledged(case_id: int) -> bool:
    """True when an acknowledgement on paper was already begun for this case."""
    query = select(OurLetter.id).where(
        OurLetter.case_id == case_id, OurLetter.purpose == Purpose.ACKNOWLEDGEMENT
    )
    return session().scalar(query.limit(1)) is not None


def begin(case: Case, lines: tuple[str, ...], *, now: datetime) -> None:
    """Write the acknowledgement of a case; it is laid out by a step of its own."""
    letter_id = add(
        OurLetter,
        case_id=case.id,
        unit_id=cases.handling_of(case, SYSTEM).unit_id,
        type_code=CODE,
        type_version=1,
        purpose=Purpose.ACKNOWLEDGEMENT,
        visas=0,
        state=State.DRAFT,
        recipient=list(lines),
        subject=SUBJECT,
        text=_text(case),
        agent_quality="",
        created_at=now,
        changed_at=now,
    )
    letter = session().get_one(OurLetter, letter_id)
    acting.record(Event.OUR_LETTER_ACKNOWLEDGES, letter, SYSTEM, now)


def _text(case: Case) -> str:
    """Its words; the service in charge stands at the top of the paper (CRPA R112-5)."""
    received = paris_date(case.received_at)
    kind = request_type(case.request_type) if case.request_type else None
    said = silence.mention(kind, received)
    return TEXT % {
        "received": f"{received:%d/%m/%Y}",
        "reference": case.reference,
        "silence": f"\n{said}\n" if said else "",
    }


def withdraw(case_id: int, *, actor: Actor, now: datetime) -> None:
    """Take back the acknowledgement of a case that has not been posted."""
    left = (State.POSTED, State.RETURNED, State.WITHDRAWN)
    mine = (OurLetter.case_id == case_id, OurLetter.purpose == Purpose.ACKNOWLEDGEMENT)
    query = select(OurLetter).where(*mine, OurLetter.state.not_in(left))
    for letter in session().scalars(query).all():
        acting.change(letter, State.WITHDRAWN)
        acting.record(Event.OUR_LETTER_WITHDRAWN, letter, actor, now)


def lay_out(letter_id: int) -> Made:
    """Make its bytes, in the blob store. No transaction is open."""
    letter = session().get_one(OurLetter, letter_id)
    case, on = session().get_one(Case, letter.case_id), paris_date(letter.created_at)
    pdf = layout.printed(signing.sheet(letter, case, on, None))
    return signing.made(pdf, on)


def ready(letter_id: int, made: Made, *, now: datetime) -> None:
    """It may be printed: it takes its number on the register of departures."""
    letter = session().get_one(OurLetter, letter_id)
    case = acting.held(letter)
    if letter.state != State.DRAFT:  # withdrawn meanwhile
        return
    if not recipients.may_be_written_to(case, letter.recipient):  # asked meanwhile
        acting.change(letter, State.WITHDRAWN)
        acting.record(Event.OUR_LETTER_WITHDRAWN, letter, SYSTEM, now)
        return
    acting.change(letter, State.SIGNED, **signing.pinned(letter, made, now))
    acting.record(Event.OUR_LETTER_READY, letter, SYSTEM, now, number=letter.departure_words)
