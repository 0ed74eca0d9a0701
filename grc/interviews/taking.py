"""From the note of an interview to its case: rights, person, visit.

The note is an item like any other. What only an agent may say (who held the interview, after
which visit) travels sealed inside it, and counts when the item is understood, in the same
transaction: all of it, once.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from grc.appointments import visits
from grc.cases import told
from grc.cases.models import Case
from grc.channels.protocol import Request
from grc.citizens import identity
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import amend, session
from grc.core.events import Event
from grc.core.seals import Seal
from grc.intake.models import Item
from grc.intake.reading import Reading
from grc.recovery import rights
from grc.recovery.rights import Right

_SEAL = Seal("grc-interview")
_BETWEEN = ";"


@dataclass(frozen=True)
class Held:
    """Who held an interview, for which unit and where; after which visit, if it was one."""

    user_id: int
    unit_id: int
    site: str
    visit_id: int | None = None


def sealed(held: Held) -> str:
    """What the note says of it, and nobody else can."""
    return _SEAL.close(asdict(held))


def opened(request: Request) -> Held | None:
    """Who held the interview that this is the note of."""
    told = (_SEAL.open(hint.value) for hint in request.hints if hint.kind == "our_interview")
    return next((Held(**one) for one in told if isinstance(one, dict)), None)


def line(right: Right) -> str:
    """A right as one line of the note."""
    amount = "" if right.amount_cents is None else str(right.amount_cents)
    parts = (right.code, right.organism, right.standing, right.on.isoformat(), amount)
    return _BETWEEN.join(parts)


def rights_of(request: Request) -> Iterator[Right]:
    """The rights of a note, as `line` wrote them."""
    for hint in request.hints:
        if hint.kind == "right":
            code, organism, standing, on, amount = hint.value.split(_BETWEEN)
            cents = int(amount) if amount else None
            yield Right(code, organism, standing, date.fromisoformat(on), cents)


def settle(item_id: int, reading: Reading, *, now: datetime) -> None:
    """Carry out what an interview says besides its request, once its item is understood."""
    request = reading[0].request if isinstance(reading, tuple) and len(reading) == 1 else None
    held = opened(request) if request else None
    item = session().get_one(Item, item_id)
    if request is None or held is None or item.case_id is None:
        return
    actor, case = Actor(item.actor, user_id=held.user_id), session().get_one(Case, item.case_id)
    if item.outcome == "opened":  # of one that was joined the receipt opens nothing
        amend(case, has_code=True)
    subject = ("case", case.id)
    audit.record(
        Event.INTERVIEW_HELD, subject=subject, case_id=case.id, actor=actor, now=now, site=held.site
    )
    for right in rights_of(request):
        unit_id, owner_id = held.unit_id, held.user_id
        rights.note(case.id, unit_id, right, owner_id=owner_id, actor=actor, now=now)
    if case.citizen_id is not None:
        _tell_person(case.id, case.citizen_id, request, now)
    if held.visit_id is not None:
        visits.lead_to(held.visit_id, case.id)


def _tell_person(case_id: int, citizen_id: int, request: Request, now: datetime) -> None:
    hints = {hint.kind: hint.value for hint in request.hints}
    born = date.fromisoformat(hints["birth"]) if "birth" in hints else None
    care_of = hints.get("care_of", "")
    points = identity.tell(citizen_id, birth_date=born, care_of=care_of, now=now)
    told.note(case_id, citizen_id, points)
