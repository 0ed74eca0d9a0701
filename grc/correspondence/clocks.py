"""What the days of a letter are to the clocks of its case: when it left, when it was received.

A letter keeps which fact it told: a day that was mistyped is replaced by a later fact, and one
that was no day at all is withdrawn. Nothing is overwritten (CRPA L112-1: dates are proved).
"""

from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import func, select

from grc.cases import service as cases
from grc.cases.models import WITHDRAWN, Case, CaseFact, Handling
from grc.core.actor import Actor
from grc.core.clock import PARIS
from grc.core.db import add, session
from grc.correspondence.models import OurLetter
from grc.correspondence.states import ANSWERS, LEFT, Purpose

TYPED = "typed"
NOTIFIED = "notified"
FACTS: Mapping[str, str] = {  # what the day of posting is to the clocks of a case
    **dict.fromkeys(ANSWERS, "sent"),
    Purpose.DOCUMENTS: "requested",
}


def tell(
    letter: OurLetter, kind: str, on: date, replaces: int | None, *, actor: Actor, now: datetime
) -> int:
    """Write a dated fact of the case of a letter, in the place of another one; returns its id."""
    return add(
        CaseFact, case_id=letter.case_id, kind=kind, on_date=on, source=TYPED, recorded_at=now,
        actor=actor.label, replaces_id=replaces,
    )  # fmt: skip


def withdraw(fact_id: int | None, *, actor: Actor, now: datetime) -> None:
    """Say of a fact that it was not so; nothing when there is none."""
    if fact_id is None:
        return
    fact = session().get_one(CaseFact, fact_id)
    add(
        CaseFact, case_id=fact.case_id, kind=WITHDRAWN, on_date=fact.on_date, source=TYPED,
        recorded_at=now, actor=actor.label, replaces_id=fact.id,
    )  # fmt: skip


def answers(letter: OurLetter, case: Case, on: date, now: datetime) -> None:
    """A letter leaves: when it is an answer, its service has answered that day at noon, never at
    the click."""
    if letter.purpose not in ANSWERS:
        return
    at = _noon(on, now)
    for handling in _of_its_service(letter, case):
        if handling.answered_at is None or handling.answered_at < at:
            cases.change(handling, answered_at=at)
    cases.mark_seen(case)


def answered_anew(
    letter: OurLetter, case: Case, replied_at: datetime | None, now: datetime
) -> None:
    """After a change of its day: its service answered when its last letter left, or when it last
    replied otherwise."""
    if letter.purpose not in ANSWERS:
        return
    at = last_answer(letter.case_id, letter.unit_id, replied_at, now)
    for handling in _of_its_service(letter, case):
        if handling.answered_at != at:
            cases.change(handling, answered_at=at)


def _of_its_service(letter: OurLetter, case: Case) -> list[Handling]:
    return [one for one in cases.all_handlings(case) if one.unit_id == letter.unit_id]


def last_answer(
    case_id: int, unit_id: int, replied_at: datetime | None, now: datetime
) -> datetime | None:
    """When a service last answered: by letter, or as it `replied_at` otherwise; None: never."""
    return max(filter(None, (_last_letter(case_id, unit_id, now), replied_at)), default=None)


def _last_letter(case_id: int, unit_id: int, now: datetime) -> datetime | None:
    query = select(func.max(OurLetter.posted_on)).where(
        OurLetter.case_id == case_id,
        OurLetter.unit_id == unit_id,
        OurLetter.purpose.in_(ANSWERS),
        OurLetter.state.in_(LEFT),
    )
    on = session().scalar(query)
    return _noon(on, now) if on else None


def _noon(on: date, now: datetime) -> datetime:
    return min(datetime.combine(on, time(12), PARIS), now)
