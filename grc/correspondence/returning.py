"""A letter of ours comes back, or the slip that says it was received."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import session
from grc.core.errors import Conflict, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.correspondence import acting, clocks, queries
from grc.correspondence.models import OurLetter
from grc.correspondence.states import LEFT, State
from grc.staff.policy import Permission, allowed

WAYS: Mapping[str, str] = {
    "signed": N_("avis de réception signé"),
    "unclaimed": N_("non réclamée"),
    "unknown": N_("inconnu à cette adresse (NPAI)"),
}
SIGNED = "signed"


def left(reference: str) -> OurLetter | None:
    """The letter of a reference, when it has left us."""
    letter = queries.by_reference(reference)
    return letter if letter is not None and letter.state in LEFT else None


@dataclass(frozen=True)
class Back:
    """How a letter came back, and on which day. `notified`: the day written on a signed slip;
    `item_id`: the scanned letter that it was filed from."""

    how: str
    on: date
    notified: date | None = None
    item_id: int | None = None


def file(typed: str, back: Back, *, actor: Actor, now: datetime) -> None:
    """Note what the mail room read on a letter that came back. It knows of no letter that has not
    left: none and such a one are told alike. Raises InvalidInput."""
    letter = left(typed) if allowed(actor, Permission.MAIL_INDEX) else None
    if letter is None:
        raise InvalidInput(N_("Aucune lettre partie ne porte cette référence."), field="reference")
    if back.how == SIGNED and back.notified is None:
        raise InvalidInput(N_("Dites quel jour l'avis a été signé."), field="notified")
    note(letter, back, actor=actor, now=now)


def note(letter: OurLetter, back: Back, *, actor: Actor, now: datetime) -> None:
    """Note how a letter came back; a signed slip says that it arrived, and when. The caller has
    asked whether this person may. Raises InvalidInput for days that cannot be."""
    acting.held(letter)
    _demand_days(letter, back, paris_date(now))
    now_is = State.POSTED if back.how == SIGNED else State.RETURNED
    moved = now_is if letter.state != now_is else None
    told = _notify(letter, back.notified if back.how == SIGNED else None, actor, now)
    acting.change(
        letter,
        moved,
        returned_on=back.on,
        returned_how=back.how,
        returned_item_id=back.item_id,
        **told,
    )
    acting.record(Event.OUR_LETTER_BACK, letter, actor, now, **_said(back.how, back.on))


def _demand_days(letter: OurLetter, back: Back, today: date) -> None:
    posted = letter.posted_on or date.min
    if not posted <= back.on <= today:
        raise InvalidInput(N_("La lettre ne peut pas revenir ce jour-là."), field="on")
    if back.notified is not None and not posted <= back.notified <= back.on:
        text = N_("L'avis ne peut pas avoir été signé ce jour-là : la lettre est partie le %(on)s.")
        raise InvalidInput(text, field="notified", on=f"{posted:%d/%m/%Y}")


def _notify(letter: OurLetter, on: date | None, actor: Actor, now: datetime) -> dict[str, Any]:
    """The day it was received, a fact of its case; what had been told before is no more."""
    fact_id = letter.notified_fact_id
    if on is None:
        clocks.withdraw(fact_id, actor=actor, now=now)
        return {"notified_on": None, "notified_fact_id": None}
    if on != letter.notified_on:
        fact_id = clocks.tell(letter, clocks.NOTIFIED, on, fact_id, actor=actor, now=now)
        acting.record(Event.OUR_LETTER_RECEIVED, letter, actor, now, on=f"{on:%d/%m/%Y}")
    return {"notified_on": on, "notified_fact_id": fact_id}


def _said(how: str, on: date) -> dict[str, Text | str]:
    return {"how": Text(WAYS[how]), "on": f"{on:%d/%m/%Y}"}


def take_back(letter: OurLetter, *, expected: int | None, actor: Actor, now: datetime) -> None:
    """Undo `note`: it was not this letter. Its day of reception is withdrawn; the journal keeps
    what was noted. Raises Conflict when nothing is noted, or the page is old."""
    acting.held(letter)
    if letter.returned_how is None or letter.returned_on is None:
        raise Conflict(N_("Rien n'est noté du retour de cette lettre : rien n'a changé."))
    before = _said(letter.returned_how, letter.returned_on)
    told = _notify(letter, None, actor, now)
    back = State.POSTED if letter.state == State.RETURNED else None
    told |= dict.fromkeys(("returned_on", "returned_how", "returned_item_id"))
    acting.change(letter, back, expected=expected, **told)
    acting.record(Event.OUR_LETTER_NOT_BACK, letter, actor, now, **before)


def unfile(item_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo what a scanned letter told of the one it was thought to be: that very one, unless
    something else was noted of it since."""
    query = select(OurLetter).where(OurLetter.returned_item_id == item_id).order_by(OurLetter.id)
    for letter in session().scalars(query).all():
        take_back(letter, expected=None, actor=actor, now=now)
