"""The servers of the rig: they start, die, and come back with what they promised to keep."""

import smtplib
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, inspect

from tests.rig import postgres
from tests.rig.postgres import PostgresServer
from tests.rig.processes import family_of, is_alive
from tests.rig.redis import RedisServer
from tests.rig.smtp import Mood, SmtpServer


@pytest.fixture(scope="module")
def fresh() -> Iterator[PostgresServer]:
    """A stopped server without any schema of ours."""
    if postgres.binary("initdb") is None:
        pytest.skip("PostgreSQL is not installed")
    server = PostgresServer()
    yield server
    server.close()


class TestPostgres:
    def test_what_was_committed_survives_a_kill(self, fresh: PostgresServer) -> None:
        with PostgresServer(fresh) as server:
            server.execute("CREATE TABLE t AS SELECT 42 AS n")
            postmaster_and_backends = family_of(server.pid)
            server.kill()
            assert not any(map(is_alive, postmaster_and_backends))
            with pytest.raises(psycopg.OperationalError):
                server.connect()
            assert server.start().execute("SELECT n FROM t") == [(42,)]

    def test_it_is_as_durable_as_production(self, fresh: PostgresServer) -> None:
        with PostgresServer(fresh) as server:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                assert server.execute(f"SHOW {setting}") == [("on",)]

    def test_a_wrong_setting_can_be_asked_for(self, fresh: PostgresServer) -> None:
        with PostgresServer(fresh, "synchronous_commit=off") as server:
            assert server.execute("SHOW synchronous_commit") == [("off",)]

    def test_copies_share_nothing(self, fresh: PostgresServer) -> None:
        with PostgresServer(fresh) as one, PostgresServer(fresh) as other:
            one.execute("CREATE DATABASE only_here")
            assert other.execute("SELECT 1 FROM pg_database WHERE datname = 'only_here'") == []

    def test_a_killed_server_leaves_no_trace(self, fresh: PostgresServer) -> None:
        server = PostgresServer(fresh).start()
        server.kill()
        pid_file = (server.data / "postmaster.pid").read_text().splitlines()
        segment = pid_file[6].split()[1]
        server.close()
        assert not server.folder.exists()
        listed = subprocess.run(["ipcs", "-m"], capture_output=True, text=True, check=True).stdout
        assert segment not in [row.split()[1] for row in listed.splitlines()[3:] if row]


class TestRedis:
    def test_killed_without_persistence_it_is_empty(self, redis_server: RedisServer) -> None:
        with redis_server.client() as client:
            client.set("bell", "1")
        redis_server.restart()
        with redis_server.client() as client:
            assert client.get("bell") is None

    def test_killed_with_persistence_it_is_whole(self) -> None:
        with RedisServer(appendonly=True) as server:
            with server.client() as client:
                client.set("bell", "1")
            server.restart()
            with server.client() as client:
                assert client.get("bell") == "1"

    def test_full_it_refuses_and_evicts_nothing(self) -> None:
        with RedisServer(maxmemory="3mb") as server, server.client() as client:
            client.set("kept", "1")
            with pytest.raises(redis.OutOfMemoryError):
                self.fill(client)
            assert client.get("kept") == "1"

    @staticmethod
    def fill(client: redis.Redis) -> None:
        for number in range(100):
            client.set(f"big{number}", "x" * 100_000)

    def test_flushall_forgets(self, redis_server: RedisServer) -> None:
        with redis_server.client() as client:
            client.set("bell", "1")
            redis_server.flushall()
            assert client.dbsize() == 0

    def test_paused_it_answers_later(self, redis_server: RedisServer) -> None:
        redis_server.pause(0.1)
        with redis_server.client() as client:
            assert client.ping()


MESSAGE = b"Subject: Bonjour\r\n\r\nTexte\r\n"


class TestSmtp:
    @staticmethod
    def send(server: SmtpServer, timeout: float = 5) -> None:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=timeout) as client:
            client.sendmail(
                "a@example.org", ["b@example.org"], b"Subject: Bonjour\r\n\r\nTexte\r\n"
            )

    def test_it_keeps_what_it_accepts(self, smtp_server: SmtpServer) -> None:
        self.send(smtp_server)
        (received,) = smtp_server.kept
        assert received.sender == "a@example.org"
        assert received.recipients == ("b@example.org",)
        assert received.message["Subject"] == "Bonjour"

    @pytest.mark.parametrize(("mood", "code"), [(Mood.REFUSE, 451), (Mood.REJECT, 550)])
    def test_it_refuses_as_told(self, smtp_server: SmtpServer, mood: Mood, code: int) -> None:
        smtp_server.mood = mood
        with pytest.raises(smtplib.SMTPDataError) as caught:
            self.send(smtp_server)
        assert caught.value.smtp_code == code
        assert (smtp_server.attempts, smtp_server.kept) == (1, [])

    def test_it_hangs_until_the_client_gives_up(self, smtp_server: SmtpServer) -> None:
        smtp_server.mood = Mood.HANG
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            self.send(smtp_server, timeout=0.2)
        assert smtp_server.kept == []

    def test_it_can_vanish_with_the_message(self, smtp_server: SmtpServer) -> None:
        smtp_server.mood = Mood.DROP
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
            self.send(smtp_server)
        assert len(smtp_server.kept) == 1

    def test_down_and_up_again_on_the_same_port(self, smtp_server: SmtpServer) -> None:
        smtp_server.stop()
        with pytest.raises(ConnectionRefusedError):
            self.send(smtp_server)
        smtp_server.start()
        self.send(smtp_server)
        assert len(smtp_server.kept) == 1


def test_each_test_has_a_migrated_database_of_its_own(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert "alembic_version" in inspect(connection).get_table_names()
    engine.dispose()
