"""A letter of ours that comes back: a dated fact of the case it was about."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select

from grc.cases import links
from grc.cases import service as cases
from grc.cases.models import WITHDRAWN, Case, CaseFact, CaseLink
from grc.cases.opening import NewFact, add_facts
from grc.cases.states import Outcome, Status
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.correspondence import returning
from grc.correspondence.models import OurLetter
from grc.correspondence.returning import WAYS, Back
from grc.intake.letters import Opened
from grc.mailroom import access, hints, pages
from grc.mailroom.indexing import TYPED

FACTS: Mapping[str, str] = {f"back_{how}": words for how, words in WAYS.items()}  # by their kinds


def file(
    item_id: int,
    how: str,
    typed: str,
    *,
    expected: int,
    actor: Actor,
    now: datetime,
    notified: date | None = None,
) -> bool:
    """File a letter as one of ours that came back, on the case of this reference: the case that
    it had opened by itself ends. It is no contact of the citizen. `notified`: the day written on
    a signed slip, if it can be read. False: the mail room knows no such case, and the letter is
    left to the triage.

    Raises InvalidInput, NotFound, Conflict, also when an agent works on that case.
    """
    access.letter_for(actor, item_id)  # before anything is said of what was typed
    if how not in WAYS:
        raise InvalidInput(N_("Dites comment elle revient."))
    found = access.demand(actor, item_id, expected, **access.done(actor, now))
    other = hints.given(typed, found, actor)
    on = paris_date(found.case.received_at)
    for ours in _letters(found, typed, other):
        back = Back(how, on, notified, item_id)
        returning.note(ours, back, actor=actor, now=now)
    if other is None:
        hints.leave(found, typed, WAYS[how], "returned", actor=actor, now=now)
        return False
    handlings = access.untouched(found.case)
    found.letter.destination = f"back_{how}"  # until it is too late to take it back
    hand = access.in_the_name_of(actor)
    add_facts(other.id, [NewFact(f"back_{how}", on, TYPED)], actor=hand, now=now)
    links.link(found.case.id, other.id, "returned", actor=hand, now=now)
    for one in handlings:
        ending = Outcome.NO_FOLLOW_UP
        cases.set_status(found.case, one, Status.CLOSED, outcome=ending, actor=hand, now=now)
    audit.record(
        Event.LETTER_RETURNED, subject=("item", item_id), case_id=other.id, actor=actor, now=now,
        how=Text(WAYS[how]), on=f"{on:%d/%m/%Y}",
    )  # fmt: skip
    return True


def _letters(found: Opened, typed: str, other: Case | None) -> list[OurLetter]:
    """Which letter of ours came back: the one that was named, else that whose code the pages
    bear. Of a case that is hidden from the mail room too, which is told nothing of it."""
    if named := returning.left(typed):
        return [named]
    if other is None:
        return []
    return [one for one in pages.of_ours(found) if one.case_id == other.id][:1]


def withdraw(found: Opened, kind: str, filed_at: datetime, *, actor: Actor, now: datetime) -> None:
    """Undo what `file` told of a letter of ours, then of another case: its fact is shown no more,
    nor the link; the journal keeps both."""
    returning.unfile(found.item.id, actor=actor, now=now)
    of_it = CaseLink.case_id == found.case.id, CaseLink.kind == "returned"
    told = select(CaseFact).join(CaseLink, CaseLink.other_id == CaseFact.case_id)
    told = told.where(*of_it, CaseFact.kind == kind, CaseFact.recorded_at == filed_at)
    fact = session().scalars(told.order_by(CaseFact.id.desc())).first()
    if fact is None:  # nothing tells of it
        return
    add(
        CaseFact, case_id=fact.case_id, kind=WITHDRAWN, on_date=fact.on_date, source=TYPED,
        recorded_at=now, actor=actor.label, replaces_id=fact.id,
    )  # fmt: skip
    session().execute(delete(CaseLink).where(*of_it, CaseLink.other_id == fact.case_id))
    audit.record(
        Event.LETTER_WITHDRAWN, subject=("item", found.item.id), case_id=fact.case_id, actor=actor,
        now=now, how=Text(FACTS[kind]), on=f"{fact.on_date:%d/%m/%Y}",
    )  # fmt: skip
