"""Real processes of the program over a fresh database: what an administrator starts.

- `installation`  a folder, a database (SQLite and PostgreSQL), and the commands over them.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from grc.core import handover
from tests.rig import preloaded
from tests.rig.processes import Process
from tests.rig.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
GRC = Path(sys.executable).with_name("grc")


class Installation:
    """One GRC_VAR and one database; `env` is what every command is given."""

    def __init__(self, var: Path, url: str, **env: str) -> None:
        self.var, self.url = var, url
        self.env = {
            "GRC_ENV": "test",
            "GRC_VAR": str(var),
            "GRC_DATABASE_URL": url,
            "GRC_REDIS_URL": "none",
            **env,
        }
        self.started: list[Process] = []
        self._asking: psycopg.Connection[tuple[Any, ...]] | None = None

    def run(
        self, *args: object, stdin: bytes = b"", **env: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one command to its end."""
        given = {**os.environ, **self.env, **env}
        return preloaded.run([GRC, *args], stdin=stdin, env=given, cwd=self.var)

    def receive(
        self, raw: bytes, source: str = "contact", **env: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Deliver a message like a mail server does."""
        return self.run("receive", "email", "--source", source, stdin=raw, **env)

    def process(
        self,
        *args: str,
        ready: Callable[[Process], bool],
        ready_within: float = PATIENCE,
        **env: str,
    ) -> Process:
        """A command that stays, started; ended with the test."""
        made = Process(
            [GRC, *args],
            env={**self.env, **env},
            cwd=self.var,
            ready=ready,
            ready_within=ready_within,
        )
        self.started.append(made)
        return made.start()

    def worker(self, **env: str) -> Process:
        """A worker that accepts messages."""
        (self.var / "worker.seen").unlink(missing_ok=True)
        return self.process("worker", ready=lambda _: self.is_listening and self.is_seen, **env)

    @property
    def socket(self) -> Path:
        """Where the worker listens for messages."""
        return Path(handover.place(str(self.var), handover.SOCKET))

    @property
    def is_listening(self) -> bool:
        """True once the socket is there."""
        return self.socket.exists()

    @property
    def is_seen(self) -> bool:
        """True once a worker has looked at the step table."""
        return (self.var / "worker.seen").exists()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of one statement, past the program."""
        if self.url.startswith("sqlite"):
            path = self.url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path, timeout=PATIENCE)) as connection, connection:
                return connection.execute(sql).fetchall()
        try:
            return self._ask(sql)
        except psycopg.OperationalError:  # the server was killed since
            self._hang_up()
            return self._ask(sql)

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        """By one connection of our own: those who wait ask a hundred times a second."""
        if self._asking is None:
            address = self.url.replace("+psycopg", "")
            self._asking = psycopg.connect(address, autocommit=True)
        cursor = self._asking.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []

    def _hang_up(self) -> None:
        if self._asking is not None:
            self._asking.close()
            self._asking = None

    def count(self, table: str, where: str = "1 = 1") -> int:
        """How many rows of a table."""
        ((number,),) = self.query(f'SELECT count(*) FROM "{table}" WHERE {where}')
        return int(number)

    def close(self) -> None:
        """End what the test started."""
        self._hang_up()
        for process in self.started:
            process.close()


@pytest.fixture
def installation(loaded_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation with the demo organisation, once on each database, without Redis."""
    made = Installation(tmp_path, loaded_url)
    yield made
    made.close()


@pytest.fixture
def sqlite_installation(loaded_sqlite: Path, tmp_path: Path) -> Iterator[Installation]:
    """The same on SQLite only, where the database makes no difference."""
    import shutil

    shutil.copy(loaded_sqlite, tmp_path / "grc.db")
    made = Installation(tmp_path, f"sqlite:///{tmp_path / 'grc.db'}")
    yield made
    made.close()
