"""Redis is only a bell: whatever it forgets, the rows remember."""

import pytest

from tests.faults.ground import KILLED, Ground, assert_whole, letter
from tests.faults.mta import MailServer
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
    """F12-F13: the one who nudges dies before or after it; done within a lease and 5 seconds."""
    raw = letter()
    assert ground.receive(raw, **ground.crash_at(point)).returncode == KILLED
    assert ground.crashed(point)
    ground.supervised_worker()
    assert mta.deliver(raw) == [0]
    ground.wait_settled(1, within=7)
    assert_whole(ground, 1)
