"""What an exercise needs, brought in by the roads that everything takes: stored, understood,
routed. Only citizens are invented; nothing is written behind the back of a use-case.

Each beginning brings its own, so that a whole class may do the same exercise at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case, Party
from grc.channels import forms, separators
from grc.channels.separators import Separator
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import end_read, session, transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.correspondence import layout
from grc.intake.models import Item
from grc.jobs import entering
from grc.organisation.queries import MailboxView, UnitView, snapshot
from grc.parsing import behind
from grc.pipeline import Tools
from grc.routing import service as routing
from grc.training.words import ExerciseView, Mail, Told
from grc.work import service as work

SOURCE = "training"
WHY = "Exercice : la demande est dans le service de qui s’entraîne."
_NUMBER = "063998"  # numbers given to nobody, for fiction (Arcep)


@dataclass
class Prepared:
    """What was made: ids of cases and of the people they are of, an item, a telephone number."""

    cases: list[int] = field(default_factory=list)
    citizens: list[int] = field(default_factory=list)
    item: int | None = None
    number: str = ""

    def as_json(self) -> dict[str, Any]:
        """As an exercise keeps it."""
        return dict(vars(self))


def prepare(view: ExerciseView, key: str, unit: UnitView, tools: Tools, now: datetime) -> Prepared:
    """Everything an exercise needs in this unit; `key` is new for each beginning."""
    made = Prepared()
    for rank, mail in enumerate(view.mails):
        if mail.is_answer:
            _end(made.cases[-1], now)
        item = _mail(view.mails, rank, key, tools, now)
        _keep(made, item, unit, now)
    if view.call is not None:
        made.number = number_of(key)
        _keep(made, _call(view.call, made.number, key, tools, now), unit, now)
    if view.letter is not None:
        made.item = _letter(view.letter, key, tools, now)
    made.citizens = _people(made.cases)
    return made


def number_of(key: str) -> str:
    """A telephone number of fiction, another for each beginning."""
    digits = int.from_bytes(key.encode()[-6:]) % 10_000
    return f"{_NUMBER}{digits:04d}"


def _keep(made: Prepared, item_id: int, unit: UnitView, now: datetime) -> None:
    case_id = session().scalar(select(Item.case_id).where(Item.id == item_id))
    end_read()
    if case_id is None or case_id in made.cases:
        return
    with transaction():
        case = session().get_one(Case, case_id)
        if cases.handling_of(case, SYSTEM).unit_id != unit.id:
            routing.reroute(case, unit.code, WHY, expected=None, actor=SYSTEM, now=now)
    made.cases.append(case_id)


def _end(case_id: int, now: datetime) -> None:
    with transaction():
        case = session().get_one(Case, case_id)
        why = "Attestation envoyée."
        work.move(case, "closed", why=why, outcome="answered", expected=None, actor=SYSTEM, now=now)


def _mail(mails: Sequence[Mail], rank: int, key: str, tools: Tools, now: datetime) -> int:
    one, message = mails[rank], EmailMessage()
    writer = rank - 1 if one.is_answer else rank
    message["From"] = f"{one.name} <personne.{key}.{writer}@courriel.example>"
    message["To"] = "contact@exemple-departement.fr"
    message["Subject"] = one.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{key}.{rank}@courriel.example>"
    if one.is_answer:
        message["In-Reply-To"] = message["References"] = f"<{key}.{writer}@courriel.example>"
    message.set_content(one.text)
    box = _mailbox()
    return _bring(box.channel, f"training/{key}/{rank}", message.as_bytes(), tools, now, box.source)


def _mailbox() -> MailboxView:
    """One of ours that citizens write to: elsewhere a mail is not taken for one of theirs."""
    found = [box for box in snapshot().mailboxes.values() if box.address]
    if not found:
        raise NotFound(N_("Aucune boîte aux lettres n’est déclarée : chargez l’organisation."))
    return found[0]


def _call(told: Told, number: str, key: str, tools: Tools, now: datetime) -> int:
    values = {"name": told.name, "number": number, "subject": told.subject, "text": told.text}
    return _bring("phone", key, forms.write(values, now), tools, now)


def _letter(told: Told, key: str, tools: Tools, now: datetime) -> int:
    triage, on = snapshot().triage, paris_date(now)
    end_read()
    sheet = separators.Sheet(Separator(triage.code), triage.name, "", "")
    page = layout.Sheet(
        reference=f"Exercice {key}",
        sender=(told.name,),
        recipient=(triage.name,),
        about=(),
        subject="Réclamation",
        text=told.text,
        signature=(told.name,),
        on=on,
    )
    parts = [separators.printed([sheet], "Séparateur", "fr"), layout.printed(page)]
    return _bring("post", key, behind.together(parts)[0], tools, now)


def _bring(
    channel: str, locator: str, raw: bytes, tools: Tools, now: datetime, source: str = SOURCE
) -> int:
    blob = entering.keep(raw)
    with transaction():
        entered = entering.store(channel, source, locator, blob, actor=SYSTEM, now=now)
    entering.understand(entered, tools)
    return entered.item_id


def _people(made: Sequence[int]) -> list[int]:
    query = select(Party.citizen_id).where(Party.case_id.in_(made), Party.citizen_id.is_not(None))
    found = [one for one in session().scalars(query.distinct()) if one is not None]
    end_read()
    return found
