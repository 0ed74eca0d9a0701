"""Running steps: lease, work, done. Safe to call from anywhere, any number of times."""

import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import OperationalError

from grc.channels.protocol import ChannelError
from grc.core import audit, clock, steps
from grc.core.actor import SYSTEM
from grc.core.crash import crash
from grc.core.db import Base, end_read, read_together, session, transaction
from grc.core.errors import Unavailable
from grc.core.events import Event
from grc.core.steps import Lease
from grc.jobs.races import is_away, is_conflict, retrying
from grc.outbox.transport import DeliveryError, error_code
from grc.pipeline import STEPS, Tools

log = logging.getLogger("grc.steps")
Clock = Callable[[], datetime]

KNOWN = frozenset(STEPS)  # a step of a later version waits for a worker that knows it
INTERRUPTED = "interrupted"  # the process ended during each of the attempts

# Leases whose database went away under the work: given back as soon as it answers again.
_stranded: deque[Lease] = deque()


def run(step_id: int, tools: Tools, now: Clock = clock.now) -> bool:
    """Run one step if it can be leased. True when its work was done by this call.

    A failure belongs to the row: it is postponed, or given up after its last attempt. Only
    a database that does not answer is raised, since nothing can be written down.
    """
    try:
        done, slow = retrying(lambda: _claim([step_id], now))
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must say so
        _answer(error, step_id, None, now())
        return False
    return bool(done) or any(work(held, tools, now) for held in slow)


def run_together(step_ids: Sequence[int], tools: Tools, now: Clock = clock.now) -> int:
    """Run steps as `run` does, those with nothing slow in them in one transaction; returns
    how many ran. When anything fails in it each runs alone, and answers for itself only."""
    try:
        done, slow = retrying(lambda: _claim(step_ids, now))
    except Exception:  # noqa: BLE001 - whatever it is happens again to the step at fault
        return sum(run(step_id, tools, now) for step_id in step_ids)
    return done + sum(work(held, tools, now) for held in slow)


def lease_untried(step_ids: Sequence[int], now: Clock = clock.now) -> list[Lease]:
    """Lease, in one transaction, those of these steps that were never tried. The others must
    run alone: work that kills the process is counted, and not against its neighbours."""

    def _lease() -> list[Lease]:
        with transaction():
            return steps.lease_all(step_ids, now(), untried=True)

    return retrying(_lease)


def carry_out(held: Lease, prepare: Callable[[], object], now: Clock = clock.now) -> bool:
    """The work of a leased step: `prepare` what is slow, then the rest in one transaction.
    True when it was done by this call; a failure belongs to the row, as for `run`."""
    try:
        prepared = prepare()
        end_read()
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must say so
        _answer(error, held.step_id, held, now())
        return False
    return _conclude(held, prepared, now)


def _conclude(held: Lease, prepared: object, now: Clock) -> bool:
    try:
        return retrying(lambda: _finish_all([(held, prepared)], now)) == 1
    except Exception as error:  # noqa: BLE001 - whatever it is, the row must say so
        _answer(error, held.step_id, held, now())
        return False


def finish_together(prepared: Sequence[tuple[Lease, object]], now: Clock = clock.now) -> int:
    """The rest of leased steps whose slow part is done, in one transaction; returns how many
    were done. When anything fails in it each is finished alone."""
    try:
        return retrying(lambda: _finish_all(prepared, now))
    except Exception:  # noqa: BLE001 - whatever it is happens again to the step at fault
        return sum(_conclude(held, value, now) for held, value in prepared)


def _answer(error: Exception, step_id: int, held: Lease | None, now: datetime) -> None:
    """Write a failure down; raise it when the database does not answer."""
    if isinstance(error, ChannelError | DeliveryError):
        _put_off(step_id, held, _words(error), now)
    elif isinstance(error, Unavailable):
        log.warning("step %s waits: %s", step_id, error)
        _let_wait(step_id, held, str(error), now)
    elif isinstance(error, OperationalError) and is_away(error):
        _strand(held)
        raise error
    else:
        log.error("step %s failed", step_id, exc_info=error)
        _put_off(step_id, held, type(error).__name__, now)


def _claim(step_ids: Sequence[int], now: Clock) -> tuple[int, list[Lease]]:
    """Lease steps. Those with nothing slow in them are done in the same transaction: how
    many were, and the leases of the others."""
    with transaction():
        moment = now()
        leases = [held for held in steps.lease_all(step_ids, moment) if _may_run(held, moment)]
        slow = [held for held in leases if STEPS[held.name].outside]
        done = _settle([(held, None) for held in leases if held not in slow], moment)
    for held in slow:
        crash(f"{held.name}:leased")
    return done, slow


