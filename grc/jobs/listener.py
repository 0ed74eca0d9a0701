"""The local socket where `grc receive` hands messages over: one listener per installation.

Every worker asks for the place, one has it; when that one ends, another takes over.
"""

import fcntl
import logging
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from grc.channels.registry import UnknownChannel
from grc.core import handover
from grc.core.crash import crash
from grc.core.errors import GrcError
from grc.core.handover import OK, TRY_AGAIN, USAGE
from grc.core.i18n import Text, translate
from grc.core.settings import Settings, settings
from grc.jobs.receiving import CutShort, take_in

log = logging.getLogger("grc.receive")
AT_ONCE = 8  # messages being stored at the same time; others wait in the socket
SILENT = 10.0  # seconds without a byte before a client is given up
Answer = tuple[int, str]
Stored = Callable[[], None]


class Listener(threading.Thread):
    """Stores what clients hand over, and answers only after the commit."""

    def __init__(self, app: Flask, place: "Place", *, stored: Stored = lambda: None) -> None:
        super().__init__(name="listener", daemon=True)
        self.app, self.place, self.stored = app, place, stored

    def run(self) -> None:
        """Accept until stopped; what was accepted is answered before the end."""
        with ThreadPoolExecutor(AT_ONCE, "receive") as pool:
            while True:
                try:
                    connection, _ = self.place.socket.accept()
                except OSError:  # closed by `stop`
                    return
                pool.submit(self._serve, connection)

    def stop(self) -> None:
        """Accept nothing more. Returns at once; join to wait for the answers under way."""
        self.place.leave()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(SILENT)
            if not handover.trusted(connection):
                return
            try:
                answer = self._take(connection)
                if answer is not None:
                    connection.sendall(handover.answer(*answer))
                    crash("receive:answered")
            except OSError:
                log.info("a client went away; what was stored is known when it comes again")

    def _take(self, connection: socket.socket) -> Answer | None:
        with connection.makefile("rb") as stream:
            try:
                channel, size, source = handover.read_header(stream)
            except (EOFError, ValueError):
                return None
            with self.app.app_context():
                answer = store_one(channel, source, stream, size)
        if answer == (OK, ""):
            self.stored()
        return answer


def store_one(channel: str, source: str, stream: BinaryIO, size: int) -> Answer | None:
    """Take one message in; returns (exit code, sentence), None when it was cut short.

    Every failure of ours is 75: no citizen gets a refusal because of us.
    """
    try:
        take_in(channel, source, stream, size)
    except CutShort:
        return None
    except UnknownChannel as error:
        return USAGE, translate(Text(error.detail, error.params), settings().locale)
    except GrcError as error:
        return TRY_AGAIN, f"4.3.0 {error}"
    except (OSError, SQLAlchemyError) as error:
        log.warning("a message was not taken in (%s), it will come again", _said(error))
        return TRY_AGAIN, f"4.3.0 {_said(error)}"
    except Exception as error:
        log.exception("a message was not taken in, it will come again")
        return TRY_AGAIN, f"4.3.0 {type(error).__name__}"
    return OK, ""


def _said(error: Exception) -> str:
    """One line without any content: a database error would quote its parameters."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(getattr(error, "orig", None) or error).__name__


class Place:
    """The socket, held by one process of the installation."""

    def __init__(self, lock: int, bound: socket.socket, path: str) -> None:
        self.socket, self._lock, self._path = bound, lock, path

    @classmethod
    def take(cls, settings: Settings) -> "Place | None":
        """The place when it is free; None while another process has it."""
        settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(settings.var / "receive.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return cls(lock, *_bound(settings))
        except BlockingIOError:
            os.close(lock)
            return None
        except BaseException:
            os.close(lock)
            raise

    def leave(self) -> None:
        """Close the door, then let another process have the place."""
        Path(self._path).unlink(missing_ok=True)
        self.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread up that accepts
        self.socket.close()
        os.close(self._lock)


def _bound(settings: Settings) -> tuple[socket.socket, str]:
    path = handover.place(str(settings.var), handover.SOCKET)
    folder = Path(path).parent
    folder.mkdir(exist_ok=True, mode=0o700)
    if not handover.is_private(str(folder)):
        raise PermissionError(f"{folder} must belong to this user alone")
    Path(path).unlink(missing_ok=True)  # left by a process that was killed; we hold the lock
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        bound.bind(path)
    finally:
        os.umask(before)
    bound.listen(128)
    return bound, path
