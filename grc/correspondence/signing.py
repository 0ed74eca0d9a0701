"""Visas and signatures: who agrees with which words, who signs which bytes.

A decision bears the signature, first name, name and quality of its author (CRPA L212-1); a
letter names the agent in charge (CRPA L111-2). Nobody signs without a delegation of that day.
"""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import PurePath
from typing import Any

from sqlalchemy import func, select

from grc.cases.models import Case
from grc.cases.search import index
from grc.core import audit, blobs
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, lock, session
from grc.core.errors import Conflict, Forbidden, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.correspondence import acting, enclosing, layout, queries, recipients
from grc.correspondence.layout import Sheet
from grc.correspondence.models import OurLetter, Visa
from grc.correspondence.powers import Power, power_over
from grc.correspondence.states import Purpose, State, demand
from grc.organisation.queries import snapshot
from grc.parsing.behind import sides
from grc.staff.policy import Permission
from grc.staff.queries import names

_REGISTER = 92_130  # lock of the departure numbers
WATERMARK = "ENTRAÎNEMENT"
NO_DELEGATION = N_("Aucune délégation de signature en vigueur aujourd'hui pour cette lettre.")
OWN_WITHOUT_VISA = N_(
    "Vous avez écrit cette lettre, et son type demande un visa : une autre personne le donne "
    "d'abord."
)
NEEDS_VISA = N_("Cette lettre demande un visa avant d'être signée.")
UNSIGNED = "Projet, non signé"  # on paper, in French
NOT_HANDED_IN = N_("Cette lettre n'attend pas de signature.")


def sheet(letter: OurLetter, case: Case, on: date, given: Power | None) -> Sheet:
    """What a letter says on paper, signed that day under this delegation; without one it is
    marked as no letter yet."""
    unit = snapshot().unit_by_id(letter.unit_id)
    top = snapshot().unit_by_id(unit.department_id).name
    is_whole = given is not None or letter.purpose == Purpose.ACKNOWLEDGEMENT
    agent = names({letter.agent_id}).get(letter.agent_id, "") if letter.agent_id else ""
    joined = enclosing.behind(letter.id)
    charge = f"Affaire suivie par : {agent}, {letter.agent_quality}" if agent else ""
    return Sheet(
        reference=letter.reference,
        sender=tuple(filter(None, (unit.name, top if top != unit.name else "", unit.address))),
        recipient=tuple(letter.recipient),
        about=tuple(
            filter(
                None,
                (
                    f"Nos références : {letter.reference}",
                    f"Votre demande : {case.reference}",
                    charge,
                    f"Téléphone : {unit.phone}" if unit.phone else "",
                    f"Courriel : {unit.email}" if unit.email else "",
                    "Lettre recommandée avec avis de réception" if letter.registered else "",
                ),
            )
        ),
        subject=letter.subject,
        text=letter.text,
        signature=_signature(unit.name, given) if is_whole else ("[signature]",),
        on=on,
        enclosed=tuple((PurePath(one.filename).stem, one.pages) for one in joined),
        hashes=tuple(one.printed_sha256 for one in joined),
        mark="" if is_whole else UNSIGNED,
        watermark=WATERMARK if settings().training else "",
    )


def _signature(unit: str, given: Power | None) -> tuple[str, ...]:
    """Under the text: who signs, with room for it; the service alone where nobody does."""
    return (given.quality, "", "", "", given.name, given.act) if given else (unit,)


def endorse(letter: OurLetter, *, expected: int | None, actor: Actor, now: datetime) -> None:
    """Give a visa to the words as they are. The last one needed sends the letter to be signed.

    Raises Forbidden, Conflict, InvalidInput to who wrote it.
    """
    acting.demand(letter, Permission.CASE_ASSIGN, actor, now)
    if letter.unit_id not in actor.units("supervisor"):
        raise Forbidden(N_("Le visa est donné par une ou un responsable de ce service."))
    if letter.author_id == actor.user_id:
        raise InvalidInput(N_("On ne vise pas sa propre lettre."))
    demand(letter.state, {State.VISA})
    given = select(func.count()).where(Visa.letter_id == letter.id, Visa.edition == letter.edition)
    mine = select(Visa.id).where(
        Visa.letter_id == letter.id,
        Visa.edition == letter.edition,
        Visa.user_id == actor.user_id,
    )
    if session().scalar(mine) is not None:
        raise Conflict(N_("Vous avez déjà visé cette lettre."))
    add(Visa, letter_id=letter.id, user_id=actor.user_id, edition=letter.edition, at=now)
    enough = (session().scalar(given) or 0) >= letter.visas
    acting.change(letter, State.SIGNATURE if enough else None, expected=expected)
    acting.record(Event.OUR_LETTER_ENDORSED, letter, actor, now)


