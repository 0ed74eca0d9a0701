"""Databases with the schema of the migrations: made once, then copied for each test."""

import shutil
import sqlite3
from itertools import count
from pathlib import Path

from tests.rig.postgres import PostgresServer

MIGRATIONS = Path(__file__).parents[2] / "migrations"
TEMPLATE = "grc_template"
_numbers = count(1)


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema, by the real migrations."""
    from alembic import command  # heavy, and most unit tests have no database
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    command.upgrade(config, "head")


def sqlite_url(path: Path) -> str:
    """SQLAlchemy address of a SQLite file."""
    return f"sqlite:///{path}"


def make_sqlite_template(path: Path) -> Path:
    """A migrated SQLite file, complete without its write-ahead log, ready to be copied."""
    migrate(sqlite_url(path))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


def copy_sqlite(template: Path, folder: Path) -> str:
    """Address of a fresh migrated SQLite database in `folder`."""
    return sqlite_url(Path(shutil.copy(template, folder / "grc.db")))


def make_postgres_template() -> PostgresServer:
    """A stopped server that holds one migrated database; `PostgresServer(it)` copies it."""
    server = PostgresServer().start()
    server.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(server.url(TEMPLATE))
    server.stop()
    return server


def create_database(server: PostgresServer, copy_of: str = TEMPLATE) -> str:
    """Name of a fresh database on a server made from the template; a copy of a migrated one."""
    name = f"grc_{next(_numbers)}"
    # Half the time of the default strategy, which writes every page to the log.
    server.execute(f"CREATE DATABASE {name} TEMPLATE {copy_of} STRATEGY FILE_COPY")
    return name


def drop_database(server: PostgresServer, name: str) -> None:
    """Remove a database, also under the feet of connections left open."""
    server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
