"""The proving ground: one installation, the mail server that feeds it, what must hold at the end.

Everything that is killed is a real process; what is asserted is read from the database, from
the mail server and by the program's own `reconcile` and `verify`.
"""

import os
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO, Any

from flask import Flask

from config import from_env
from grc.channels.reader import Reader
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.blobs import BlobStore
from grc.core.db import transaction
from grc.jobs.runner import drain
from grc.organisation.queries import snapshot
from grc.pipeline import Tools
from grc.staff.service import add_user
from tests.faults.agent import PASSWORD, Agent
from tests.integration.conftest import mail, run_command, running
from tests.integration.processes.conftest import GRC, ROOT, Installation
from tests.rig.postgres import PostgresServer
from tests.rig.preloaded import TIMES, Preloaded
from tests.rig.processes import Process
from tests.rig.smtp import SmtpServer, free_port
from tests.rig.waiting import PATIENCE, eventually

KILLED = -9
TRY_AGAIN = 75
_numbers = count(1)


@contextmanager
def written(raw: bytes) -> Iterator[IO[bytes]]:
    """A file without a name that holds these bytes, to be read."""
    with tempfile.TemporaryFile() as file:
        file.write(raw)
        file.seek(0)
        yield file


def is_open(port: int) -> bool:
    """True when somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def letter(text: str = "Je demande un dossier d'APA pour ma mère.") -> bytes:
    """A mail that nobody sent before, from a person nobody knows, dated now."""
    number = next(_numbers)
    return mail(
        f"Bonjour,\n\n{text}\n\nCordialement, personne {number}",
        sender=f"Personne {number} <personne.{number}@courriel.example>",
        subject=f"Demande {number}",
        message_id=f"{number}@courriel.example",
        date=clock.now(),
    )


def letters(number: int) -> list[bytes]:
    """That many of them."""
    return [letter() for _ in range(number)]


class Ground(Installation):
    """An installation with short waiting times and a mail server that takes what leaves."""

    def __init__(self, var: Path, url: str, smtp: SmtpServer, reader: Reader, **env: str) -> None:
        quick = {"PYTHONDONTWRITEBYTECODE": ""}  # many short processes: compile once
        super().__init__(var, url, GRC_SMTP_URL=smtp.url, **TIMES, **quick, **env)
        self.env["GRC_ENV"] = "development"
        self.smtp, self.reader = smtp, reader
        self.markers = var / "markers"
        self.markers.mkdir()
        self._given: set[str] = set()
        self.server: PostgresServer | None = None  # when the database may be killed

    def crash_at(self, *points: str) -> dict[str, str]:
        """The environment in which a process dies at each of these points, once."""
        self._given.update(points)
        return {"GRC_CRASH_AT": f"{','.join(points)}@{self.markers}"}

    def arm(self, *points: str) -> None:
        """Of all the points that processes were given, make only these deadly."""
        for marker in self.markers.iterdir():
            marker.unlink()
        for point in self._given.difference(points):
            (self.markers / point).touch()

    def crashed(self, point: str) -> bool:
        """True when a process died there since it was armed."""
        return (self.markers / point).exists()

    def supervised(self, *args: str, **env: str) -> Process:
        """A command that is started again whatever ends it."""
        made = Preloaded([GRC, *args], env={**self.env, **env}, cwd=self.var, restart_always=True)
        self.started.append(made)
        return made.start()

    def supervised_worker(self, *crash_points: str, **env: str) -> Process:
        """A worker that answers at its socket, dying at each of these points once."""
        worker = self.supervised("worker", **self.crash_at(*crash_points), **env)
        self.wait_answering()
        return worker

    def wait_answering(self) -> None:
        """Wait until a worker accepts connections where messages are handed over."""

        def _answers() -> bool:
            with socket.socket(socket.AF_UNIX) as probe:
                return probe.connect_ex(str(self.socket)) == 0

        eventually(_answers, "a worker that listens", 20)

    def started_command(self, *args: str) -> Process:
        """A command under way, to be killed."""
        made = Preloaded([GRC, *args], env=self.env, cwd=self.var)
        self.started.append(made)
        return made.start()

    @contextmanager
    def delivery(self, raw: bytes, **env: str) -> Iterator[subprocess.Popen[bytes]]:
        """A delivery under way, its message already in the pipe."""
        argv: list[str | Path] = [GRC, "receive", "email", "--source", "contact"]
        given = os.environ | self.env | env
        with (
            written(raw) as message,
            subprocess.Popen(
                argv, stdin=message, stderr=subprocess.DEVNULL, env=given, cwd=self.var
            ) as made,
        ):
            yield made

    def web(self, *crash_points: str, **env: str) -> Agent:
        """Web processes like in production, started again if killed; an agent who signed in."""
        port = free_port()
        argv: list[str | Path] = [GRC.with_name("gunicorn"), "wsgi:app"]
        argv += ["-c", ROOT / "deploy" / "gunicorn.conf.py", "-b", f"127.0.0.1:{port}"]
        self.gunicorn = Preloaded(
            argv,
            env={**self.env, **self.crash_at(*crash_points), **env},
            cwd=self.var,
            restart_always=True,
            ready=lambda _: is_open(port),
        )
        self.started.append(self.gunicorn)
        self.arm()
        self.gunicorn.start()
        agent = Agent(port, "alice")
        agent.sign_in()
        return agent

    def folder_of(self, raws: list[bytes]) -> Path:
        """A folder of these messages, to import."""
        folder = self.var / f"folder-{next(_numbers)}"
        folder.mkdir()
        for name, raw in enumerate(raws):
            (folder / f"{name}.eml").write_bytes(raw)
        return folder

    def execute(self, *argv: str | Path, **env: str) -> subprocess.CompletedProcess[bytes]:
        """Run any program in the environment of the installation, to its end."""
        given = os.environ | self.env | env
        return subprocess.run(argv, capture_output=True, env=given, cwd=self.var, check=False)

    def prepare(self, cases: int) -> list[str]:
        """Receive that many requests and an account in this process; the cases' references."""
        self.command("import", "email", self.folder_of(letters(cases)))
        with self.application(), transaction():
            pairs = [(snapshot().unit(code).id, "supervisor") for code in ("tri", "apa")]
            add_user("alice", "Alice", PASSWORD, pairs, actor=SYSTEM, now=clock.now())
        return [found["reference"] for found in self.command("case", "list")["cases"]]

    @contextmanager
    def application(self) -> Iterator[Flask]:
        """The program over this installation in this process, its context pushed."""
        with running(from_env(self.env, env_file=Path("/dev/null")), self.reader) as app:
            yield app

    def finish_here(self) -> None:
        """Run in this process all that is due, until nothing is left."""

        def _drained() -> bool:
            drain(Tools(reader=self.reader))
            return self.is_settled()

        with self.application():
            eventually(_drained, "an end of the work", 20)

    def is_settled(self) -> bool:
        """True when every item has an outcome and no step waits or is leased."""
        waiting = self.count("item", "outcome = 'waiting'")
        pending = self.count("step", "done_at IS NULL AND failed_at IS NULL")
        return waiting + pending == 0

    def wait_settled(self, items: int, within: float = PATIENCE) -> None:
        """Wait for the workers to finish everything about this many items."""

        def _finished() -> bool:
            return self.count("item") >= items and self.is_settled()

        eventually(_finished, f"an end of the work on {items} items", within)

    def outcomes(self) -> Counter[str]:
        """How many items have each outcome."""
        return Counter(dict(self.query("SELECT outcome, count(*) FROM item GROUP BY outcome")))

    def sent(self) -> Counter[str]:
        """How often the mail server has kept each Message-ID."""
        return Counter(str(received.message["Message-ID"]) for received in self.smtp.kept)

    def command(self, *args: object) -> Any:
        """What a command of the program says, as JSON, and that it ended well."""
        with self.application() as app:
            done = run_command(app.extensions["grc.settings"], app, *args, "--json")
        assert done.code == 0, (args, done.out, done.err)
        return done.json


