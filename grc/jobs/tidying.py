"""Destroy what has served its time, a little at once: no lock lasts, no table grows for ever.

Each row kept longer than it is needed is personal data kept without a reason (GDPR, art. 5,
1, e). Cases, messages and the journal are not touched here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Select, delete, select, text, update
from sqlalchemy.orm import InstrumentedAttribute

from grc.appointments.models import Appointment, Visit
from grc.bulk.models import BulkAct, BulkLine
from grc.cases.phone import PhoneCall, Ringing
from grc.core.clock import PARIS, paris_date
from grc.core.db import Base, execute, session, transaction
from grc.core.settings import settings
from grc.finding import exports, views
from grc.finding.models import Export, SavedView
from grc.jobs.ringing import SHOWN
from grc.staff.models import AccessLog, LoginFailure
from grc.webhooks.models import Delivery
from grc.work.models import NAMELESS, CallBack, FormKey, Task

BATCH = 1000  # rows a commit
FORMS = timedelta(days=7)  # nobody sends a page of last week again
NAMES = timedelta(days=31)  # somebody was called by it, a day and no longer
# Who complains that nobody answers does so within the two months of an appeal (code de justice
# administrative, art. R. 421-1). A case keeps the number of its own people.
NUMBERS = timedelta(days=92)
FAILURES = timedelta(days=1)  # counted for a quarter of an hour, looked into the next day
# An act on many cases is undone within a day; its report is read again when somebody asks what
# happened to her case last week. What it did stays in the journal of each case.
BULK = timedelta(days=31)
ACTS = 20  # of up to 500 lines each
DELIVERIES = timedelta(days=31)  # what a webhook was told; it is tried for five days


@dataclass(frozen=True)
class Old:
    """The rows of one table that are older than `limit`."""

    model: type[Base]
    key: InstrumentedAttribute[int] | InstrumentedAttribute[str]
    at: InstrumentedAttribute[datetime]
    limit: datetime


def tidy(now: datetime) -> int:
    """Destroy what is too old; returns how many rows. Other processes may do the same."""
    forgotten = forget_names(paris_date(now) - NAMES) + forget_numbers(now - NUMBERS)
    forgotten += _little_by_little(partial(_bulk_acts, now - BULK), ACTS)
    return forgotten + sum(_destroy(old) for old in outdated(now, settings().access_log_months))


def forget_names(before: date) -> int:
    """Forget the names said at a counter before a day: who is known by more has a case."""
    models: tuple[type[Visit | Appointment], ...] = (Visit, Appointment)
    return sum(_little_by_little(partial(_names, model, before)) for model in models)


def named(model: type[Visit | Appointment], before: date) -> Select[int]:
    """The ids of some rows whose name is to be forgotten."""
    old = select(model.id).where(model.on_date < before, model.name.is_not(None))
    return old.order_by(model.on_date).limit(BATCH)


def _names(model: type[Visit | Appointment], before: date) -> int:
    some = model.id.in_(named(model, before))
    return execute(update(model).where(some).values(name=None)).rowcount


def forget_numbers(before: datetime) -> int:
    """Forget who called before an instant, and what was done before it about who has no case."""
    return _little_by_little(partial(_calls, before)) + _little_by_little(partial(_tasks, before))


def numbered(before: datetime) -> Select[int]:
    """The ids of some calls whose number is to be forgotten."""
    old = select(PhoneCall.id).where(PhoneCall.at < before, PhoneCall.number.is_not(None))
    return old.order_by(PhoneCall.at).limit(BATCH)


def nameless(before: datetime) -> Select[int]:
    """The ids of some tasks that are done, of no case, and still say a number."""
    old = select(Task.id).where(Task.done_at < before, text(NAMELESS))
    return old.order_by(Task.done_at).limit(BATCH)


def _calls(before: datetime) -> int:
    some = PhoneCall.id.in_(numbered(before))
    return execute(update(PhoneCall).where(some).values(number=None)).rowcount


def _tasks(before: datetime) -> int:
    ids = session().scalars(nameless(before)).all()
    execute(update(CallBack).where(CallBack.task_id.in_(ids)).values(number=""))
    return execute(update(Task).where(Task.id.in_(ids)).values(detail="")).rowcount


def _bulk_acts(before: datetime) -> int:
    """Some of the acts on many cases that were asked before an instant, and their lines."""
    old = select(BulkAct.id).where(BulkAct.at < before).order_by(BulkAct.at).limit(ACTS)
    ids = session().scalars(old).all()
    execute(delete(BulkLine).where(BulkLine.bulk_act_id.in_(ids)))
    return execute(delete(BulkAct).where(BulkAct.id.in_(ids))).rowcount


def outdated(now: datetime, months: int) -> Iterator[Old]:
    """What is kept how long. Who read a confidential case: `months` whole months (CNIL,
    délibération 2021-122: six months to one year, longer only for a reason)."""
    yield Old(Ringing, Ringing.extension, Ringing.told_at, now - SHOWN)
    yield Old(FormKey, FormKey.key, FormKey.at, now - FORMS)
    yield Old(LoginFailure, LoginFailure.id, LoginFailure.at, now - FAILURES)
    yield Old(Export, Export.id, Export.at, now - exports.KEPT)
    yield Old(SavedView, SavedView.id, SavedView.removed_at, now - views.KEPT)  # type: ignore[arg-type]
    yield Old(Delivery, Delivery.id, Delivery.at, now - DELIVERIES)
    yield Old(AccessLog, AccessLog.id, AccessLog.at, months_before(now, months))


def months_before(now: datetime, months: int) -> datetime:
    """The first instant of the month that many months ago, in Paris."""
    here = now.astimezone(PARIS)
    year, month = divmod(here.year * 12 + here.month - 1 - months, 12)
    return datetime(year, month + 1, 1, tzinfo=PARIS)


def _destroy(old: Old) -> int:
    some = select(old.key).where(old.at < old.limit).order_by(old.at).limit(BATCH)
    return _little_by_little(lambda: execute(delete(old.model).where(old.key.in_(some))).rowcount)


def _little_by_little(some: Callable[[], int], most: int | None = None) -> int:
    """Do something to at most BATCH rows, or `most`, in each transaction until no row is left."""
    total = 0
    while True:
        with transaction():
            done = some()
        total += done
        if done < (most or BATCH):
            return total
