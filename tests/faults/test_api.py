"""What a program posts to a web process that dies is there once, and was never promised falsely."""

import hashlib
import http.client
import json

from tests.faults.agent import LOST
from tests.faults.ground import Ground, assert_sound, letter
from tests.rig.waiting import PATIENCE, eventually

POINTS = ("I3", "before-commit", "after-commit")
Answer = tuple[int, dict[str, object]]


def post(port: int, secret: str, key: str, raw: bytes) -> Answer:
    """Bring one item over a connection of its own. Raises OSError when no answer comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    headers["Content-Type"] = "application/octet-stream"
    try:
        connection.request("POST", "/api/v1/raw/email", raw, headers)
        said = connection.getresponse()
        return said.status, json.loads(said.read())
    finally:
        connection.close()


def test_what_is_posted_survives_the_death_of_its_process(ground: Ground) -> None:
    """Killed before, during and after each write; the program sends again with the same key."""
    ground.prepare(1)
    made = ground.command("token", "add", "gateway", "--scope", "raw:write")
    port, secret = ground.web(*POINTS).port, made["secret"]
    assert post(port, secret, "first", letter())[0] == 201  # and its use is noted
    for number, point in enumerate(POINTS):
        raw, lost = letter(), 0

        def answer(key: str = point, raw: bytes = raw) -> Answer | None:
            nonlocal lost
            try:
                return post(port, secret, key, raw)
            except LOST:
                lost += 1
                return None

        ground.arm(point)
        told = eventually(answer, "an answer to what was posted", 30)
        assert told is not None
        assert ground.crashed(point)
        assert lost > 0
        assert told[0] == (200 if point == "after-commit" else 201), point
        mark = hashlib.sha256(raw).hexdigest()
        assert ground.query(f"SELECT count(*) FROM item WHERE sha256 = '{mark}'") == [(1,)]
        assert ground.count("item", "actor = 'token:gateway'") == number + 2
    ground.finish_here()
    assert ground.outcomes() == {"opened": len(POINTS) + 2}
    assert sum(ground.sent().values()) == 0
    assert_sound(ground)
