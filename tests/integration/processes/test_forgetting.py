"""What is forgotten though its row stays: names said at a counter, numbers of calls. By an index,
in batches."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grc.appointments.models import Appointment, Visit
from grc.cases.phone import PhoneCall
from grc.channels.protocol import Call
from grc.core import clock
from grc.core.db import add, add_all, session, transaction
from grc.intake.calls import _note
from grc.jobs import tidying
from grc.organisation.models import Site, Unit
from grc.work.models import CallBack, Task
from tests.web.test_pages import plans

TODAY = date(2026, 3, 31)
MODELS: tuple[type[Visit | Appointment], ...] = (Visit, Appointment)


def come(*days: date) -> None:
    """A visit and an appointment of each day, with a name."""
    with transaction():
        site_id, now = session().scalars(select(Site.id)).first(), clock.now()
        own = {"site_id": site_id, "name": "Mme Exemple"}
        visit = own | {"arrived_at": now, "queued_at": now, "kind": "visit", "is_expected": False}
        kept = own | {"starts_at": now, "minutes": 30, "host": "", "source": "grc", "state": "kept"}
        add_all(Visit, [visit | {"on_date": day} for day in days])
        add_all(Appointment, [kept | {"on_date": day} for day in days])


@pytest.mark.usefixtures("app")
def test_names_are_forgotten_a_little_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "BATCH", 3)
    come(*[TODAY - timedelta(days=1)] * 7, TODAY)
    told: list[int] = []
    once = tidying._names

    def counted(model: type[Visit | Appointment], before: date) -> int:
        told.append(once(model, before))
        return told[-1]

    monkeypatch.setattr(tidying, "_names", counted)
    assert tidying.forget_names(TODAY) == 14
    assert told == [3, 3, 1] * 2
    for model in MODELS:
        named = select(model.on_date).where(model.name.is_not(None))
        assert session().scalars(named).all() == [TODAY]


@pytest.mark.parametrize("model", MODELS)
def test_names_are_found_by_an_index(app: Flask, model: type[Visit | Appointment]) -> None:
    with plans() as seen:
        session().scalars(tidying.named(model, TODAY)).all()
    assert f"ix_{model.__tablename__}_named" in " ".join(seen), seen


NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=93)


def called(at: datetime, count: int = 1) -> None:
    """Calls of one name and instant, of as many numbers."""
    with transaction():
        own = {"call": f"{at}", "at": at, "line": "", "unit_id": _unit(), "seconds": None}
        own |= {"incoming": True, "answered": False, "is_over": True}
        add_all(PhoneCall, [own | {"number": f"+3319988776{n}"} for n in range(count)])


def task(key: str, done_at: datetime | None, case_id: int | None = None) -> None:
    """Somebody called: a task to call her back."""
    with transaction():
        own = {"kind": "call_back", "unit_id": _unit(), "detail": "+33199887766", "due_at": OLD}
        row = add(Task, key=key, done_at=done_at, case_id=case_id, **own)
        session().add(CallBack(task_id=row, number="+33199887766", asked=False, missed=1, tries=0))


def _unit() -> int | None:
    return session().scalars(select(Unit.id)).first()


def left() -> set[str]:
    """The tasks that still say a number, in both places."""
    rows = session().execute(select(Task.key, Task.detail, CallBack.number).join(CallBack))
    return {key for key, *numbers in rows if all(numbers)}


@pytest.mark.usefixtures("app")
def test_who_called_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "BATCH", 3)
    called(OLD, 7)  # of one name: two exchanges may give it to two calls
    called(NOW)
    for number in range(4):
        task(f"old {number}", OLD)
    task("new", NOW)
    task("waits", None)
    assert tidying.tidy(NOW) == 11
    assert left() == {"new", "waits"}
    assert session().scalars(select(PhoneCall.number).order_by(PhoneCall.at)).all()[-1]
    assert len(session().scalars(select(PhoneCall).where(PhoneCall.number.is_(None))).all()) == 7
    assert tidying.tidy(NOW) == 0


@pytest.mark.usefixtures("app")
def test_a_call_that_is_forgotten_and_told_again_is_the_same() -> None:
    called(OLD)
    tidying.tidy(NOW)
    told = Call(f"{OLD}", "+33199887760", OLD, "", answered=False)
    with transaction():
        _id, changed = _note(told)
    assert not changed
    assert session().scalars(select(PhoneCall.number)).all() == [None]


@pytest.mark.usefixtures("app")
def test_numbers_are_found_by_an_index() -> None:
    with plans() as seen:
        session().scalars(tidying.numbered(NOW)).all()
        session().scalars(tidying.nameless(NOW)).all()
    told = " ".join(seen)
    assert "ix_phone_call_told" in told, seen
    assert "ix_task_nameless" in told, seen
