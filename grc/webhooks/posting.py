"""Posting to an address that somebody else keeps: little is sent, less is believed.

Redirects are not followed, proxies of the environment not used; the whole exchange has
`LIMIT` seconds, however slowly its bytes come, and `MOST` bytes of answer.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult

from grc.webhooks.addresses import Network, may_reach, parts_of

LIMIT = 10.0  # seconds
MOST = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came of it: an HTTP status, or why there is none."""

    status: int | None = None
    why: str = ""  # dns, address, tls, timeout, connection, answer

    @property
    def is_taken(self) -> bool:
        """True when the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def word(self) -> str:
        """The answer in one word, for tables."""
        return self.why or str(self.status)


class _Refused(Exception):
    """Not an address to connect to."""


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    inside: Sequence[Network],
    *,
    limit: float = LIMIT,
) -> Answer:
    """Post once; never raises for what the other side does."""
    parts = parts_of(url)
    if parts is None:
        return Answer(why="address")
    late = threading.Event()
    try:
        with _connected(parts, inside, limit, late) as connection:
            answer = _exchange(connection, parts, body, headers)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's server makes us meet
        answer = Answer(why=_why(error))
    return Answer(why="timeout") if late.is_set() else answer  # what is cut may look whole


def _why(error: Exception) -> str:
    known = {
        socket.gaierror: "dns",
        UnicodeError: "dns",
        _Refused: "address",
        TimeoutError: "timeout",
        ssl.SSLError: "tls",
        OSError: "connection",
    }
    return next((word for kind, word in known.items() if isinstance(error, kind)), "answer")


@contextmanager
def _connected(
    parts: SplitResult, inside: Sequence[Network], limit: float, late: threading.Event
) -> Iterator[http.client.HTTPConnection]:
    """A connection to the first address that may be reached, cut when the time is over."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _address(host, port, parts.scheme, inside)
    with ExitStack() as ending:
        own = ending.enter_context(socket.create_connection((address, port), timeout=limit))
        if parts.scheme == "https":
            context = ssl.create_default_context()
            own = context.wrap_socket(own, server_hostname=host, do_handshake_on_connect=False)
            ending.enter_context(own)
        watch = threading.Timer(limit, _cut, (own, late))
        watch.start()
        ending.callback(watch.cancel)
        if isinstance(own, ssl.SSLSocket):
            own.do_handshake()
        connection = http.client.HTTPConnection(host, port, timeout=limit)
        connection.sock = own
        yield connection


def _cut(connected: socket.socket, late: threading.Event) -> None:
    """End an exchange whose bytes come one by one: whoever reads gets an error."""
    late.set()
    with suppress(OSError):
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _address(host: str, port: int, scheme: str, inside: Sequence[Network]) -> str:
    """The first address of a host that may be reached. Raises gaierror, _Refused."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, place in found:
        if may_reach(str(place[0]), scheme, inside):
            return str(place[0])
    raise _Refused


def _exchange(
    connection: http.client.HTTPConnection,
    parts: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
) -> Answer:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "grc",
        "Connection": "close",
    }
    connection.request("POST", path, body, own | dict(headers))
    with closing(connection.getresponse()) as answer:
        answer.read(MOST)  # some servers take it ill when nobody listens; not kept
        return Answer(answer.status)
