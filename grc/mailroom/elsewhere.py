"""A letter that cannot be indexed now, or that is not for us at all."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case
from grc.cases.states import Outcome, Status
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import amend, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.correspondence import acting, returning
from grc.correspondence.models import OurLetter
from grc.intake import letters
from grc.intake.models import Item, Letter
from grc.mailroom import access, returned
from grc.staff.policy import Level, Permission, allowed

DESTINATIONS: Mapping[str, str] = {
    "treasury": N_("paierie départementale"),
    "administration": N_("autre administration"),
    "internal": N_("service interne, hors demandes d'usagers"),
    "supplier": N_("factures et fournisseurs"),
    "advertising": N_("publicité, jetée"),
    "returned": N_("retourné à l'expéditeur"),
}
LATELY = timedelta(days=1)  # what was sent can be taken back; then it is on its way
_TO_ANOTHER = frozenset({"treasury", "administration"})


def put_aside(item_id: int, why: str, *, expected: int, actor: Actor, now: datetime) -> None:
    """Leave a letter for later, and say why; it waits, after the others."""
    remark_id = audit.remark(why, now=now)
    if remark_id is None:
        raise InvalidInput(N_("Dites-le en une phrase."), field="reason")
    found = access.demand(actor, item_id, expected, aside_id=remark_id)
    audit.record(
        Event.LETTER_ASIDE, subject=("item", item_id), case_id=found.case.id, actor=actor, now=now,
        remark_id=remark_id,
    )  # fmt: skip


def send(item_id: int, destination: str, *, expected: int, actor: Actor, now: datetime) -> None:
    """Give a letter to somebody else: its item is discarded, for that reason, and its case ends.
    `take_back` undoes it. Raises Conflict also when an agent has begun to work on the case."""
    label = _known(destination)
    told = access.done(actor, now) | {"destination": destination}
    found = access.demand(actor, item_id, expected, **told)
    handlings = access.untouched(found.case)
    remark_id = audit.remark(label, now=now)
    amend(found.item, outcome="discarded", reason=destination, remark_id=remark_id, settled_at=now)
    ending = Outcome.REDIRECTED if destination in _TO_ANOTHER else Outcome.NO_FOLLOW_UP
    hand = access.in_the_name_of(actor)
    for handling in handlings:
        cases.set_status(found.case, handling, Status.CLOSED, outcome=ending, actor=hand, now=now)
    audit.record(
        Event.LETTER_ELSEWHERE, subject=("item", item_id), case_id=found.case.id, actor=actor,
        now=now, remark_id=remark_id, destination=Text(label),
    )  # fmt: skip


def _known(destination: str) -> str:
    if destination not in DESTINATIONS:
        raise InvalidInput(N_("Choisissez une destination dans la liste."), field="destination")
    return DESTINATIONS[destination]


def take_back(item_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo `send`, or `returned.file`: the letter waits again, and what had ended with it goes on.
    Twice is once. Raises NotFound; Conflict when it left too long ago."""
    letter = session().get(Letter, item_id, with_for_update=True)
    if letter is None or letter.destination is None or not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(access.NO_SUCH_LETTER)
    sent_at, destination = letter.done_at, letter.destination
    stays = destination in returned.FACTS  # what came back is here, however long ago
    if sent_at is None or (sent_at <= now - LATELY and not stays):
        raise Conflict(N_("Ce courrier est parti depuis plus d'un jour : il ne se reprend plus."))
    letter.done_at = letter.done_by = letter.destination = None
    letter.version += 1
    session().flush()
    found = letters.opened(item_id)
    if found is None:  # its case is now read by named people only
        raise NotFound(access.NO_SUCH_LETTER)
    cases.alone(found.case)
    settled = {"outcome": "opened", "reason": None, "remark_id": None, "settled_at": now}
    amend(session().get_one(Item, item_id), **settled)
    hand = access.in_the_name_of(actor)
    for handling in cases.all_handlings(found.case):
        if handling.status == Status.CLOSED and handling.closed_at == sent_at:  # with it
            cases.set_status(found.case, handling, Status.RECEIVED, actor=hand, now=now)
    if destination in returned.FACTS:
        returned.withdraw(found, destination, sent_at, actor=actor, now=now)
    audit.record(
        Event.LETTER_BACK, subject=("item", item_id), case_id=found.case.id, actor=actor, now=now
    )


def not_that_one(ours: OurLetter, *, expected: int | None, actor: Actor, now: datetime) -> bool:
    """A letter of ours that was noted as come back is not the one that did. Where it was filed
    from a scanned letter, that one waits again: True. Raises NotFound, Conflict when nothing is
    noted."""
    if not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(access.NO_SUCH_LETTER)
    item_id = ours.returned_item_id
    if item_id is None or not _is_filed(item_id):
        returning.take_back(ours, expected=expected, actor=actor, now=now)
        return False
    acting.at_version(ours, expected)
    take_back(item_id, actor=actor, now=now)  # which holds both cases, in the order of filing
    return True


def _is_filed(item_id: int) -> bool:
    """True for a scanned letter that may wait again: not since named people alone read its case."""
    query = select(Letter.destination, Case.level).join(Case, Case.id == Letter.case_id)
    row = session().execute(query.where(Letter.item_id == item_id)).first()
    return row is not None and row.destination in returned.FACTS and row.level != Level.NAMED
