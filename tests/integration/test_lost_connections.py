"""A connection that is lost during a read is the trouble of that read, and of nothing after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from grc.core.db import end_read, session, transaction
from grc.organisation.models import Unit
from tests.integration.conftest import make_settings, running
from tests.rig.postgres import PostgresServer


@pytest.fixture
def app(postgres_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The program on PostgreSQL."""
    with running(make_settings(postgres_url, tmp_path)) as made:
        yield made


def read_and_lose(server: PostgresServer) -> None:
    """Begin a read, and have the server end its connection."""
    session().scalars(select(Unit.id)).all()
    pid = session().scalar(text("SELECT pg_backend_pid()"))
    server.execute(f"SELECT pg_terminate_backend({pid}, 5000)")


def test_a_read_may_end_without_its_connection(app: Flask, postgres_server: PostgresServer) -> None:
    read_and_lose(postgres_server)
    end_read()
    with transaction() as current:
        assert current.scalar(text("SELECT 1")) == 1


def test_a_use_case_begins_whatever_became_of_the_read_before(
    app: Flask, postgres_server: PostgresServer
) -> None:
    read_and_lose(postgres_server)
    with transaction() as current:
        assert current.scalar(text("SELECT 1")) == 1


def test_a_request_leaves_no_dead_session_behind(
    app: Flask, postgres_server: PostgresServer
) -> None:
    with app.app_context():
        read_and_lose(postgres_server)
    for _ in range(50):
        with app.app_context():
            assert session().scalar(text("SELECT 1")) == 1


def test_the_next_statement_says_that_the_connection_is_lost(
    app: Flask, postgres_server: PostgresServer
) -> None:
    read_and_lose(postgres_server)
    with pytest.raises(OperationalError):
        session().scalar(text("SELECT 1"))
    end_read()
    assert session().scalar(text("SELECT 1")) == 1
