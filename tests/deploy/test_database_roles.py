"""The roles of a production database: the program cannot touch what was journaled."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import databases, postgres
from tests.rig.postgres import PostgresServer

SCRIPTS = Path(__file__).parents[2] / "deploy" / "postgresql"
JOURNALS = ("audit", "audit_seal")


def psql(server: PostgresServer, script: str, role: str, database: str) -> None:
    command = [
        *(postgres.binary("psql") or "psql", "--quiet", "--set", "ON_ERROR_STOP=1"),
        *("--host", str(server.folder), "--username", role, "--dbname", database),
    ]
    subprocess.run([*command, "--file", SCRIPTS / script], check=True, capture_output=True)


@pytest.fixture(scope="module")
def production(postgres_template: PostgresServer) -> Iterator[PostgresServer]:
    """A server set up as docs/operations.md says."""
    with PostgresServer(postgres_template) as server:
        psql(server, "roles.sql", "postgres", "postgres")
        psql(server, "database.sql", "postgres", "postgres")
        databases.migrate(server.url("grc", role="grc_owner"))
        psql(server, "grants.sql", "grc_owner", "grc")
        yield server


def privileges(server: PostgresServer, table: str) -> set[object]:
    """What the role `grc` may do with a table."""
    wanted = "('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')"
    sql = f"""SELECT p FROM (VALUES {wanted}) AS wanted(p)
              WHERE has_table_privilege('grc', 'public."{table}"', p)"""
    return {row[0] for row in server.execute(sql, "grc")}


@pytest.mark.parametrize("table", JOURNALS)
def test_journals_are_written_once(production: PostgresServer, table: str) -> None:
    assert privileges(production, table) == {"SELECT", "INSERT"}


def test_who_read_what_may_be_destroyed_and_never_changed(production: PostgresServer) -> None:
    assert privileges(production, "access_log") == {"SELECT", "INSERT", "DELETE"}


def test_work_tables_are_read_and_written(production: PostgresServer) -> None:
    assert privileges(production, "case") == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_the_program_cannot_change_the_schema(production: PostgresServer) -> None:
    (row,) = production.execute("SELECT has_schema_privilege('grc', 'public', 'CREATE')", "grc")
    assert row == (False,)
