"""Knowing that the web server answers, without a thread and without waiting for it."""

import socket
from collections.abc import Callable
from contextlib import suppress

ASK_AGAIN = 0.05  # seconds
NEVER = 3600.0


class Greeting:
    """Calls `say` once, with the address, when the server has answered a request."""

    def __init__(self, listening: socket.socket, say: Callable[[str], None]) -> None:
        self._family, self._where = listening.family, listening.getsockname()
        self._address, self._say = address_of(listening), say
        self._asked: socket.socket | None = None
        self._is_done = False

    def look(self) -> float:
        """Called until the server answers; returns the seconds until the next call."""
        if self._is_done:
            return NEVER
        with suppress(OSError):
            self._asked = self._asked or self._ask()
            self._is_done = bool(self._asked.recv(1))  # raises while there is no answer yet
            self._asked.close()
            self._asked = None
        if self._is_done:
            self._say(self._address)
        return ASK_AGAIN

    def _ask(self) -> socket.socket:
        asked = socket.socket(self._family)
        asked.connect(self._where)
        asked.sendall(b"GET /connexion HTTP/1.0\r\nHost: localhost\r\n\r\n")
        asked.setblocking(False)
        return asked


def address_of(listening: socket.socket) -> str:
    """The address to type into a browser."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - every address: this machine is one of them
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
