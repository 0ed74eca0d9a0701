"""A message that a mail server hands over is taken whole, or stays with the mail server."""

from tests.faults.ground import KILLED, Ground, assert_whole, letter
from tests.faults.mta import MailServer

WRITING = ("I1", "I2", "I3", "I4", "I5")
STORING = (*WRITING, "before-commit")


def test_killed_before_the_commit_it_comes_again(ground: Ground, mta: MailServer) -> None:
    """F01-F05, no worker: the client itself is killed at each point, and has promised nothing."""
    raw = letter()
    for point in STORING:
        assert ground.receive(raw, **ground.crash_at(point)).returncode == KILLED
        assert ground.crashed(point)
        assert ground.count("item") == 0
    assert mta.deliver(raw) == [0]
    ground.finish_here()
    assert_whole(ground, 1)


def test_a_listener_killed_at_each_point_loses_nothing(ground: Ground, mta: MailServer) -> None:
    """F01-F06, F11, through the worker: the client then stores by itself, or has its answer."""
    on_sqlite = ground.url.startswith("sqlite")  # files do not depend on the database
    writing = WRITING if on_sqlite else WRITING[-1:]
    points = (*writing, "before-commit", "after-commit", "receive:answered")
    ground.supervised_worker(*points)
    for point in points:
        ground.wait_answering()
        ground.arm(point)
        assert mta.deliver(letter())[-1] == 0
        assert ground.crashed(point)
        ground.wait_settled(points.index(point) + 1)
    assert_whole(ground, len(points), twice=1)  # the last one may be sent while it dies
