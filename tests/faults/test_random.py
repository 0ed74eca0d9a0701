"""Kills at random moments while mail goes through; GRC_TEST_KILLS of each kind.

What kills a message three times running is taken for poison and shown to a person: a random
test may do that to an innocent one, so it ends like she would, with `quarantine retry`.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.faults.chance import KILLS, Chance
from tests.faults.ground import KILLED, Ground, assert_sound, assert_whole, letter, letters
from tests.faults.mta import MailServer
from tests.rig.postgres import PostgresServer
from tests.rig.redis import RedisServer
from tests.rig.waiting import eventually

EACH = 2  # messages under way at each kill
DATA = 65  # an import ended with something in quarantine


def finish(ground: Ground, items: int) -> None:
    """Wait for the end of the work; what was taken for poison is tried again."""
    ground.wait_settled(items)
    if ground.outcomes()["quarantined"]:
        for item in ground.command("quarantine", "list")["items"]:
            assert item["reason"] == "internal_error"
            ground.command("quarantine", "retry", item["reference"])
        ground.wait_settled(items)


def test_receive(ground: Ground, mta: MailServer, chance: Chance) -> None:
    """Clients die anywhere between reading the message and the worker's answer.

    The first delivery may have taken longer than the others do: whenever one ends before its
    kill, the next ones are killed earlier.
    """
    ground.supervised_worker()
    raws = letters(2 * KILLS)
    began = time.monotonic()
    assert ground.receive(raws[-1]).returncode == 0
    takes = time.monotonic() - began
    codes = []
    for raw in raws[:KILLS]:
        codes.append(kill_delivery(ground, raw, chance, takes))
        takes /= 1 if codes[-1] == KILLED else 2
    assert KILLED in codes
    mta.deliver_all(raws)
    ground.wait_settled(len(raws))
    assert_whole(ground, len(raws))


def kill_delivery(ground: Ground, raw: bytes, chance: Chance, takes: float) -> int:
    """Begin a delivery that takes so many seconds and kill its process; the exit code."""
    with ground.delivery(raw) as client:
        chance.moment(takes)
        client.kill()
        return client.wait()


def test_import(ground: Ground, chance: Chance) -> None:
    """An import dies while storing or understanding; it is run again."""
    folder = ground.folder_of([])
    killed = 0
    for number in range(KILLS):
        for name, raw in enumerate(letters(EACH)):
            (folder / f"{number}-{name}.eml").write_bytes(raw)
        before = ground.count("item")
        process = ground.started_command("import", "email", str(folder), "--acknowledge")
        eventually(lambda: ground.count("item") > before, "the first commit")  # noqa: B023
        chance.moment(0.15)
        killed += process.running
        process.kill()
    assert killed
    assert ground.run("import", "email", folder, "--acknowledge").returncode in (0, DATA)
    ground.supervised_worker()
    finish(ground, EACH * KILLS)
    assert_whole(ground, EACH * KILLS)


def test_worker(ground: Ground, mta: MailServer, chance: Chance) -> None:
    """A worker dies with the messages it receives, reads, routes and answers; so do its
    children, or they are left alone."""
    worker = ground.supervised_worker()
    for _ in range(KILLS):
        ground.wait_answering()
        with mta.delivering(letters(EACH)):
            chance.moment(0.3)
            worker.kill(family=chance.random() < 0.5)
    finish(ground, EACH * KILLS)
    eventually(lambda: worker.starts > KILLS, "a start after each kill")
    assert_whole(ground, EACH * KILLS, twice=KILLS)


def test_redis(ground: Ground, mta: MailServer, redis_server: RedisServer, chance: Chance) -> None:
    """F21: Redis dies and comes back empty, or forgets everything while it runs."""
    ground.env["GRC_REDIS_URL"] = redis_server.url
    ground.supervised_worker()
    for _ in range(KILLS):
        with mta.delivering(letters(EACH)):
            chance.moment(0.3)
            if chance.random() < 0.5:
                redis_server.flushall()
            redis_server.kill()
            chance.moment(0.3)
            redis_server.start()
    ground.wait_settled(EACH * KILLS)
    assert_whole(ground, EACH * KILLS)


def test_web(ground: Ground, chance: Chance) -> None:
    """F19: the web server dies, master and all, under forms that are sent until answered."""
    (case,) = ground.prepare(1)
    agent = ground.web()
    with ThreadPoolExecutor(EACH) as pool:
        for _ in range(KILLS):
            forms = [agent.write(case) for _ in range(EACH)]
            answers = [pool.submit(form.send_until_answered) for form in forms]
            chance.moment(0.05)
            ground.gunicorn.kill()
            assert {answer.result().status for answer in answers} == {303}
            assert {form.send_until_answered().status for form in forms} == {303}
    assert ground.gunicorn.starts > KILLS
    assert ground.count("audit", "event = 'note:added'") == EACH * KILLS
    assert_sound(ground)


def test_postgres(postgres_ground: Ground, postgres: PostgresServer, chance: Chance) -> None:
    """F25: the database server dies under load; what was acknowledged is there."""
    ground, mta = postgres_ground, MailServer(postgres_ground)
    ground.supervised_worker()
    for _ in range(KILLS):
        with mta.delivering(letters(EACH)):
            chance.moment(0.3)
            postgres.kill()
            chance.moment(0.2)
            postgres.start()
    finish(ground, EACH * KILLS)
    assert_whole(ground, EACH * KILLS, twice=KILLS)


def test_monkey(ground: Ground, mta: MailServer, redis_server: RedisServer, chance: Chance) -> None:
    """F20: any process, every 0.2 to 0.7 s, while mail arrives."""
    ground.env["GRC_REDIS_URL"] = redis_server.url
    workers = (ground.supervised_worker(), ground.supervised("worker"))
    deaths: list[Callable[[], object]] = [worker.kill for worker in workers]
    deaths += [redis_server.restart, mta.kill]
    kills = 3 * KILLS
    with mta.delivering() as deliver:
        for _ in range(kills):
            deliver(letter())
            chance.moment(0.7, 0.2)
            chance.choice(deaths)()
    finish(ground, kills)
    assert_whole(ground, kills, twice=kills)
