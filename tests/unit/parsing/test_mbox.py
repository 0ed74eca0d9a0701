"""The messages of an mbox, by offset."""

import io
import mailbox
from pathlib import Path

import pytest

from grc.parsing.mbox import is_mbox, scan

LINE = b"From marie@exemple.fr Mon Mar  2 10:15:00 2026\n"


def messages(data: bytes) -> list[bytes]:
    return [data[place.offset : place.offset + place.size] for place in scan(io.BytesIO(data))]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (LINE + b"Subject: a\n\nun\n\n" + LINE + b"Subject: b\n\ndeux\n",
         [b"Subject: a\n\nun\n", b"Subject: b\n\ndeux\n"]),
        (LINE + b"Subject: a\n\nun\n\n", [b"Subject: a\n\nun\n"]),
        (LINE + b"Subject: a\n\nFrom la mairie\n>From x\nun",
         [b"Subject: a\n\nFrom la mairie\n>From x\nun"]),
        (LINE + b"Subject: a\n\nun\n" + LINE + b"deux\n",
         [b"Subject: a\n\nun\n" + LINE + b"deux\n"]),
        (LINE + LINE, [LINE]),
        (LINE + b"\n" + LINE, [b"", b""]),
        (b"Subject: a\n\nun\n", []),
    ],
)  # fmt: skip
def test_scan(data: bytes, expected: list[bytes]) -> None:
    assert messages(data) == expected


def test_crlf() -> None:
    data = (LINE + b"Subject: a\n\nun\n\n" + LINE + b"Subject: b\n\n").replace(b"\n", b"\r\n")
    assert messages(data) == [b"Subject: a\r\n\r\nun\r\n", b"Subject: b\r\n"]


@pytest.mark.parametrize(
    "line",
    [
        b"From a@b.fr Mon Mar  2 10:15:00 2026",
        b"From - Mon Mar 02 10:15:00 2026",
        b"From MAILER-DAEMON Mon Mar  2 10:15:00 2026 +0100",
        b"From a@b.fr Mon, 2 Mar 2026 10:15:00 +0100",
        b"From a@b.fr  Mon Mar  2 10:15 CET 2026",
        b"From a b@c Mon Mar  2 10:15:00 2026 remote from relais",
        b"From a@b.fr 2026-03-02 10:15:00",
    ],
)
def test_separators(line: bytes) -> None:
    assert is_mbox(line + b"\r\nSubject: a\n")


@pytest.mark.parametrize(
    "line", [b"From: a@b.fr", b"From la mairie", b"from a Mon Mar 2 10:15 2026"]
)
def test_other_lines(line: bytes) -> None:
    assert not is_mbox(line)


def test_lines_without_end_take_no_memory() -> None:
    data = LINE + b"Subject: a\n\n" + b"x" * 300_000 + b"\n\n" + LINE + b"y"
    assert [len(message) for message in messages(data)] == [300_013, 1]


def test_same_messages_as_the_standard_library(tmp_path: Path) -> None:
    path = tmp_path / "box"
    box = mailbox.mbox(path)
    written = [f"Subject: n{i}\n\nFrom toi\nligne {i}\n".encode() for i in range(20)]
    for message in written:
        box.add(message)
    box.close()
    expected = [message.replace(b"\nFrom", b"\n>From") for message in written]
    assert messages(path.read_bytes()) == expected
