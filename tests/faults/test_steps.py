"""Whatever kills a process between two commits, the row is the message: it is run again."""

from pathlib import Path

import pytest

from tests.faults.ground import KILLED, Ground, assert_whole, letters
from tests.faults.mta import MailServer
from tests.rig.waiting import eventually

UNDERSTANDING = (
    "understand:leased",
    "understand:prepared",
    "understand:worked",
    "understand:committed",
)
STORING = ("I1", "I2", "I3", "I4", "I5", "before-commit", "after-commit")
ROUTING = ("route:worked", "acknowledge:worked")
AT_MOST_TWICE = {"J3": 1, "send:worked": 1}  # the mail server has it, no row says so yet
SENDING = ("send:leased", "J2", "J3", "send:worked", "send:committed")


def maildir(ground: Ground, number: int) -> Path:
    """A folder of that many new messages."""
    folder = ground.var / "folder"
    folder.mkdir()
    for name, raw in enumerate(letters(number)):
        (folder / f"{name}.eml").write_bytes(raw)
    return folder


def import_(ground: Ground, folder: Path, **env: str) -> int:
    """Exit code of an import that may write to citizens."""
    return ground.run("import", "email", folder, "--acknowledge", **env).returncode


@pytest.mark.parametrize("point", [*UNDERSTANDING, *ROUTING])
def test_an_import_killed_while_understanding_is_run_again(ground: Ground, point: str) -> None:
    """F06-F11, by hand."""
    folder = maildir(ground, 3)
    assert import_(ground, folder, **ground.crash_at(point)) == KILLED
    assert ground.crashed(point)
    assert import_(ground, folder) == 0
    assert ground.outcomes() == {"opened": 3}
    ground.finish_here()
    assert_whole(ground, 3)


def test_an_import_killed_at_each_point_of_storing_is_run_again(ground: Ground) -> None:
    """F01-F06, by hand: one import after the other, until one lives."""
    folder = maildir(ground, 3)
    codes = [import_(ground, folder, **ground.crash_at(*STORING)) for _ in STORING]
    assert set(codes) == {KILLED}
    assert all(map(ground.crashed, STORING))
    assert import_(ground, folder) == 0
    ground.finish_here()
    assert_whole(ground, 3)


def test_a_worker_killed_while_understanding_starts_again(ground: Ground, mta: MailServer) -> None:
    """F06-F11, by the worker: dead at each point once, with two messages at hand."""
    points = (*UNDERSTANDING, *ROUTING)
    ground.supervised_worker(*points)
    for number, point in enumerate(points, start=1):
        ground.arm(point)
        mta.deliver_all(letters(2))
        eventually(lambda: ground.crashed(point), f"a death at {point}")  # noqa: B023
        ground.wait_settled(2 * number)
    assert_whole(ground, 2 * len(points))


@pytest.mark.parametrize("point", SENDING)
def test_a_worker_killed_around_sending_sends_once(
    ground: Ground, mta: MailServer, point: str
) -> None:
    """F14-F18: only a death between the server's 250 and our commit may send a second time."""
    ground.supervised_worker(point)
    mta.deliver_all(letters(2))
    eventually(lambda: ground.crashed(point), f"a death at {point}")
    ground.wait_settled(2)
    assert_whole(ground, 2, twice=AT_MOST_TWICE.get(point, 0))
