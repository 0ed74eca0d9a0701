"""Redis, PostgreSQL and the power go away and come back."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.ground import (
    KILLED,
    TRY_AGAIN,
    Ground,
    assert_sound,
    assert_whole,
    letter,
    letters,
)
from tests.faults.mta import MailServer
from tests.rig.postgres import PostgresServer
from tests.rig.redis import RedisServer
from tests.rig.waiting import eventually


@pytest.fixture
def bell(ground: Ground, redis_server: RedisServer) -> RedisServer:
    """A Redis that rings the workers of the ground."""
    ground.env["GRC_REDIS_URL"] = redis_server.url
    return redis_server


@pytest.mark.parametrize("point", ["R1", "R2"])
def test_killed_around_the_nudge_the_step_is_run(
    ground: Ground, mta: MailServer, bell: RedisServer, point: str
) -> None:
    """F12-F13: the one who nudges dies before or after it; done once the lease has ended."""
    raw = letter()
    assert ground.receive(raw, **ground.crash_at(point)).returncode == KILLED
    assert ground.crashed(point)
    ground.supervised_worker()
    assert mta.deliver(raw) == [0]
    ground.wait_settled(1, within=20)
    assert_whole(ground, 1)


def test_without_redis_everything_goes_on(
    ground: Ground, mta: MailServer, bell: RedisServer
) -> None:
    """F21-F22: down, up and empty, flushed after each message."""
    ground.supervised_worker()
    bell.kill()
    for raw in letters(4):
        assert mta.deliver(raw) == [0]
    ground.wait_settled(4)
    bell.start()
    for raw in letters(4):
        assert mta.deliver(raw) == [0]
        bell.flushall()
    ground.wait_settled(8)
    assert_whole(ground, 8)


def test_without_postgres_nobody_is_told_yes(
    postgres_ground: Ground, postgres: PostgresServer
) -> None:
    """F25: mail waits (75), people are told (503, Retry-After), and all is well again soon."""
    ground, mta = postgres_ground, MailServer(postgres_ground)
    (case,) = ground.prepare(1)
    ground.supervised_worker()
    agent = ground.web()
    form = agent.write(case)
    with mta.delivering(letters(8)):
        postgres.kill()
        assert ground.receive(letter()).returncode == TRY_AGAIN
        refused = form.send()
        assert (refused.status, refused.retry_after.isdecimal()) == (503, True)
        postgres.start()
        eventually(lambda: agent.ask("GET", f"/demandes/{case}").status == 200, "the page", 5)
        assert form.send_until_answered().status == 303
    ground.wait_settled(9)
    assert ground.outcomes() == {"opened": 9}
    assert len(ground.sent()) == 8
    assert ground.count("audit", "event = 'note:added'") == 1
    assert_sound(ground)


def test_a_power_cut_loses_nothing(mortal_ground: Ground, redis_server: RedisServer) -> None:
    """F60: everything dies at once, with mail and forms under way; Redis forgets all."""
    ground, mta = mortal_ground, MailServer(mortal_ground)
    ground.env["GRC_REDIS_URL"] = redis_server.url
    (case,) = ground.prepare(1)
    worker, agent = ground.supervised_worker(), ground.web()
    form = agent.write(case)
    with mta.delivering(letters(8)), ThreadPoolExecutor() as pool:
        eventually(lambda: ground.count("item") > 2, "some mail")
        note = pool.submit(form.send_until_answered)
        deaths = [mta.kill, worker.kill, ground.gunicorn.kill, redis_server.kill]
        if ground.server is not None:
            deaths.append(ground.server.kill)
        list(pool.map(lambda kill: kill(), deaths))
        redis_server.start()
        if ground.server is not None:
            ground.server.start()
        assert note.result().status == 303
    ground.wait_settled(9)
    eventually(lambda: worker.starts > 1, "a second worker")
    assert ground.count("audit", "event = 'note:added'") == 1
    assert ground.count("case") == 9
    assert len(ground.sent()) == 8
    assert_sound(ground)
