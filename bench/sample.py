"""A small database written by the program itself: mail received, routed, then worked on.

`bench.multiply` copies its rows as often as needed, so what is measured is what the
pipeline and the use-cases write, whatever they become.
"""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from flask import current_app
from sqlalchemy import func, select

from bench import staff, work
from bench.retelling import Retelling, sha256
from grc.cases.models import Case
from grc.channels import registry
from grc.channels.protocol import Request
from grc.core import blobs
from grc.core.actor import Actor
from grc.core.db import end_read, on_commit, session, transaction
from grc.demo.mailgen import Mail, mails
from grc.intake import service
from grc.intake.service import Arrival
from grc.jobs import runner
from grc.pipeline import Tools

START = datetime.fromisoformat("2024-01-08T08:00:00+00:00")
SPAN = timedelta(days=640)
END = START + SPAN + timedelta(days=60)  # by then what was resolved is closed
MAILS_A_CASE = 1.6  # more than are needed; the sample stops at its last case
ACTOR = Actor("import:bench")


@dataclass(frozen=True)
class Sample:
    """What was put into the present database, for `bench.multiply`."""

    mails: list[Mail]
    requests: dict[str, Request]  # by SHA-256 of the raw bytes
    seed: int


class _Reader:
    """Reads in this process (invented mail kills nobody) and keeps what it read."""

    def __init__(self) -> None:
        self.requests: dict[str, Request] = {}

    def read(self, channel: str, raw: bytes) -> tuple[Request, ...]:
        """As `Reader.read`. Raises ChannelError."""
        requests = tuple(registry.get(channel).read(raw))
        self.requests[sha256(raw)] = requests[0]
        return requests


class _Nowhere:
    """Takes every message that leaves."""

    def send(self, message: EmailMessage) -> None:
        """Nothing happens."""


def invent(cases: int, seed: int) -> list[Mail]:
    """Mail enough to open that many cases, oldest first."""
    count = int(cases * MAILS_A_CASE) + 20
    return list(mails(count, seed, start=START, span=SPAN))


def build(invented: list[Mail], season: int, *, cases: int, seed: int) -> Sample:
    """Run the program on the mail of a season until that many cases are open, then let
    agents work on them. Needs the application's context; the clock is that of the mail."""
    reader = _Reader()
    tools = Tools(reader=reader)  # type: ignore[arg-type]
    current_app.extensions["grc.transport"] = _Nowhere()
    retelling = Retelling(season, invented)
    planned: list[int] = []
    on_commit(planned.extend)
    used: list[Mail] = []
    for mail in invented:
        used.append(mail)
        _receive(retelling.mail(mail))
        _run(planned, tools, mail.received_at)
        if _opened() == cases:
            break
    work.on_all_cases(staff.hired(), seed)
    runner.drain(tools, now=lambda: END)
    return Sample(used, reader.requests, seed)


def _receive(mail: Mail) -> None:
    digest, size = blobs.store().put(io.BytesIO(mail.raw))
    dated_at = registry.get("email").peek(mail.raw[:65536]).dated_at
    arrival = Arrival("email", mail.box, mail.locator, digest, size, dated_at)
    with transaction():
        service.store([arrival], actor=ACTOR, now=mail.received_at, acknowledge=True)


def _run(planned: list[int], tools: Tools, at: datetime) -> None:
    while planned:
        runner.run(planned.pop(0), tools, lambda: at)


def _opened() -> int:
    count = session().scalar(select(func.count()).select_from(Case)) or 0
    end_read()
    return count