def _may_run(held: Lease, now: datetime) -> bool:
    """False, and given up, when each of its attempts ended the process."""
    if held.attempts <= STEPS[held.name].max_attempts:
        return True
    _fail(held, steps.last_error(held.step_id) or INTERRUPTED, now)
    return False


def work(held: Lease, tools: Tools, now: Clock = clock.now) -> bool:
    """The whole work of a leased step that has something slow in it, as `run` does it."""
    outside = STEPS[held.name].outside
    return carry_out(held, lambda: outside(held.subject_id, tools) if outside else None, now)


def _finish_all(prepared: Sequence[tuple[Lease, object]], now: Clock) -> int:
    for held, _ in prepared:
        crash(f"{held.name}:prepared")
    with transaction():
        done = _settle(prepared, now())
    for held, _ in prepared:
        crash(f"{held.name}:committed")
    return done


def _settle(prepared: Sequence[tuple[Lease, object]], moment: datetime) -> int:
    """The rest of leased steps, those that are still ours, in the present transaction."""
    ours = steps.finish_all([held for held, _ in prepared], moment)
    _kept = _read_subjects([held for held, _ in prepared if held.step_id in ours])
    for held, value in prepared:
        if held.step_id in ours:
            STEPS[held.name].inside(held.subject_id, value, moment)
            session().flush()  # what the next step of the same transaction reads
            crash(f"{held.name}:worked")
    return len(ours)


def _read_subjects(leases: Sequence[Lease]) -> list[object]:
    """The subjects of many steps, read in one statement a kind; each finds its own in memory."""
    wanted: dict[type[Base], list[int]] = {}
    for held in leases:
        if model := STEPS[held.name].about:
            wanted.setdefault(model, []).append(held.subject_id)
    many = [(model, ids) for model, ids in wanted.items() if len(ids) > 1]
    return [found for model, ids in many for found in read_together(model, ids)]


def _words(error: ChannelError | DeliveryError) -> str:
    """What failed, without what a mail server quotes: step rows and the journal keep it."""
    return error.reason if isinstance(error, ChannelError) else error_code(str(error))


def _again(step_id: int, held: Lease | None, now: datetime) -> Lease | None:
    """The lease of a step that failed; it was rolled back with work of one transaction."""
    return held if held and STEPS[held.name].outside else steps.lease(step_id, now)


def _let_wait(step_id: int, held: Lease | None, why: str, now: datetime) -> None:
    with transaction():
        if ours := _again(step_id, held, now):
            steps.wait(ours, now, why)


def _put_off(step_id: int, held: Lease | None, error: str, now: datetime) -> None:
    with transaction():
        ours = _again(step_id, held, now)
        if ours is None:
            return
        if ours.attempts < STEPS[ours.name].max_attempts:
            steps.postpone(ours, now, error)
        else:
            _fail(ours, error, now)


def _fail(held: Lease, error: str, now: datetime) -> None:
    if not steps.fail(held, now, error):
        return
    if give_up := STEPS[held.name].give_up:
        give_up(held.subject_id, error, now)
    audit.record(
        Event.STEP_FAILED,
        subject=(held.subject_kind, held.subject_id),
        actor=SYSTEM,
        now=now,
        step=held.name,
        error=error[:200],
    )


def _strand(held: Lease | None) -> None:
    if held is not None and STEPS[held.name].outside:
        _stranded.append(held)


def give_back(leases: Iterable[Lease]) -> None:
    """Let go of leases whose work was not begun, at once or when the database answers."""
    _stranded.extend(leases)
    with suppress(OperationalError):
        _give_back()


def _give_back() -> None:
    """A step is not to blame for its database: it may run again at once, uncounted."""
    while _stranded:
        held = _stranded.popleft()
        try:
            with transaction():
                steps.give_back(held)
        except BaseException:
            _stranded.append(held)
            raise


def drain(
    tools: Tools,
    *,
    names: Collection[str] = KNOWN,
    now: Clock = clock.now,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Run the steps of these names that are due, oldest first, until none is left or
    `stopped` says so; returns how many ran. Raises OperationalError without a database."""
    _give_back()
    done = 0
    stuck: list[int] = []  # due and not run: nothing new can come of trying again at once
    while not stopped():
        due = steps.due(now(), names=names)
        end_read()
        if due == stuck:
            break
        ran = 0
        for step_id in due:
            if stopped():
                break
            ran += _run_alone(step_id, tools, now)
        done += ran
        stuck = [] if ran else due
    return done


def _run_alone(step_id: int, tools: Tools, now: Clock) -> bool:
    """One step that cannot even be put off must not stand before the others."""
    try:
        return run(step_id, tools, now)
    except OperationalError as error:
        if not is_conflict(error):
            raise
        log.warning("step %s: database busy", step_id)
    except Exception:
        log.exception("step %s could not be put off", step_id)
    return False
