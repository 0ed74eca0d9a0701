"""An SMTP server of our own that can be down, refuse, hang, or vanish after DATA."""

import asyncio
import socket
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import Enum
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mood(Enum):
    """How the server answers the end of a message."""

    ACCEPT = "250"
    REFUSE = "451"  # temporary: try again later
    REJECT = "550"  # permanent: never try again
    HANG = "no answer while the connection lives"
    DROP = "message kept, connection cut before the answer"


@dataclass(frozen=True)
class Received:
    """One message as the server kept it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed message."""
        return message_from_bytes(self.raw, policy=default)


class SmtpServer:
    """Listens on loopback, on one port for its whole life, also after `stop` and `start`.

    `kept`: what ACCEPT and DROP took. `attempts`: messages offered, whatever the answer.
    """

    def __init__(self, mood: Mood = Mood.ACCEPT) -> None:
        self.mood = mood
        self.kept: list[Received] = []
        self.attempts = 0
        self.port = free_port()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """What GRC_SMTP_URL would hold."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Listen; returns when connections are accepted."""
        assert self._controller is None, "already running"
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Refuse connections from now on, and cut the open ones."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd at the end of each message."""
        self.attempts += 1
        if self.mood in (Mood.ACCEPT, Mood.DROP):
            self.kept.append(_received(envelope))
        if self.mood is Mood.DROP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if self.mood in (Mood.DROP, Mood.HANG):
            await asyncio.Event().wait()  # ended by aiosmtpd with the connection
        return f"{self.mood.value} as told"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _received(envelope: Envelope) -> Received:
    content = envelope.content
    raw = content if isinstance(content, bytes) else (content or "").encode()
    return Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw)
