"""A step runs once, whoever rings and however often; what fails is put off, then given up."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from grc.core import steps
from grc.core.audit import AuditRow
from grc.core.db import Base, db, session, transaction
from grc.core.steps import Step
from grc.jobs.runner import run
from grc.outbox.models import Outgoing
from grc.work import service as work
from grc.work.models import Task
from tests.integration.pipeline.desk import Desk


def again(desk: Desk, step: Step) -> None:
    """Make a step that was done look as if it had not been."""
    with transaction():
        steps.plan(step.name, (step.subject_kind, step.subject_id), key=step.key, now=desk.now)


MADE = [
    "case",
    "message",
    "handling",
    "party",
    "outgoing",
    "task",
    "routing_decision",
    "deadline",
    "case_link",
    "case_fact",
    "citizen",
    "contact_point",
]


def world() -> list[int]:
    """How many rows there are of everything a step may make."""
    counts = [select(func.count()).select_from(Base.metadata.tables[name]) for name in MADE]
    return [session().scalar(query) or 0 for query in counts]


@pytest.mark.parametrize("name", ["understand", "route", "acknowledge", "plan_closing"])
def test_running_a_step_twice_changes_nothing(desk: Desk, name: str) -> None:
    case = desk.open()
    desk.act(work.move, case, "resolved", why="", outcome="answered", expected=None, by=desk.alice)
    desk.work()
    handling = desk.handling(case)
    subject = {"understand": desk.messages(case)[0].item_id, "plan_closing": handling.id}
    step = desk.step(name, subject.get(name) or case.id)
    assert step is not None
    before, events = world(), desk.events(case)
    again(desk, step)
    assert desk.work() == 1
    assert world() == before
    assert desk.events(case) == events


def test_sending_twice_sends_once(desk: Desk) -> None:
    outgoing = desk.reply(desk.open())
    desk.wait(seconds=10)
    step = desk.step("send", outgoing.id)
    assert step is not None
    sent_at = session().get_one(Outgoing, outgoing.id, populate_existing=True).sent_at
    desk.now += timedelta(hours=1)
    again(desk, step)
    desk.work()
    assert session().get_one(Outgoing, outgoing.id, populate_existing=True).sent_at == sent_at


def test_two_runners_of_one_step_do_it_once(desk: Desk) -> None:
    item_id = desk.store(desk.mail())
    step = desk.step("understand", item_id)
    assert step is not None
    step_id, barrier, done = step.id, threading.Barrier(4), []

    def runner() -> None:
        with desk.app.app_context():
            barrier.wait()
            done.append(run(step_id, desk.tools, lambda: desk.now))
            db.session.remove()

    threads = [threading.Thread(target=runner) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]
    desk.work()
    assert len(desk.messages(desk.case(desk.item(item_id)))) == 2


def test_a_step_of_a_later_version_waits_and_blocks_nobody(desk: Desk) -> None:
    with transaction():
        steps.plan("teleport", ("case", 1), key=desk.mid("teleport"), now=desk.now)
    desk.open()
    step = desk.step("teleport", 1)
    assert step is not None
    assert (step.done_at, step.failed_at) == (None, None)
    with transaction():
        session().delete(step)


def test_a_failing_step_waits_longer_each_time_then_is_given_up_in_the_open(desk: Desk) -> None:
    with transaction():
        steps.plan("route", ("case", 10**9), key=desk.mid("route"), now=desk.now)
    waits = []
    for _ in range(12):
        desk.work()
        step = desk.step("route", 10**9)
        assert step is not None
        waits.append(round((step.due_at - desk.now) / timedelta(minutes=1)))
        desk.now = max(step.due_at, desk.now)
        failed = step.failed_at
    assert waits[:6] == [1, 5, 15, 60, 240, 480]
    assert failed is not None
    query = select(AuditRow).where(AuditRow.event == "step:failed", AuditRow.subject_id == 10**9)
    (row,) = session().scalars(query)
    assert row.data == {"step": "route", "error": "NoResultFound"}


def test_a_lease_that_expired_is_taken_over_and_its_first_holder_is_refused(desk: Desk) -> None:
    item_id = desk.store(desk.mail())
    step = desk.step("understand", item_id)
    assert step is not None
    with transaction():
        first = steps.lease(step.id, desk.now)
    with transaction():
        assert steps.lease(step.id, desk.now + steps.LEASE / 2) is None
    with transaction():
        second = steps.lease(step.id, desk.now + steps.LEASE)
    assert first is not None
    assert second is not None
    assert second.attempts == 2
    with transaction():
        assert not steps.finish(first, desk.now)
        assert steps.finish(second, desk.now)


def test_nothing_is_planned_twice_while_it_waits(desk: Desk) -> None:
    case = desk.open()
    soon, later = desk.now + timedelta(days=1), desk.now + timedelta(days=2)
    for due_at in (soon, later):
        with transaction():
            steps.plan("close", ("case", case.id), key=desk.mid("c"), now=desk.now, due_at=due_at)
    step = session().scalars(select(Step).filter_by(key=desk.mid("c"))).one()
    assert step.due_at == soon
    assert session().query(Task).filter_by(case_id=case.id).count() == 0
