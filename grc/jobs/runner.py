"""Running steps: lease, work, done. Safe to call from anywhere, any number of times."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import OperationalError

from grc.channels.protocol import ChannelError
from grc.core import audit, clock, steps
from grc.core.actor import SYSTEM
from grc.core.crash import crash
from grc.core.db import end_read, transaction
from grc.core.events import Event
from grc.core.steps import Lease
from grc.outbox.transport import DeliveryError
from grc.pipeline import STEPS, Tools, Work

log = logging.getLogger("grc.steps")
Clock = Callable[[], datetime]


def run(step_id: int, tools: Tools, now: Clock = clock.now) -> bool:
    """Run one step if it can be leased. True when its work was done by this call.

    A failure belongs to the row: it is postponed, or given up after its last attempt. Only
    a database that does not answer is raised, since nothing can be written down.
    """
    held = None
    try:
        with transaction():
            held = steps.lease(step_id, now())
            if held is None:
                return False
            work = STEPS[held.name]
            if work.outside is None:  # nothing slow: claim and work are one transaction
                return _settle(held, work, None, now())
        crash(f"{held.name}:leased")
        return _work(held, work, tools, now)
    except OperationalError:
        raise  # the lease will expire and somebody will try again
    except (ChannelError, DeliveryError) as error:
        _put_off(step_id, held, _words(error), now())
    except Exception as error:
        log.exception("step %s failed", step_id)
        _put_off(step_id, held, type(error).__name__, now())
    return False


def _work(held: Lease, work: Work, tools: Tools, now: Clock) -> bool:
    prepared = work.outside(held.subject_id, tools) if work.outside else None
    end_read()
    crash(f"{held.name}:prepared")
    with transaction():
        done = _settle(held, work, prepared, now())
    crash(f"{held.name}:committed")
    return done


def _settle(held: Lease, work: Work, prepared: object, moment: datetime) -> bool:
    if not steps.finish(held, moment):
        return False
    work.inside(held.subject_id, prepared, moment)
    crash(f"{held.name}:worked")
    return True


def _words(error: ChannelError | DeliveryError) -> str:
    return error.reason if isinstance(error, ChannelError) else str(error)


def _put_off(step_id: int, held: Lease | None, error: str, now: datetime) -> None:
    with transaction():
        ours = held if held and STEPS[held.name].outside else steps.lease(step_id, now)
        if ours is None:
            return
        work = STEPS[ours.name]
        if ours.attempts < work.max_attempts:
            steps.postpone(ours, now, error)
        elif steps.fail(ours, now, error):
            _give_up(ours, work, error, now)


def _give_up(held: Lease, work: Work, error: str, now: datetime) -> None:
    if work.give_up is not None:
        work.give_up(held.subject_id, error, now)
    audit.record(
        Event.STEP_FAILED,
        subject=(held.subject_kind, held.subject_id),
        actor=SYSTEM,
        now=now,
        step=held.name,
        error=error[:200],
    )


def drain(tools: Tools, *, limit: int | None = None, now: Clock = clock.now) -> int:
    """Run every step that is due, oldest first, until none is left; returns how many ran."""
    done = 0
    while limit is None or done < limit:
        due = steps.due(now())
        end_read()
        ran = sum(run(step_id, tools, now) for step_id in due)
        done += ran
        if not due or not ran:
            return done
    return done
