"""Destroy what has served its time, a little at once: no lock lasts, no table grows for ever.

Each row kept longer than it is needed is personal data kept without a reason (GDPR, art. 5,
1, e). Cases, messages and the journal are not touched here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from grc.appointments.models import Appointment, Visit
from grc.cases.phone import Ringing
from grc.core.clock import PARIS, paris_date
from grc.core.db import Base, execute, transaction
from grc.core.settings import settings
from grc.jobs.ringing import SHOWN
from grc.staff.models import AccessLog, LoginFailure
from grc.webhooks.models import Delivery
from grc.work.models import FormKey

BATCH = 1000  # rows a commit
FORMS = timedelta(days=7)  # nobody sends a page of last week again
NAMES = timedelta(days=31)  # somebody was called by it, a day and no longer
FAILURES = timedelta(days=1)  # counted for a quarter of an hour, looked into the next day
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
    told = forget_names(paris_date(now) - NAMES)
    return told + sum(_destroy(old) for old in outdated(now, settings().access_log_months))


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


def outdated(now: datetime, months: int) -> Iterator[Old]:
    """What is kept how long. Who read a confidential case: `months` whole months (CNIL,
    délibération 2021-122: six months to one year, longer only for a reason)."""
    yield Old(Ringing, Ringing.extension, Ringing.told_at, now - SHOWN)
    yield Old(FormKey, FormKey.key, FormKey.at, now - FORMS)
    yield Old(LoginFailure, LoginFailure.id, LoginFailure.at, now - FAILURES)
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


def _little_by_little(some: Callable[[], int]) -> int:
    """Do something to at most BATCH rows in each transaction until no row is left."""
    total = 0
    while True:
        with transaction():
            done = some()
        total += done
        if done < BATCH:
            return total
