"""A PostgreSQL server of our own: a data folder that can be copied, a socket, no TCP port."""

import os
import pwd
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Self

import psycopg

from tests.rig.processes import Process
from tests.rig.servers import Server

# Debian's wrapper scripts want a cluster of theirs; we call the binaries.
SEARCH = ["/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))[::-1]]


def binary(name: str) -> str | None:
    """Full path of a PostgreSQL program, or None when PostgreSQL is not installed."""
    return shutil.which(name, path=os.pathsep.join([*SEARCH, os.environ.get("PATH", "")]))


def server_user() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    return "postgres" if os.geteuid() == 0 else None


class PostgresServer(Server):
    """One server over one data folder.

    Durable like production (fsync and synchronous_commit on): what it acknowledged must be
    there after `kill()`. A superuser `postgres` connects without password, by socket only.
    """

    def __init__(self, copy_of: "PostgresServer | None" = None, *options: str) -> None:
        super().__init__("pg")
        self.data = self.folder / "data"
        if copy_of is None:
            self._hand_over()
            self._initdb()
        else:
            assert not copy_of.running, "the server to copy must be stopped"
            shutil.copytree(copy_of.data, self.data)
            self._hand_over()
        self._process = Process(self._argv(options), user=server_user(), ready=self._accepts)

    def url(self, database: str = "postgres", role: str = "postgres") -> str:
        """SQLAlchemy address of one database of this server."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A plain autocommit connection, for what the program under test must not do."""
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname=database, autocommit=True
        )

    def execute(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as superuser; its rows, if any."""
        with self.connect(database) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """Orderly stop ("fast": running transactions are rolled back)."""
        self._process.stop(signal.SIGINT)

    def restart(self) -> Self:
        """Orderly stop and start."""
        self.stop()
        return self.start()

    def close(self) -> None:
        """Remove also the shared memory that a killed server leaves."""
        self._process.close()
        self._remove_shared_memory()
        super().close()

    def _hand_over(self) -> None:
        if user := server_user():
            entry = pwd.getpwnam(user)
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, entry.pw_uid, entry.pw_gid)

    def _initdb(self) -> None:
        subprocess.run(
            [
                binary("initdb") or "initdb",
                *("--pgdata", str(self.data), "--username", "postgres", "--auth", "trust"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
            ],
            user=server_user(),
            cwd=self.folder,
            check=True,
            capture_output=True,
        )

    def _argv(self, options: tuple[str, ...]) -> list[str]:
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
            "dynamic_shared_memory_type=mmap",  # inside the data folder, removed with it
            "max_connections=60",
            "shared_buffers=32MB",
            *options,
        ]
        flags = [word for setting in settings for word in ("-c", setting)]
        return [binary("postgres") or "postgres", "-D", str(self.data), *flags]

    def _accepts(self, _process: Process) -> bool:
        with suppress(psycopg.OperationalError):
            self.connect().close()
            return True
        return False

    def _remove_shared_memory(self) -> None:
        with suppress(OSError, IndexError):
            line = (self.data / "postmaster.pid").read_text().splitlines()[6]
            subprocess.run(["ipcrm", "-m", line.split()[1]], capture_output=True, check=False)
