"""The rig itself: processes die with what they started, disks fill up and are relieved."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig import disk
from tests.rig.disk import SmallDisk
from tests.rig.processes import Process, family_of, is_alive, said
from tests.rig.waiting import TooLate, eventually

FOREVER = "import threading; print('up', flush=True); threading.Event().wait()"
PARENT = (
    "import subprocess, sys;"
    "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]], start_new_session=True);"
    "print('child', child.pid, flush=True); child.wait()"
)

# Once told to go, tries to write until it can, and ends with the last refusal it met.
STUBBORN_WRITER = """
import pathlib, sys, threading
target, go, refused = map(pathlib.Path, sys.argv[1:])
pause = threading.Event()
print("up", flush=True)
while not go.exists():
    pause.wait(0.01)
error = 0
while True:
    try:
        target.write_bytes(bytes(9000))
        sys.exit(error)
    except OSError as refusal:
        error = refusal.errno
        refused.mkdir(exist_ok=True)
    pause.wait(0.01)
"""


def python(*words: str, **options: object) -> Process:
    return Process([sys.executable, "-c", *words], **options)  # type: ignore[arg-type]


def test_waiting_ends_with_what_was_awaited() -> None:
    with pytest.raises(TooLate, match=r"not within 0\.02 s: the moon"):
        eventually(lambda: False, "the moon", within=0.02)


class TestProcess:
    def test_killing_takes_children_in_other_sessions_along(self) -> None:
        with python(PARENT, FOREVER, ready=said("up")) as process:
            family = family_of(process.pid)
            assert len(family) == 2
            process.kill()
            assert not any(map(is_alive, family))
            assert process.wait() == -signal.SIGKILL

    def test_a_parent_can_die_alone(self) -> None:
        with python(PARENT, FOREVER, ready=said("up")) as process:
            child = family_of(process.pid)[1]
            process.kill(family=False)
            assert is_alive(child)
            os.kill(child, signal.SIGKILL)

    def test_it_is_started_again_whatever_ended_it(self) -> None:
        with python(FOREVER, ready=said("up"), restart_always=True) as process:
            for start in (2, 3, 4):
                process.kill()
                eventually(lambda: process.starts == start, "a new start")  # noqa: B023
            process.wait_ready().stop()
            assert process.starts == 4

    def test_a_start_that_fails_tells_why(self) -> None:
        with pytest.raises(AssertionError, match=r"ended with 3\n.*no luck"):
            python("print('no luck'); raise SystemExit(3)", ready=said("up")).start()

    def test_nothing_outlives_the_tests(self) -> None:
        """The death of the process that started it, even by SIGKILL, ends the program."""
        code = (
            "import os; from tests.rig.processes import Process, said;"
            f"p = Process([{sys.executable!r}, '-c', {FOREVER!r}], ready=said('up')).start();"
            "print(p.pid, flush=True); os.kill(os.getpid(), 9)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        assert done.returncode == -signal.SIGKILL
        eventually(lambda: not is_alive(int(done.stdout)), "death of the orphan")


@pytest.mark.parametrize("mountable", [True, False])
def test_a_full_disk_refuses_until_relieved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mountable: bool
) -> None:
    if not mountable:
        monkeypatch.setattr(disk, "_mount", lambda *_: False)
    go, refused = tmp_path / "go", tmp_path / "refused"
    with SmallDisk(kib=512) as small:
        target = small.path / "target"
        argv = (STUBBORN_WRITER, str(target), str(go), str(refused))
        with python(*argv, ready=said("up")) as writer:
            small.fill(writer)
            go.mkdir()
            eventually(refused.exists, "a refused write")
            small.relieve()
            assert writer.wait() == (errno.ENOSPC if small.mounted else errno.EFBIG)
        assert target.stat().st_size == 9000
    assert not small.path.exists()
