"""How `grc receive` hands a message to the running worker: a private local socket.

A mail server starts the client once per message, so this module imports nothing but the
standard library, and little of that. The dialogue is three lines and the bytes:

    client   grc 1 CHANNEL SIZE SOURCE\\n   then exactly SIZE bytes
    worker   CODE SENTENCE\\n               once the message is durable, or refused

Codes are those of sysexits.h: 0 durable, 64 wrong usage, 75 try again later.
"""

from __future__ import annotations

import io
import os
import socket
import struct
import sys

TYPE_CHECKING = False  # importing `typing` would cost a third of the start
if TYPE_CHECKING:
    from typing import BinaryIO, NoReturn

SOCKET = "receive.sock"
LONGEST = 100  # bytes of a socket's path; the system's limit is 108
PATIENCE = 20.0  # seconds for one exchange, all in all
OK, USAGE, TRY_AGAIN = 0, 64, 75
_MAGIC = "grc 1"
_MAX_HEADER = 512
HOW = (
    "usage : grc receive email --source NOM < message",
    "usage: grc receive email --source NAME < message",
)


class WrongUsage(Exception):
    """The command line of `grc receive` is wrong; the message says how it is written."""


def place(var: str, name: str) -> str:
    """Where a socket of the installation at `var` lives.

    Under `var`, unless that path is too long for a socket; then in a folder of /tmp whose
    name both ends can compute and whose owner both ends check.
    """
    path = os.path.join(os.path.abspath(var), name)  # noqa: PTH100, PTH118 - pathlib takes 10 ms
    if len(os.fsencode(path)) <= LONGEST:
        return path
    from hashlib import sha256

    short = sha256(os.fsencode(os.path.dirname(path))).hexdigest()[:16]  # noqa: PTH120
    return f"/tmp/grc-{os.getuid()}-{short}/{name}"  # noqa: S108 - private, see `is_private`


def is_private(folder: str) -> bool:
    """True when nobody but a user we trust can put something into the folder."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return _is_trusted(found.st_uid) and not found.st_mode & 0o022


def _is_trusted(uid: int) -> bool:
    return uid in (os.getuid(), 0) or os.getuid() == 0


def trusted(connection: socket.socket) -> bool:
    """True when the other end is a user we trust: this one or root (whom root trusts is moot).
    Systems that cannot tell rely on the folder being private."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True
    _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, option, 12))
    return _is_trusted(uid)


def header(channel: str, size: int, source: str) -> bytes:
    """The first line of the client."""
    return f"{_MAGIC} {channel} {size} {source}\n".encode()


def read_header(stream: BinaryIO) -> tuple[str, int, str]:
    """(channel, size, source). Raises EOFError when cut short, ValueError when it is not ours."""
    line = stream.readline(_MAX_HEADER)
    if not line.endswith(b"\n"):
        raise EOFError("no header")
    magic, version, channel, size, source = line.decode().rstrip("\n").split(" ", 4)
    if f"{magic} {version}" != _MAGIC or not size.isdecimal():
        raise ValueError("not a header of ours")
    return channel, int(size), source


def answer(code: int, sentence: str = "") -> bytes:
    """The line of the worker."""
    return f"{code} {sentence}\n".encode()


def arguments(argv: list[str]) -> tuple[str, str]:
    """(channel, source) of `grc receive CHANNEL --source NAME`. Raises WrongUsage."""
    words, source = [], ""
    rest = iter(argv)
    for word in rest:
        if word == "--source":
            source = next(rest, "")
        elif word.startswith("--source="):
            source = word.partition("=")[2]
        else:
            words.append(word)
    named = source.isprintable() and 0 < len(source.encode()) <= 80
    if len(words) != 1 or not words[0].isidentifier() or not named:
        raise WrongUsage(_said(*HOW))
    return words[0], source


def hand_over(argv: list[str]) -> None:
    """Give the message on standard input to the running worker, and exit with its answer.

    Returns only when no worker answers: the caller then stores the message by itself, from
    standard input, which can be read again.
    """
    try:
        channel, source = arguments(argv)
        if sys.stdin is None or sys.stdin.isatty():
            raise WrongUsage(_said(*HOW))
        raw = sys.stdin.buffer.read()
    except WrongUsage as error:
        leave(USAGE, str(error))
    except OSError as error:
        leave(TRY_AGAIN, f"4.3.0 {error.strerror}")
    if not raw:  # a mail server always sends something: its pipe has broken
        leave(TRY_AGAIN, f"4.3.0 {_said('Message vide', 'Empty message')}")
    found = _offer(header(channel, len(raw), source), raw)
    if found is not None:
        leave(*found)
    sys.stdin = io.TextIOWrapper(io.BytesIO(raw))


def leave(code: int, sentence: str) -> NoReturn:
    """End the process; mail servers log what is on standard error."""
    if code:
        sys.stderr.write(f"{sentence}\n")
    sys.exit(code)


def _offer(head: bytes, raw: bytes) -> tuple[int, str] | None:
    """The worker's answer; None when there is no worker, or it does not answer in time."""
    path = place(_setting("GRC_VAR") or "var", SOCKET)
    if not is_private(os.path.dirname(path)):  # noqa: PTH120
        return None
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(path)
            if not trusted(connection):
                return None
            connection.sendall(head)
            connection.sendall(raw)
            code, _, sentence = connection.makefile("rb").readline().decode().partition(" ")
            return int(code), sentence.strip()
    except (OSError, ValueError):
        return None


def _said(french: str, english: str) -> str:
    """The sentence in the language to speak; loading the translations would take too long."""
    return english if _setting("GRC_LOCALE") == "en" else french


def _setting(wanted: str) -> str:
    """One setting as `config.py` understands it, without reading the others; "" when not given."""
    given = os.environ.get(wanted)
    if given is not None:
        return given
    try:
        with open(".env", encoding="utf-8") as file:  # noqa: PTH123
            for line in file:
                name, _, value = line.partition("=")
                if name.strip() == wanted:
                    return value.strip().strip("\"'")
    except (OSError, UnicodeDecodeError):
        pass
    return ""
