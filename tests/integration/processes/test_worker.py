"""`grc worker`: what is due is run, whatever Redis, the database and signals do meanwhile."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from grc.app import create_app
from grc.jobs import queue
from tests.integration.conftest import mail, make_settings
from tests.integration.processes.conftest import ROOT, Installation
from tests.rig import databases
from tests.rig.postgres import PostgresServer
from tests.rig.redis import RedisServer
from tests.rig.waiting import eventually

WRONG_CONFIGURATION = 78


def cases(installation: Installation, number: int) -> None:
    """Wait for that many cases."""
    eventually(lambda: installation.count("case") == number, f"{number} cases")


def test_it_ends_on_sigterm(sqlite_installation: Installation) -> None:
    assert sqlite_installation.worker().stop() == 0
    assert not sqlite_installation.socket.exists()


def test_a_ring_is_answered(sqlite_installation: Installation, redis_server: RedisServer) -> None:
    worker = sqlite_installation.worker(GRC_REDIS_URL=redis_server.url)
    settings = make_settings(sqlite_installation.url, sqlite_installation.var)
    app = create_app(replace(settings, redis_url=redis_server.url))
    with redis_server.client() as client:
        (name,) = eventually(lambda: client.smembers("rq:workers"), "the worker at the queue")
        with app.app_context():
            queue.nudge([1])
        done = partial(client.hget, name, "successful_job_count")
        assert eventually(done, "the job") == "1"
        assert client.llen("rq:queue:grc") == 0
    assert worker.stop() == 0


def test_without_redis_the_sweep_does_the_work(
    sqlite_installation: Installation, redis_server: RedisServer
) -> None:
    env = {"GRC_REDIS_URL": redis_server.url}
    redis_server.kill()
    worker = sqlite_installation.worker(**env)
    sqlite_installation.receive(mail(), **env)
    cases(sqlite_installation, 1)
    redis_server.restart()
    with redis_server.client() as client:
        eventually(lambda: client.smembers("rq:workers"), "the worker at the queue")
    redis_server.kill()
    sqlite_installation.receive(mail(message_id="deux@x.example", subject="Autre"), **env)
    cases(sqlite_installation, 2)
    assert worker.stop() == 0


def test_it_refuses_a_queue_that_may_lose_jobs(sqlite_installation: Installation) -> None:
    with RedisServer(maxmemory="3mb", policy="allkeys-lru") as server:
        done = sqlite_installation.run("worker", GRC_REDIS_URL=server.url)
    assert done.returncode == WRONG_CONFIGURATION
    assert "noeviction" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_what_leaves_later_leaves_on_time(sqlite_installation: Installation) -> None:
    sqlite_installation.worker()
    soon = "strftime('%Y-%m-%d %H:%M:%f', 'now', '+2 seconds')"
    sqlite_installation.query(
        "INSERT INTO step (name, subject_kind, subject_id, key, args, created_at, due_at, attempts)"
        f" VALUES ('plan_closing', 'handling', 0, 'later', '{{}}', {soon}, {soon}, 0)"
    )
    began = time.monotonic()
    eventually(lambda: sqlite_installation.count("step", "attempts > 0"), "the step", 15)
    assert time.monotonic() - began > 1.5


@pytest.fixture
def mortal(mortal_postgres: PostgresServer, tmp_path: Path) -> Iterator[Installation]:
    """An installation whose database server may be killed."""
    made = Installation(tmp_path, mortal_postgres.url(databases.TEMPLATE))
    assert made.run("organisation", "load", ROOT / "demo").returncode == 0
    yield made
    made.close()


def test_a_database_that_comes_back_is_used_again(
    mortal: Installation, mortal_postgres: PostgresServer
) -> None:
    mortal.worker()
    mortal_postgres.kill()
    assert mortal.receive(mail()).returncode == 75
    mortal_postgres.start()
    assert mortal.receive(mail()).returncode == 0
    cases(mortal, 1)
