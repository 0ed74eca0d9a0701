"""A process that hangs, eats memory or dies becomes an error, and the next call works."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from grc.parsing import child as module
from grc.parsing.child import Child, ChildFailure

FUNCTIONS = "tests.unit.parsing.child_functions"
MEMORY = 256 * 1024 * 1024


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    found = Child(timeout=2, memory=MEMORY)  # a process starts within, on a busy machine too
    yield found
    found.close()


def call(child: Child, name: str, *blobs: bytes, **parameters: Any) -> Any:
    return child.call(f"{FUNCTIONS}:{name}", parameters, list(blobs))


def state(child: Child) -> dict[str, Any]:
    answer: dict[str, Any] = call(child, "state")[0]
    return answer


def failure(child: Child, name: str) -> ChildFailure:
    with pytest.raises(ChildFailure) as caught:
        call(child, name)
    return caught.value


def test_values_and_bytes_come_back(child: Child) -> None:
    blobs = [b"", b"\x00\xff" * 1000, b"x" * 3_000_000]
    assert call(child, "echo", *blobs, a=["é", None, 1]) == ({"a": ["é", None, 1]}, blobs)


def test_one_process_serves_many_calls(child: Child) -> None:
    assert state(child)["pid"] == state(child)["pid"] != os.getpid()


def test_the_process_knows_no_secret_and_has_a_memory_limit(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    child.close()
    monkeypatch.setenv("GRC_SECRET_KEY", "secret")
    found = state(child)
    assert set(found["environment"]) <= {"PYTHONPATH", "PATH", "LANG", "LC_CTYPE"}
    assert found["memory"] == MEMORY


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("hang", "parser_timeout"),
        ("hang_in_c", "parser_timeout"),
        ("eat_memory", "parser_memory"),
        ("leave", "parser_crash"),
        ("segfault", "parser_crash"),
        ("bug", "parser_crash"),
        ("unknown_function", "parser_crash"),
    ],
)
def test_every_end_is_an_error_and_the_next_call_works(child: Child, name: str, code: str) -> None:
    assert failure(child, name).code == code
    assert call(child, "echo", b"still here") == ({}, [b"still here"])


def test_a_process_that_hears_no_alarm_is_killed_by_the_parent(
    monkeypatch: pytest.MonkeyPatch, child: Child
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.1)
    assert failure(child, "hang_deaf").code == "parser_timeout"
    assert call(child, "echo") == ({}, [])


def test_a_bug_quotes_nobody(child: Child) -> None:
    detail = failure(child, "bug").detail
    assert "Marie" not in detail
    assert "ValueError (child_functions.py:" in detail


def test_a_process_killed_between_two_calls_is_replaced(child: Child) -> None:
    before = state(child)["pid"]
    os.kill(before, signal.SIGKILL)
    assert state(child)["pid"] != before


def test_it_is_replaced_after_enough_calls() -> None:
    child = Child(calls=2)
    pids = [state(child)["pid"] for _ in range(4)]
    child.close()
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_threads_share_it(child: Child) -> None:
    wrong: list[int] = []

    def work(number: int) -> None:
        for step in range(20):
            answer, blobs = call(child, "echo", b"%d" % number, step=step)
            if (answer, blobs) != ({"step": step}, [b"%d" % number]):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_fork_gets_its_own_process(child: Child) -> None:
    ours = state(child)["pid"]
    read_end, write_end = os.pipe()
    if (pid := os.fork()) == 0:
        found = state(child)["pid"]
        child.close()
        os.write(write_end, b"%d" % found)
        os._exit(0)
    os.close(write_end)
    os.waitpid(pid, 0)
    theirs = int(os.read(read_end, 20))
    os.close(read_end)
    assert theirs != ours
    assert state(child)["pid"] == ours


def test_it_ends_with_its_parent() -> None:
    read_end, write_end = os.pipe()
    if (pid := os.fork()) == 0:
        found = state(Child())["pid"]
        os.write(write_end, b"%d" % found)
        os._exit(0)
    os.close(write_end)
    os.waitpid(pid, 0)
    orphan = int(os.read(read_end, 20))
    os.close(read_end)
    assert ended(orphan)


def ended(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as stream:  # noqa: PTH123
                if stream.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
    return False
