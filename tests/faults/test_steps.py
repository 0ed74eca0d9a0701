"""Whatever kills a process between two commits, the row is the message: it is run again."""

from pathlib import Path

import pytest

from tests.faults.ground import KILLED, Ground, assert_whole, letters
from tests.faults.mta import MailServer
from tests.rig.waiting import eventually

UNDERSTANDING = (
    "understand:leased",
    "understand:prepared",
    "case:inserted",
    "understand:worked",
    "understand:committed",
    "route:worked",
    "acknowledge:worked",
)
STORING = ("I4", "before-commit", "after-commit")
AT_MOST_TWICE = {"J3": 1, "send:worked": 1}  # the mail server has it, no row says so yet
SENDING = ("send:leased", "J2", "J3", "send:worked", "send:committed")


def import_words(folder: Path) -> tuple[str, ...]:
    """The command for an import that may write to citizens."""
    return ("import", "email", str(folder), "--acknowledge")


def import_(ground: Ground, folder: Path, *crash_points: str) -> int:
    """Exit code of an import in a process that dies at these points."""
    return ground.run(*import_words(folder), **ground.crash_at(*crash_points)).returncode


@pytest.mark.parametrize("point", UNDERSTANDING[1:4])
def test_an_import_killed_while_understanding_is_run_again(ground: Ground, point: str) -> None:
    """F06-F11, by hand."""
    folder = ground.folder_of(letters(3))
    assert import_(ground, folder, point) == KILLED
    assert ground.crashed(point)
    assert ground.command(*import_words(folder))["outcomes"]["opened"] == 3
    ground.finish_here()
    assert_whole(ground, 3)


def test_an_import_killed_at_each_point_of_storing_is_run_again(ground: Ground) -> None:
    """F01-F06, by hand: one import after the other, until one lives."""
    folder = ground.folder_of(letters(3))
    codes = [import_(ground, folder, *STORING) for _ in STORING]
    assert set(codes) == {KILLED}
    assert all(map(ground.crashed, STORING))
    assert ground.command(*import_words(folder))["already_known"] == 3
    ground.finish_here()
    assert_whole(ground, 3)


def test_a_worker_killed_while_understanding_starts_again(ground: Ground, mta: MailServer) -> None:
    """F06-F11, by the worker: dead at each point once, with two messages at hand."""
    on_sqlite = ground.url.startswith("sqlite")  # between two points nothing more is written
    points = UNDERSTANDING if on_sqlite else UNDERSTANDING[::2]
    ground.supervised_worker(*points)
    for number, point in enumerate(points, start=1):
        ground.arm(point)
        mta.deliver_all(letters(2))
        eventually(lambda: ground.crashed(point), f"a death at {point}")  # noqa: B023
        ground.wait_settled(2 * number)
    assert_whole(ground, 2 * len(points))


def test_a_worker_killed_around_sending_sends_once(ground: Ground, mta: MailServer) -> None:
    """F14-F18: only a death between the server's 250 and our commit may send a second time."""
    ground.supervised_worker(*SENDING)
    for number, point in enumerate(SENDING, start=1):
        ground.arm(point)
        before = ground.sent().total()
        mta.deliver_all(letters(2))
        eventually(lambda: ground.crashed(point), f"a death at {point}")  # noqa: B023
        ground.wait_settled(2 * number)
        assert 2 <= ground.sent().total() - before <= 2 + AT_MOST_TWICE.get(point, 0)
    assert_whole(ground, 2 * len(SENDING), twice=sum(AT_MOST_TWICE.values()))
