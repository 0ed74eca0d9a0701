"""A letter of ours that comes back: a dated fact of the case it was about."""

from collections.abc import Mapping
from datetime import datetime

from grc.cases import links
from grc.cases import service as cases
from grc.cases.opening import NewFact, add_facts
from grc.cases.states import Outcome, Status
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.mailroom import access, hints
from grc.mailroom.elsewhere import untouched
from grc.mailroom.indexing import TYPED

WAYS: Mapping[str, str] = {  # also the kinds of the facts, after "back_"
    "signed": N_("avis de réception signé"),
    "unclaimed": N_("non réclamée"),
    "unknown": N_("inconnu à cette adresse (NPAI)"),
}


def file(item_id: int, how: str, typed: str, *, expected: int, actor: Actor, now: datetime) -> bool:
    """File a letter as one of ours that came back, on the case of this reference: the case that
    it had opened by itself ends. It is no contact of the citizen. False: the mail room knows no
    such case, and the letter is left to the triage.

    Raises InvalidInput, NotFound, Conflict, also when an agent works on that case.
    """
    if how not in WAYS:
        raise InvalidInput(N_("Dites comment elle revient."))
    found = access.demand(actor, item_id, expected, **access.done(actor, now))
    other = hints.given(typed, found, actor)
    if other is None:
        hints.leave(found, typed, WAYS[how], "returned", actor=actor, now=now)
        return False
    handlings = untouched(found.case)
    hand, on = access.in_the_name_of(actor), paris_date(found.case.received_at)
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