def send_back(
    letter: OurLetter, why: str, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """Give a letter back to who wrote it, saying why: she who may endorse it, or sign it."""
    demand_reader(letter, actor, now)
    if not why.strip():
        raise InvalidInput(N_("Dites-le en une phrase."), field="reason")
    acting.change(letter, State.DRAFT, expected=expected, edition=letter.edition + 1)
    remark_id = audit.remark(why, now=now)
    acting.record(Event.OUR_LETTER_SENT_BACK, letter, actor, now, remark_id=remark_id)


def demand_reader(letter: OurLetter, actor: Actor, now: datetime) -> Case:
    """The case of a letter, for who may endorse or sign it. Raises Forbidden."""
    case = acting.demand(letter, Permission.CASE_READ, actor, now)
    may_endorse = letter.unit_id in actor.units("supervisor")
    if not may_endorse and power_over(letter, actor.user_id, paris_date(now)) is None:
        raise Forbidden(NO_DELEGATION)
    return case


def refusal(letter: OurLetter, actor: Actor, today: date) -> str | None:
    """Why this person may not sign a letter, whatever she has seen; None when she may."""
    if letter.state == State.VISA:
        return OWN_WITHOUT_VISA if letter.author_id == actor.user_id else NEEDS_VISA
    if letter.state != State.SIGNATURE:
        return NOT_HANDED_IN
    if power_over(letter, actor.user_id, today) is None:
        return NO_DELEGATION
    return None


@dataclass(frozen=True)
class Made:
    """The bytes of a letter, already in the blob store; `on` is the day they bear, `seen` the
    hash of those that were looked at."""

    sha256: str
    size: int
    on: date
    seen: str
    pages: int


def made(pdf: bytes, on: date, seen: str | None = None) -> Made:
    """The bytes of a letter, kept now; `seen` None: those that were looked at. No transaction is
    open."""
    sha256, size = blobs.store().put(BytesIO(pdf))
    return Made(sha256, size, on, sha256 if seen is None else seen, layout.pages(pdf))


def sign(
    letter: OurLetter, made: Made, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """Sign the very bytes that were looked at; they never change, and the letter takes its number
    on the register of departures.

    Raises InvalidInput without a delegation in force or a visa, Conflict when it does not wait for
    a signature or is not what was looked at: other words, another day.
    """
    case = acting.demand(letter, Permission.CASE_READ, actor, now)
    if letter.state != State.VISA:  # of which `refusal` tells more
        demand(letter.state, {State.SIGNATURE})
    today = paris_date(now)
    if why := refusal(letter, actor, today):
        raise InvalidInput(why)
    recipients.demand_wanted(case, letter.recipient)
    given = power_over(letter, actor.user_id, today)
    if given is None or made.on != today or made.seen != made.sha256:
        raise Conflict(N_("Ce n'est plus la lettre que vous avez lue : relisez-la, puis signez."))
    acting.change(
        letter,
        State.SIGNED,
        expected=expected,
        signatory_id=actor.user_id,
        signatory=given.name,
        quality=given.quality,
        act=given.act,
        **pinned(letter, made, now),
    )
    if not case.is_medical:
        index(case.id, "letter", letter.id, f"{letter.subject} {letter.text}")
    acting.record(
        Event.OUR_LETTER_SIGNED,
        letter,
        actor,
        now,
        who=given.name,
        act=given.act,
        number=letter.departure_words,
    )


def pinned(letter: OurLetter, made: Made, now: datetime) -> dict[str, Any]:
    """The columns of a letter whose bytes are fixed: a number on the register is taken."""
    blobs.refer({made.sha256: made.size}, now)
    lock(_REGISTER)
    year = made.on.year
    return {
        "signed_at": now,
        "sha256": made.sha256,
        "pages": sum(map(sides, (made.pages, *(one.pages for one in enclosing.behind(letter.id))))),
        "departure_year": year,
        "departure": queries.next_departure(year),
    }
