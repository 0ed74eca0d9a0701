"""Letters leave: printed together, put into envelopes, posted on a day that is told.

The mail room reads no case. A letter of a case that few people read is printed by its service,
and comes to the mail room in a closed envelope that bears its number in the window.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from grc.cases.models import Case
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, execute, lock, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.correspondence import acting, clocks, enclosing, queries, recipients
from grc.correspondence.models import OurLetter, PrintRun
from grc.correspondence.states import LEFT, State, demand
from grc.parsing import registered
from grc.staff.policy import Permission, allowed

MOST = 100  # letters of a run: what a person puts into envelopes at one go
MOST_PAGES = 1_000  # of a run: a ream, on both sides
MOST_BYTES = 100 << 20  # of what is joined to the letters of a run
# A number is given to no other letter for twelve months (UPU S10: identifiers are not reused).
NOT_AGAIN = timedelta(days=365)
NO_SUCH = N_("Cette lettre n'existe pas, ou n'est pas à poster.")
_TRACKED = 92_131  # lock of the numbers of registered mail


def _demand(actor: Actor) -> None:
    if not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(NO_SUCH)


def print_run(*, actor: Actor, now: datetime) -> int | None:
    """Take what is ready to be printed into one run; None when nothing is. What was withdrawn or
    became confidential meanwhile is left out, and what would go where nothing is to be sent."""
    _demand(actor)
    found = [one for one in _in_turn(_at_one_go(queries.printable(MOST))) if _joins(one)]
    if not found:
        return None
    pages = sum(one.pages or 0 for one in found)
    values = {"made_at": now, "actor": actor.label[:80], "count": len(found), "pages": pages}
    run_id = add(PrintRun, **values)
    for letter in found:
        acting.change(letter, State.PRINTED, run_id=run_id)
        _printed(letter, str(run_id), actor, now)
    return run_id


def _printed(letter: OurLetter, run: str, actor: Actor, now: datetime) -> None:
    pages = str(letter.pages or 0)
    acting.record(Event.OUR_LETTER_PRINTED, letter, actor, now, run=run, pages=pages)


def _at_one_go(letters: Sequence[OurLetter]) -> list[OurLetter]:
    """The first of these letters that make one file for the printer; the others wait for the
    next run."""
    weights = enclosing.weights([one.id for one in letters])
    taken: list[OurLetter] = []
    pages = size = 0
    for letter in letters:
        pages += letter.pages or 0
        size += weights.get(letter.id, 0)
        if taken and (pages > MOST_PAGES or size > MOST_BYTES):
            break
        taken.append(letter)
    return taken


def _in_turn(letters: Iterable[OurLetter]) -> list[OurLetter]:
    """In the order in which everybody holds their cases: two never wait for each other."""
    return sorted(letters, key=lambda letter: (letter.case_id, letter.id))


def _joins(letter: OurLetter) -> bool:
    case = acting.held(letter)
    is_ready = letter.state == State.SIGNED and not queries.is_sealed(letter, case)
    return is_ready and recipients.may_be_written_to(case, letter.recipient)


def set_apart(case_id: int, is_apart: bool) -> None:
    """Keep the letters of a case that have not left from every print run, or no more: a person of
    its service reads each again, and prints it. Its level may not say so: a case handed over to a
    unit without people is restricted, as many are whose letters leave by themselves."""
    waiting = (OurLetter.case_id == case_id, OurLetter.posted_on.is_(None))
    execute(update(OurLetter).where(*waiting), {"apart": is_apart})


def print_apart(letter: OurLetter, *, expected: int | None, actor: Actor, now: datetime) -> None:
    """Say that the service has printed a letter that the mail room may not see, and closed its
    envelope; also one that had joined a run before its case became confidential."""
    case = acting.demand(letter, Permission.CASE_WRITE, actor, now)
    if not queries.is_sealed(letter, case):
        raise InvalidInput(N_("Cette lettre est imprimée par le service du courrier."))
    recipients.demand_wanted(case, letter.recipient)
    if letter.run_id is None:
        demand(letter.state, {State.SIGNED})
    acting.change(letter, State.PRINTED, expected=expected, run_id=None)
    _printed(letter, "–", actor, now)


def refuse(letter: OurLetter, *, expected: int | None, actor: Actor, now: datetime) -> Case:
    """Take back a signed letter that joins no run, its address being one where nothing is to be
    sent: its service writes another. Raises Conflict when it may leave, or left the list."""
    _demand(actor)
    case = acting.held(letter)
    demand(letter.state, {State.SIGNED})
    if recipients.may_be_written_to(case, letter.recipient):
        raise Conflict(N_("Cette lettre peut partir : elle est dans le prochain tirage."))
    acting.change(letter, State.WITHDRAWN, expected=expected)
    acting.record(Event.OUR_LETTER_WITHDRAWN, letter, actor, now)
    return case


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
    _demand_come(on, now)
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
    _demand_after_signature(letter, on)
    kind = clocks.FACTS.get(letter.purpose)
    acting.change(
        letter,
        State.POSTED,
        posted_on=on,
        posted_by=actor.label[:80],
        registered_number=_tracking(letter, typed),
        posted_fact_id=clocks.tell(letter, kind, on, None, actor=actor, now=now) if kind else None,
    )
    clocks.answers(letter, case, on, now)
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
    _demand_unused(letter, found)
    return found


def _demand_unused(letter: OurLetter, number: str) -> None:
    """One number, one letter, for the time in which the post gives it to no other."""
    lock(_TRACKED)
    on = letter.posted_on or paris_date(letter.signed_at or letter.created_at)
    query = select(OurLetter).where(
        OurLetter.registered_number == number,
        OurLetter.id != letter.id,
        OurLetter.posted_on > on - NOT_AGAIN,
    )
    other = session().scalars(query.limit(1)).first()
    if other is not None:
        text = N_("Le numéro %(tracked)s est déjà celui du départ %(number)s, posté le %(on)s.")
        raise InvalidInput(
            text, field="on", tracked=number, number=other.departure_words, on=_day(other.posted_on)
        )


def _demand_after_signature(letter: OurLetter, on: date) -> None:
    if letter.signed_at and on < paris_date(letter.signed_at):
        text = N_("La lettre %(number)s a été signée après ce jour.")
        raise InvalidInput(text, field="on", number=letter.departure_words)


def correct(
    letter: OurLetter,
    on: date,
    typed: str,
    *,
    replied_at: datetime | None,
    expected: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say on which other day a letter left, or under which other number: the fact it told is
    replaced, the journal keeps both. Saying the same changes nothing. `replied_at`: the last
    reply otherwise than by letter.

    Raises InvalidInput for a day on which it cannot have left, Conflict when it has not left.
    """
    case = _left(letter, actor)
    _demand_come(on, now)
    _demand_after_signature(letter, on)
    came = min(filter(None, (letter.returned_on, letter.notified_on)), default=None)
    if came is not None and on > came:
        raise InvalidInput(N_("Elle est revenue, ou a été reçue, avant ce jour."), field="on")
    before, number = letter.posted_on, letter.registered_number
    tracked = _tracking(letter, typed)
    if (on, tracked) == (before, number):
        return
    kind, told = clocks.FACTS.get(letter.purpose), letter.posted_fact_id
    if kind and on != before:
        told = clocks.tell(letter, kind, on, told, actor=actor, now=now)
    acting.change(
        letter,
        None,
        expected=expected,
        posted_on=on,
        registered_number=tracked,
        posted_fact_id=told,
    )
    clocks.answered_anew(letter, case, replied_at, now)
    acting.record(
        Event.OUR_LETTER_REPOSTED, letter, actor, now, before=_day(before), on=_day(on),
        number=number or "–", registered=tracked or "–",
    )  # fmt: skip


def unpost(
    letter: OurLetter,
    *,
    replied_at: datetime | None,
    expected: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say that a letter has not left after all: it is to be posted. What its day told is
    withdrawn. Raises Conflict when it has not left, or came back."""
    case = _left(letter, actor)
    demand(letter.state, {State.POSTED})
    if letter.returned_how:
        raise Conflict(N_("Son avis de réception est revenu : elle est donc partie."))
    before = letter.posted_on
    clocks.withdraw(letter.posted_fact_id, actor=actor, now=now)
    acting.change(
        letter,
        State.PRINTED,
        expected=expected,
        posted_on=None,
        posted_by=None,
        registered_number=None,
        posted_fact_id=None,
    )
    clocks.answered_anew(letter, case, replied_at, now)
    acting.record(Event.OUR_LETTER_NOT_POSTED, letter, actor, now, on=_day(before))


def _left(letter: OurLetter, actor: Actor) -> Case:
    _demand(actor)
    case = acting.held(letter)
    demand(letter.state, LEFT)
    return case


def _demand_come(on: date, now: datetime) -> None:
    if on > paris_date(now):
        raise InvalidInput(N_("Ce jour n'est pas encore venu."), field="on")


def _day(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else "–"
