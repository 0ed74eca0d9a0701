"""Somebody who has written from two addresses under two spellings: who may be the same person."""

from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select

from grc.cases.models import Case, Party
from grc.cases.persons import Person, seen
from grc.citizens.models import Citizen, ContactPoint
from grc.cli.demo_life import PREFIX, Life
from grc.core.actor import Actor
from grc.core.db import end_read, session, transaction
from grc.intake import service
from grc.organisation.queries import snapshot
from grc.work import people
from grc.work.people import Care

UNIT = "apa"
BORN = date(1951, 3, 14)
WRITTEN = (  # name, address, subject, text
    (
        "Hélène Müller",
        "helene.muller@courriel.example",
        "Dossier d'APA",
        "Bonjour,\n\nJe vous envoie mon dossier d'APA. J'aimerais aussi savoir comment avoir la "
        "carte Améthyste.\n\nHélène Müller",
    ),
    (
        "Helene Muler",
        "h.muler@courriel.example",
        "Mon dossier d'APA",
        "Bonjour,\n\nAvez-vous reçu mon dossier d'APA ? J'écris d'une autre adresse que la "
        "première fois.\n\nHélène Muler",
    ),
)


def tell(life: Life, now: datetime) -> None:
    """Her two messages, once, and what she said of herself each time."""
    unit = snapshot().unit(UNIT)
    end_read()
    if unit.id not in life.agents:
        return
    for ago, (name, address, subject, text) in zip((50, 20), WRITTEN, strict=True):
        at = now - timedelta(hours=ago)
        locator = f"{PREFIX}/{address}"
        with transaction():
            is_told = service.known_locator("email", UNIT, locator) is not None
        if not is_told:
            life.take_in("email", UNIT, locator, _mail(name, address, subject, text, at), at)
            _note_birth(address, life.agents[unit.id], now)


def _mail(name: str, address: str, subject: str, text: str, at: datetime) -> bytes:
    message = EmailMessage()
    message["From"] = f"{name} <{address}>"
    message["To"] = "apa@exemple-departement.fr"
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{address}>"
    message.set_content(text)
    return message.as_bytes()


def _note_birth(address: str, agent: Actor, now: datetime) -> None:
    with transaction():
        person = _person(address, agent, now)
        if person is None:
            return
        told = {**person.own, "birth_date": BORN}
        people.correct(person, told, why="Dite au téléphone.", actor=agent, now=now)
        number = "06 39 98 00 42"
        care = Care(safe=False, leave_no_message=True)
        why = "Son fils répond parfois."
        people.reach(person, "phone", number, care=care, why=why, actor=agent, now=now)


def _person(address: str, agent: Actor, now: datetime) -> Person | None:
    query = (
        select(Citizen)
        .join(Party, Party.citizen_id == Citizen.id)
        .join(ContactPoint, ContactPoint.id == Party.contact_point_id)
        .join(Case, Case.id == Party.case_id)
        .where(ContactPoint.kind == "email", ContactPoint.value == address)
    )
    citizen = session().scalars(query.limit(1)).first()
    return seen(agent, citizen, now) if citizen else None
