"""Cheques and originals that were in letters: each is on the register until it has left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, amend, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.intake.letters import Opened
from grc.intake.models import Enclosure
from grc.recovery.amounts import MOST, euros
from grc.staff.policy import Permission, allowed

KINDS: Mapping[str, str] = {"cheque": N_("Chèque"), "original": N_("Original à rendre")}
WAYS: Mapping[str, str] = {
    "treasury": N_("Remis à la paierie"),
    "hand": N_("En main propre"),
    "post": N_("Par lettre simple"),
    "registered": N_("Par lettre recommandée"),
}
NO_SUCH = N_("Cette ligne du registre n'existe pas.")
LONGEST = 200


@dataclass(frozen=True)
class Found:
    """What a person has found in a letter. `cents`: of a cheque, drawn by `drawer`."""

    cents: int | None = None
    drawer: str = ""
    original: str = ""  # what it is


def enclose(letter: Opened, found: Found, arrived: date, *, actor: Actor, now: datetime) -> None:
    """Put what was in a letter that was demanded on the register. Raises InvalidInput."""
    if found.cents is not None:
        if not 0 < found.cents <= MOST:
            raise InvalidInput(N_("Ce montant n'est pas possible."), field="cheque")
        if not found.drawer.strip():
            raise InvalidInput(N_("Écrivez qui a signé le chèque."), field="drawer")
        _add(letter, "cheque", found.drawer, found.cents, arrived, actor, now)
    if found.original.strip():
        _add(letter, "original", found.original, None, arrived, actor, now)


def _add(
    letter: Opened, kind: str, what: str, cents: int | None, arrived: date, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    add(
        Enclosure, item_id=letter.item.id, case_id=letter.case.id, kind=kind, cents=cents,
        what=" ".join(what.split())[:LONGEST], arrived_on=arrived, actor=actor.label[:80],
    )  # fmt: skip
    audit.record(
        Event.ENCLOSURE_NOTED, subject=("item", letter.item.id), case_id=letter.case.id,
        actor=actor, now=now, kind=Text(KINDS[kind]), amount=_amount(cents),
    )  # fmt: skip


def _amount(cents: int | None) -> str:
    return "—" if cents is None else euros(cents)


def demand(actor: Actor, number: int) -> Enclosure:
    """A line of the register that has not left yet. Raises NotFound, Conflict."""
    if not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(NO_SUCH)
    row = session().get(Enclosure, number, with_for_update=True)
    if row is None:
        raise NotFound(NO_SUCH)
    if row.returned_on is not None:
        raise Conflict(N_("Cette ligne du registre est déjà soldée : rien n'a changé."))
    return row


def give_back(
    number: int, on: date, how: str, registered: str, *, actor: Actor, now: datetime
) -> None:
    """Note that a cheque or an original has left, when and how. Raises InvalidInput naming the
    field, NotFound, Conflict."""
    row = demand(actor, number)
    if how not in WAYS:
        raise InvalidInput(N_("Dites comment."), field="how")
    if not row.arrived_on <= on <= paris_date(now):
        raise InvalidInput(N_("Pas avant son arrivée, ni après aujourd'hui."), field="on")
    if how == "registered" and not registered:
        raise InvalidInput(N_("Écrivez le numéro du recommandé."), field="registered")
    amend(row, returned_on=on, returned_how=how, registered=registered or None)
    audit.record(
        Event.ENCLOSURE_RETURNED, subject=("item", row.item_id), case_id=row.case_id, actor=actor,
        now=now, kind=Text(KINDS[row.kind]), how=Text(WAYS[how]), on=f"{on:%d/%m/%Y}",
    )  # fmt: skip


def held(number: int) -> Enclosure | None:
    """A line of the register, to be shown."""
    return session().scalars(select(Enclosure).where(Enclosure.id == number)).first()