def assert_whole(ground: Ground, items: int, *, twice: int = 0, acknowledged: bool = True) -> None:
    """Nothing lost, nothing doubled: each item one case, each case one acknowledgement.

    `twice`: how many acknowledgements may have left two times, under the same Message-ID.
    """
    assert ground.outcomes() == {"opened": items}
    assert ground.count("case") == items
    assert ground.count("message", "direction = 'in'") == items
    assert ground.query("SELECT sum(count) FROM received") == [(items,)]
    _assert_steps_ended(ground)
    _assert_sent(ground, items if acknowledged else 0, twice)
    assert_sound(ground)


def assert_sound(ground: Ground) -> None:
    """The program's own proofs, and no litter."""
    assert ground.command("reconcile")["ok"] is True
    assert ground.command("verify")["ok"] is True
    assert_no_litter(ground)


def _assert_steps_ended(ground: Ground) -> None:
    assert ground.count("step", "done_at IS NULL OR failed_at IS NOT NULL") == 0
    assert ground.count("step", "leased_until IS NOT NULL") == 0
    for event in ("case:opened", "case:acknowledged"):
        doubled = (
            f"SELECT case_id FROM audit WHERE event = '{event}' GROUP BY 1 HAVING count(*) > 1"
        )
        assert ground.query(doubled) == []


def _assert_sent(ground: Ground, expected: int, twice: int) -> None:
    sent = ground.sent()
    assert len(sent) == expected
    assert ground.count("outgoing", "status = 'sent'") == expected
    assert sent.total() <= expected + twice
    assert all(times <= 2 for times in sent.values())


def assert_no_litter(ground: Ground) -> None:
    """What killed writers left in the blob store is removed once it is old."""
    store = BlobStore(ground.var / "blobs")
    for path in store.root.glob(".incoming*"):
        os.utime(path, (0, 0))
    store.tidy(clock.now())
    assert list(store.root.glob(".incoming*")) == []
    assert all(map(store.check, store.all()))


@contextmanager
def ended(ground: Ground) -> Iterator[Ground]:
    """A ground whose processes all end with the block."""
    try:
        yield ground
    finally:
        ground.close()
