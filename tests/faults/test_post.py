"""A postal batch killed anywhere: no page lost, no letter doubled, nothing sent."""

from grc.demo import scans
from tests.faults.ground import KILLED, Ground, assert_sound

POINTS = ("split:prepared", "split:committed", "split:worked", "understand:worked")
WORDS = ("cantine", "fauteuil", "logement", "rampe")


def test_killed_at_each_point_the_same_command_goes_on(ground: Ground) -> None:
    path = ground.var / "lot.pdf"
    path.write_bytes(scans.with_text(WORDS))
    command = ("import", "post", str(path))
    for point in POINTS:
        died = ground.run(*command, **ground.crash_at(point), GRC_LEASE_SECONDS="1")
        assert died.returncode == KILLED, (point, died)
        assert ground.crashed(point)
    assert ground.run(*command).returncode == 0
    assert ground.outcomes() == {"split": 1, "opened": len(WORDS)}
    assert ground.count("case") == ground.count("message") == len(WORDS)
    assert ground.count("attachment") == len(WORDS)
    assert ground.query("SELECT total, used FROM page_account") == [(8, 4)]
    assert ground.count("outgoing") == 0
    ground.finish_here()
    assert ground.sent().total() == 0
    assert_sound(ground)
