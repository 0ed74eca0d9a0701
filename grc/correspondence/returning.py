"""A letter of ours comes back, or the slip that says it was received."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select

from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.correspondence import acting, queries
from grc.correspondence.models import OurLetter
from grc.correspondence.states import State
from grc.staff.policy import Permission, allowed

WAYS: Mapping[str, str] = {
    "signed": N_("avis de réception signé"),
    "unclaimed": N_("non réclamée"),
    "unknown": N_("inconnu à cette adresse (NPAI)"),
}
LEFT = (State.POSTED, State.RETURNED)


def left(reference: str) -> OurLetter | None:
    """The letter of a reference, when it has left us."""
    letter = queries.by_reference(reference)
    return letter if letter is not None and letter.state in LEFT else None


def file(typed: str, how: str, on: date, *, actor: Actor, now: datetime) -> None:
    """Note what the mail room read on a letter that came back. It knows of no letter that has not
    left: none and such a one are told alike. Raises InvalidInput."""
    letter = left(typed) if allowed(actor, Permission.MAIL_INDEX) else None
    if letter is None:
        raise InvalidInput(N_("Aucune lettre partie ne porte cette référence."), field="reference")
    note(letter, how, on, actor=actor, now=now)


def note(letter: OurLetter, how: str, on: date, *, actor: Actor, now: datetime) -> None:
    """Note how a letter came back; a signed slip says that it arrived. The caller has asked
    whether this person may."""
    acting.held(letter)
    if on > paris_date(now) or (letter.posted_on and on < letter.posted_on):
        raise InvalidInput(N_("La lettre ne peut pas revenir ce jour-là."), field="on")
    now_is = State.POSTED if how == "signed" else State.RETURNED
    moved = now_is if letter.state != now_is else None
    acting.change(letter, moved, returned_on=on, returned_how=how)
    data = {"how": Text(WAYS[how]), "on": f"{on:%d/%m/%Y}"}
    acting.record(Event.OUR_LETTER_BACK, letter, actor, now, **data)


def withdraw(case_id: int, how: str, on: date) -> None:
    """Undo `note` for the letter of a case that was thought to have come back so, that day; the
    journal keeps it."""
    query = select(OurLetter).where(
        OurLetter.case_id == case_id,
        OurLetter.returned_how == how,
        OurLetter.returned_on == on,
    )
    letter = session().scalars(query.order_by(OurLetter.id.desc())).first()
    if letter is None:
        return
    acting.held(letter)
    back = State.POSTED if letter.state == State.RETURNED else None
    acting.change(letter, back, returned_on=None, returned_how=None)
