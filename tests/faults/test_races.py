"""Many at once want the same thing: one has it, the others are told."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import psycopg
from flask import Flask

from grc.cases.queries import case_for
from grc.core import clock
from grc.core.actor import Actor
from grc.core.db import add, session, transaction
from grc.core.errors import Conflict
from grc.jobs.listener import AT_ONCE
from grc.organisation.queries import snapshot
from grc.staff.models import User, UserRole
from grc.staff.policy import Permission
from grc.staff.queries import actor_of
from grc.work import service as work
from tests.faults.ground import Ground, assert_sound, assert_whole, letters
from tests.faults.mta import MailServer
from tests.rig.waiting import eventually

AGENTS = 20


def test_the_same_mail_at_once_is_one_case(ground: Ground) -> None:
    """F31: sixteen clients deliver four messages; at least two of the same message have both
    looked it up in the ledger before one of them writes it."""
    ground.supervised_worker()
    raws = letters(4)
    mta = MailServer(ground, at_once=16)
    with held_back(ground) as let_go, mta.delivering([raw for raw in raws for _ in range(4)]):
        let_go()
    ground.wait_settled(4)
    assert_whole(ground, 4)


@contextmanager
def held_back(ground: Ground) -> Iterator[Callable[[], None]]:
    """Nobody writes items before `let_go`, which waits until every thread of the listener
    would. SQLite needs no help: it has one writer, who looks up after it has become that."""
    if ground.url.startswith("sqlite"):
        yield lambda: None
        return
    blocked = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with psycopg.connect(ground.url.replace("+psycopg", "")) as connection:
        connection.execute("LOCK TABLE item IN SHARE MODE")

        def _let_go() -> None:
            eventually(lambda: ground.query(blocked) >= [(AT_ONCE,)], "deliveries that wait")
            connection.commit()

        yield _let_go


def test_a_case_taken_by_twenty_has_one_owner(ground: Ground) -> None:
    """F38: the others are told who has it."""
    cases = ground.prepare(8)
    with ground.application() as app:
        agents = [new_agent(number) for number in range(AGENTS)]
        start = Barrier(AGENTS)
        with ThreadPoolExecutor(AGENTS) as pool:
            told = list(pool.map(lambda agent: take_all(app, agent, cases, start), agents))
    for case, answers in zip(cases, zip(*told, strict=True), strict=True):
        (owner,) = {answer for answer in answers if answer}
        assert answers.count("") == 1, case
        assert owner.startswith("Agent")
    assert ground.count("audit", "event = 'case:taken'") == len(cases)
    assert ground.count("handling", "assignee_id IS NOT NULL") == len(cases)
    assert_sound(ground)


def new_agent(number: int) -> Actor:
    """An agent of the unit all these cases went to."""
    with transaction():
        unit = snapshot().unit("apa").id
        name = f"Agent {number}"
        user_id = add(User, login=name, name=name, password_hash="", created_at=clock.now())
        session().add(UserRole(user_id=user_id, unit_id=unit, role="agent"))
    tree = {unit.id: (unit.parent_id, unit.department_id) for unit in snapshot().units}
    return actor_of(session().get_one(User, user_id), tree)


def take_all(app: Flask, agent: Actor, cases: list[str], start: Barrier) -> list[str]:
    """Take every case; for each, who has it already, or nothing when it is ours now."""
    start.wait()
    told = []
    with app.app_context():
        for case in cases:
            try:
                with transaction():
                    found = case_for(agent, case, Permission.CASE_WRITE, clock.now())
                    work.take(found, actor=agent, now=clock.now())
                told.append("")
            except Conflict as conflict:
                told.append(str(conflict.text.params["who"]))
    return told
