"""Letters leave: printed together, put into envelopes, posted on a day that is told.

The mail room reads no case. A letter of a case that few people read is printed by its service,
and comes to the mail room in a closed envelope that bears its number in the window.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

from grc.cases import service as cases
from grc.cases.models import Case
from grc.cases.opening import NewFact, add_facts
from grc.core.actor import Actor
from grc.core.clock import PARIS, paris_date
from grc.core.db import add, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.correspondence import acting, queries, recipients
from grc.correspondence.models import OurLetter, PrintRun
from grc.correspondence.states import ANSWERS, Purpose, State, demand
from grc.parsing import registered
from grc.staff.policy import Permission, allowed

MOST = 100  # letters of a run: what a person puts into envelopes at one go
NO_SUCH = N_("Cette lettre n'existe pas, ou n'est pas à poster.")
TYPED = "typed"
_FACTS: Mapping[str, str] = {  # what the day of posting is to the clocks of a case
    **dict.fromkeys(ANSWERS, "sent"),
    Purpose.DOCUMENTS: "requested",
}


def _demand(actor: Actor) -> None:
    if not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(NO_SUCH)


def print_run(*, actor: Actor, now: datetime) -> int | None:
    """Take what is ready to be printed into one run; None when nothing is. What was withdrawn or
    became confidential meanwhile is left out, and what would go where nothing is to be sent."""
    _demand(actor)
    found = [one for one in _in_turn(queries.printable(MOST)) if _joins(one)]
    if not found:
        return None
    values = {"made_at": now, "actor": actor.label[:80], "count": len(found)}
    run_id = add(PrintRun, **values)
    for letter in found:
        acting.change(letter, State.PRINTED, run_id=run_id)
        acting.record(Event.OUR_LETTER_PRINTED, letter, actor, now, run=str(run_id))
    return run_id


def _in_turn(letters: Iterable[OurLetter]) -> list[OurLetter]:
    """In the order in which everybody holds their cases: two never wait for each other."""
    return sorted(letters, key=lambda letter: (letter.case_id, letter.id))


def _joins(letter: OurLetter) -> bool:
    case = acting.held(letter)
    is_ready = letter.state == State.SIGNED and not queries.is_sealed(case)
    return is_ready and recipients.may_be_written_to(case, letter.recipient)


def print_apart(letter: OurLetter, *, expected: int | None, actor: Actor, now: datetime) -> None:
    """Say that the service has printed a letter that the mail room may not see, and closed its
    envelope; also one that had joined a run before its case became confidential."""
    case = acting.demand(letter, Permission.CASE_WRITE, actor, now)
    if not queries.is_sealed(case):
        raise InvalidInput(N_("Cette lettre est imprimée par le service du courrier."))
    if letter.run_id is None:
        demand(letter.state, {State.SIGNED})
    acting.change(letter, State.PRINTED, expected=expected, run_id=None)
    acting.record(Event.OUR_LETTER_PRINTED, letter, actor, now, run="–")


def post(
    numbers: Sequence[int],
    on: date,
    tracked: Mapping[int, str],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Say which printed letters left on a day; `tracked` are numbers of registered mail by id.
    All or none; returns how many.

    Raises InvalidInput for a day to come or before the signature, or a registered letter without
    its number; Conflict for one that left already, or that its service is to print.
    """
    _demand(actor)
    if on > paris_date(now):
        raise InvalidInput(N_("Ce jour n'est pas encore venu."), field="on")
    found = [session().get(OurLetter, number) for number in dict.fromkeys(numbers)]
    letters = [letter for letter in found if letter is not None]
    if not letters or len(letters) != len(found):
        raise InvalidInput(N_("Choisissez au moins une lettre imprimée."), field="on")
    for letter in _in_turn(letters):
        _post(letter, on, tracked.get(letter.id, ""), actor, now)
    return len(letters)


def _post(letter: OurLetter, on: date, typed: str, actor: Actor, now: datetime) -> None:
    case = acting.held(letter)
    if letter.state == State.POSTED:
        text = N_("La lettre %(number)s est déjà partie le %(on)s : rien n'a changé.")
        raise Conflict(text, number=letter.departure_words, on=_day(letter.posted_on))
    demand(letter.state, {State.PRINTED})
    if queries.is_apart(letter, case):
        text = N_("La lettre %(number)s part sous pli fermé : son service l'imprime de nouveau.")
        raise Conflict(text, number=letter.departure_words)
    if letter.signed_at and on < paris_date(letter.signed_at):
        text = N_("La lettre %(number)s a été signée après ce jour.")
        raise InvalidInput(text, field="on", number=letter.departure_words)
    acting.change(
        letter,
        State.POSTED,
        posted_on=on,
        posted_by=actor.label[:80],
        registered_number=_tracking(letter, typed),
    )
    _stop_clocks(letter, case, on, actor, now)
    acting.record(
        Event.OUR_LETTER_POSTED,
        letter,
        actor,
        now,
        number=letter.departure_words,
        on=_day(on),
        registered=letter.registered_number or "–",
    )


def _tracking(letter: OurLetter, typed: str) -> str | None:
    if not letter.registered:
        return None
    found = registered.number(typed)
    if not found:
        text = N_("Il manque le numéro de recommandé de la lettre %(number)s, ou il est mal lu.")
        raise InvalidInput(text, field="on", number=letter.departure_words)
    return found


def _stop_clocks(letter: OurLetter, case: Case, on: date, actor: Actor, now: datetime) -> None:
    """The day of posting counts, never that of the click; for what is an answer alone."""
    kind = _FACTS.get(letter.purpose)
    if kind is None:
        return
    hand = Actor(actor.label, locale=actor.locale)
    add_facts(case.id, [NewFact(kind, on, TYPED)], actor=hand, now=now)
    if letter.purpose not in ANSWERS:
        return
    at = min(datetime.combine(on, time(12), PARIS), now)
    for handling in cases.all_handlings(case):
        if handling.unit_id == letter.unit_id:
            cases.change(handling, answered_at=at)
    cases.mark_seen(case)


def _day(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else "–"
