"""Cheques and originals that were in letters: each is on the register until it has left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from grc.cases.models import Case
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, amend, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.intake.letters import Opened
from grc.intake.models import Enclosure
from grc.mailroom import access
from grc.recovery.amounts import MOST, euros
from grc.staff.policy import Permission, allowed

KINDS: Mapping[str, str] = {"cheque": N_("Chèque"), "original": N_("Original à rendre")}
WAYS: Mapping[str, str] = {
    "treasury": N_("Remis à la paierie"),
    "hand": N_("En main propre"),
    "post": N_("Par lettre simple"),
    "registered": N_("Par lettre recommandée"),
    "mistake": N_("Noté par erreur"),
}
NO_DRAWER = N_("Écrivez qui a signé le chèque.")
NO_SUCH = N_("Cette ligne du registre n'existe pas.")
LONGEST = 200
MOST_IN_A_LETTER = 20


@dataclass(frozen=True)
class Found:
    """A cheque of so many `cents`, drawn by `what`, or an original: then `what` it is."""

    what: str
    cents: int | None = None

    @property
    def kind(self) -> str:
        """A key of `KINDS`."""
        return "original" if self.cents is None else "cheque"


def enclose(
    letter: Opened, found: Sequence[Found], arrived: date, *, actor: Actor, now: datetime
) -> None:
    """Put all that was in a letter that was demanded on the register. Raises InvalidInput."""
    if len(found) > MOST_IN_A_LETTER:
        text = N_("Pas plus de %(most)s chèques et originaux dans un courrier.")
        raise InvalidInput(text, field="cheque", most=MOST_IN_A_LETTER)
    for one in found:
        _demand(one, "drawer")
        add(
            Enclosure, item_id=letter.item.id, case_id=letter.case.id, kind=one.kind,
            cents=one.cents, what=_line(one.what), arrived_on=arrived, actor=actor.label[:80],
        )  # fmt: skip
        audit.record(
            Event.ENCLOSURE_NOTED, subject=("item", letter.item.id), case_id=letter.case.id,
            actor=actor, now=now, kind=Text(KINDS[one.kind]), amount=_amount(one.cents),
        )  # fmt: skip


def _demand(one: Found, field: str) -> None:
    if one.cents is not None and not 0 < one.cents <= MOST:
        raise InvalidInput(N_("Ce montant n'est pas possible."), field="cheque")
    if not one.what.strip():
        told = N_("Écrivez ce que c'est.") if one.cents is None else NO_DRAWER
        raise InvalidInput(told, field=field)


def _line(what: str) -> str:
    return " ".join(what.split())[:LONGEST]


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


def correct(number: int, told: Found, *, actor: Actor, now: datetime) -> None:
    """Write a line anew that has not left: an amount and who drew it, or what the original is. The
    journal keeps what it was. Raises InvalidInput naming the field, NotFound, Conflict."""
    row = demand(actor, number)
    if access.is_hidden(session().get_one(Case, row.case_id)):
        raise NotFound(NO_SUCH)
    if told.kind != row.kind:
        raise InvalidInput(N_("Ce montant n'est pas possible."), field="cheque")
    _demand(told, "what")
    old, new = _said(Found(row.what, row.cents)), _said(told)
    if old == new:
        return
    amend(row, cents=told.cents, what=_line(told.what))
    audit.record(
        Event.ENCLOSURE_CORRECTED, subject=("item", row.item_id), case_id=row.case_id, actor=actor,
        now=now, kind=Text(KINDS[row.kind]), old=old, new=new,
    )  # fmt: skip


def _said(one: Found) -> str:
    amount = () if one.cents is None else (euros(one.cents),)
    return ", ".join((*amount, _line(one.what)))


def take_back(number: int, *, actor: Actor, now: datetime) -> None:
    """A line that was said to have left is still here. Twice is once. Raises NotFound."""
    row = session().get(Enclosure, number, with_for_update=True)
    if row is None or not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(NO_SUCH)
    if row.returned_on is None:
        return
    how, on = Text(WAYS[row.returned_how or ""]), f"{row.returned_on:%d/%m/%Y}"
    amend(row, returned_on=None, returned_how=None, registered=None)
    audit.record(
        Event.ENCLOSURE_BACK, subject=("item", row.item_id), case_id=row.case_id, actor=actor,
        now=now, kind=Text(KINDS[row.kind]), how=how, on=on,
    )  # fmt: skip


def held(number: int) -> tuple[Enclosure, bool] | None:
    """A line of the register, and whether the mail room may know from whom it is."""
    query = select(Enclosure, Case).join(Case, Case.id == Enclosure.case_id)
    found = session().execute(query.where(Enclosure.id == number)).first()
    return (found[0], not access.is_hidden(found[1])) if found else None
