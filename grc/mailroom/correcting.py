"""What was written on an unopened envelope was wrong: a later line says it anew.

Until its list is signed the wrong line leaves it; on a signed list it stays, and the new line, on
an open list, names that one. Nothing is erased but who sent what turns out to be medical.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from grc.channels.unopened import KINDS, MEDICAL, NO_SENDER
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, amend, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.intake import service, unopened
from grc.intake.models import Envelope, HandOver
from grc.staff.policy import Permission, allowed

NO_SUCH = N_("Ce pli n'existe pas.")
_KINDS = dict(KINDS)
_SAME, _OTHER = N_("inchangé"), N_("corrigé")


@dataclass(frozen=True)
class Written:
    """What is on an envelope. `destination`: a code of unit, or a name; no `kind`: as it was."""

    destination: str
    sender: str = ""
    registered: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Held:
    """An envelope and the list it is on."""

    envelope: Envelope
    hand_over: HandOver


def held(actor: Actor, number: int) -> Held:
    """A line that may be corrected: what is valid of its envelope. Raises NotFound, Conflict when
    it was corrected already."""
    if not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(NO_SUCH)
    envelope = session().get(Envelope, number, populate_existing=True)
    if envelope is None:
        raise NotFound(NO_SUCH)
    later = select(Envelope.id).where(Envelope.item_id == envelope.item_id, Envelope.id > number)
    if envelope.hand_over_id is None or session().scalar(later.limit(1)) is not None:
        raise Conflict(N_("Ce pli vient d'être corrigé : rien n'a changé."))
    return Held(envelope, session().get_one(HandOver, envelope.hand_over_id))


def correct(number: int, told: Written, *, actor: Actor, now: datetime) -> HandOver:
    """Say anew what is on an envelope; the list where it now is. Saying the same changes nothing.

    Raises InvalidInput naming the field, NotFound, Conflict.
    """
    service.alone()  # a list is signed, and an envelope noted, by one person at a time
    found = held(actor, number)
    old, before = found.envelope, found.hand_over
    session().refresh(before)
    told = _checked(told, old)
    to = unopened.addressed(told.destination)
    stays, same_kind = to.key == before.key, told.kind == old.kind
    same_sender = (told.sender or None) == old.sender
    same_number = (told.registered or None) == old.registered
    if stays and same_kind and same_sender and same_number:
        return before
    is_open = before.handed_at is None
    there = before.id if stays and is_open else unopened.list_for(to, paris_date(now))
    if is_open:
        amend(old, hand_over_id=None)
    if told.kind == MEDICAL:
        _forget_sender(old.item_id)
    new = add(
        Envelope, item_id=old.item_id, hand_over_id=there, kind=told.kind,
        arrived_on=old.arrived_on, sender=told.sender or None, registered=told.registered or None,
    )  # fmt: skip
    after = session().get_one(HandOver, there)
    audit.record(
        Event.ENVELOPE_CORRECTED, subject=("envelope", new), actor=actor, now=now,
        before=before.reference, to=after.reference, kind=Text(_KINDS[told.kind]),
        number=_said(same_number), sender=_said(same_sender),
    )  # fmt: skip
    return after


def _said(is_same: bool) -> Text:
    """Of what may name somebody, the journal keeps that it was corrected."""
    return Text(_SAME if is_same else _OTHER)


def _forget_sender(item_id: int) -> None:
    """No line tells any longer who sent it, on a signed list neither."""
    for line in session().scalars(select(Envelope).where(Envelope.item_id == item_id)):
        amend(line, sender=None)


def _checked(told: Written, old: Envelope) -> Written:
    """What is to be written; a medical envelope has no sender, and loses the one it had."""
    kind = told.kind or old.kind
    if not told.destination.strip():
        raise InvalidInput(N_("Dites à qui le pli est remis."), field="destination")
    if kind not in _KINDS:
        raise InvalidInput(N_("Ce genre de pli n'existe pas."), field="kind")
    if kind == old.kind == MEDICAL and told.sender:
        raise InvalidInput(NO_SENDER, field="sender")
    return replace(told, kind=kind, sender="" if kind == MEDICAL else told.sender)
