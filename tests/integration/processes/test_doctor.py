"""`grc doctor`: silent about what is sound, one sentence with what to do about the rest."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text, update

from grc.cli.database import MIGRATIONS, newest
from grc.cli.demo_accounts import PASSWORD as DEMO_PASSWORD
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import session, transaction
from grc.core.settings import Settings
from grc.core.steps import Step
from grc.intake.models import Item
from grc.jobs.health import machine
from grc.jobs.health.look import Look
from grc.jobs.health.machine import ring, without_secrets
from grc.jobs.keeper import SEEN
from grc.staff.service import add_user
from tests.integration.conftest import Grc, mail, make_settings, run_command
from tests.integration.processes.conftest import ROOT, Installation
from tests.rig.postgres import PostgresServer
from tests.rig.redis import RedisServer

Findings = set[tuple[str, str]]


@pytest.fixture
def grc(grc: Grc, settings: Settings) -> Grc:
    """Commands over an installation where a worker was seen just now."""
    settings.var.chmod(0o700)
    (settings.var / SEEN).touch()
    return grc


@pytest.fixture
def told(tmp_path: Path) -> Settings:
    """Settings over no database."""
    return make_settings("sqlite:////nowhere.db", tmp_path)


def findings(grc: Grc) -> Findings:
    """(check, severity) of everything found; the exit code says the same."""
    done = grc("doctor", "--json")
    found = {(one["check"], one["severity"]) for one in done.json["findings"]}
    assert done.json["ok"] is not bool(found)
    assert done.code == bool(found)
    return found


def test_a_sound_installation_has_nothing_to_say(grc: Grc) -> None:
    assert findings(grc) == set()
    assert grc("doctor").out == "Tout va bien.\n"


def test_the_facts_hold_no_secret(told: Settings) -> None:
    shown = str(without_secrets(told))
    assert "s" * 40 not in shown
    assert "t" * 40 not in shown


def test_passwords_are_taken_out_of_addresses(told: Settings) -> None:
    remote = replace(told, database_url="postgresql+psycopg://grc:hidden@db/grc")
    assert without_secrets(remote)["database_url"] == "postgresql+psycopg://grc:***@db/grc"


def test_production_that_answers_nobody(told: Settings) -> None:
    look = Look(replace(told, env="production"), clock.now())
    machine.settings(look)
    said = [str(one.text) for one in look.findings if "GRC_" in str(one.text)]
    assert said == [
        "Aucun message ne part : donnez GRC_SMTP_URL.",
        "GRC_BASE_URL n'est pas en https : corrigez-la.",
    ]


@pytest.mark.parametrize(
    ("env", "expected"), [("production", {("accounts", "error")}), ("test", set())]
)
def test_a_demonstration_in_production(
    settings: Settings, app: Flask, env: str, expected: Findings
) -> None:
    with transaction():
        add_user("agent.apa", "Camille", DEMO_PASSWORD, [], actor=SYSTEM, now=clock.now())
    done = run_command(replace(settings, env=env), app, "doctor", "--json")
    found = {(one["check"], one["severity"]) for one in done.json["findings"]}
    assert {one for one in found if one[0] == "accounts"} == expected


def test_a_setting_that_is_misspelt(told: Settings) -> None:
    look = Look(told, clock.now())
    machine.misspelt(look, ["GRC_DATBASE_URL", "GRC_VAR", "GRC_TEST_SEED", "HOME"])
    assert [str(one.text) for one in look.findings] == [
        "GRC_DATBASE_URL n'est pas un réglage : vouliez-vous dire GRC_DATABASE_URL ?"
    ]


def test_no_worker_for_minutes(grc: Grc, settings: Settings) -> None:
    (settings.var / SEEN).unlink()
    assert findings(grc) == {("worker", "error")}


def test_an_open_folder(grc: Grc, settings: Settings) -> None:
    settings.var.chmod(0o755)
    assert findings(grc) == {("settings", "warning")}


def test_work_that_waits(grc: Grc, app: Flask, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(mail())
    grc("import", "email", tmp_path / "one.eml", "--store-only")
    assert findings(grc) == set()
    with transaction():
        session().execute(update(Step).values(due_at=clock.now() - timedelta(minutes=6)))
    assert findings(grc) == {("steps", "error")}
    with transaction():
        session().execute(update(Step).values(failed_at=clock.now(), last_error="why"))
    assert findings(grc) == {("steps", "warning"), ("reconciliation", "error")}


def test_what_nobody_examines(grc: Grc, app: Flask, tmp_path: Path) -> None:
    (tmp_path / "empty.eml").touch()
    grc("import", "email", tmp_path / "empty.eml")
    assert findings(grc) == set()
    with transaction():
        session().execute(update(Item).values(settled_at=clock.now() - timedelta(days=2)))
    assert findings(grc) == {("quarantine", "warning")}


def test_another_schema(grc: Grc, app: Flask) -> None:
    with transaction():
        session().execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert findings(grc) == {("schema", "error")}


def test_a_journal_without_its_triggers(grc: Grc, app: Flask) -> None:
    drop = {
        "sqlite": "DROP TRIGGER audit_no_update",
        "postgresql": "DROP TRIGGER audit_no_change ON audit",
    }
    with transaction():
        session().execute(text(drop[session().get_bind().dialect.name]))
    assert findings(grc) == {("triggers", "error")}


def test_a_database_that_forgets(
    postgres_url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    name = postgres_url.partition("@/")[2].partition("?")[0]
    postgres_server.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    done = Installation(tmp_path, postgres_url).run("doctor")
    assert "synchronous_commit = off" in done.stdout.decode()


def test_a_database_that_is_away(tmp_path: Path) -> None:
    away = Installation(tmp_path, "postgresql://nobody@127.0.0.1:1/none")
    done = away.run("doctor")
    assert done.returncode == 1
    assert "base de données" in done.stdout.decode()


@pytest.mark.parametrize(("policy", "expected"), [("noeviction", []), ("allkeys-lru", ["error"])])
def test_a_queue(told: Settings, policy: str, expected: list[str]) -> None:
    with RedisServer(maxmemory="3mb", policy=policy) as server:
        look = _ringing(told, server.url)
    assert [one.severity for one in look.findings] == expected
    assert look.facts["redis"]["policy"] == policy


def test_a_queue_that_is_away(told: Settings) -> None:
    look = _ringing(told, "unix:///nowhere.sock")
    assert [one.severity for one in look.findings] == ["warning"]


def _ringing(settings: Settings, url: str) -> Look:
    look = Look(replace(settings, redis_url=url), clock.now())
    ring(look)
    return look


def test_the_needed_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert newest() == ScriptDirectory.from_config(config).get_current_head()


def test_every_check_is_documented_and_nothing_else() -> None:
    sources = [ROOT / "grc" / "cli" / "doctor.py", *(ROOT / "grc" / "jobs" / "health").glob("*.py")]
    named = re.compile(r'look\.(error|warn)\(\s*"(\w+)"')
    found = {
        (check, {"error": "error", "warn": "warning"}[kind])
        for path in sources
        for kind, check in named.findall(path.read_text("utf-8"))
    }
    rows = re.findall(
        r"^\| (?:`(\w+)`)? ?\| (error|warning) \|",
        (ROOT / "docs" / "command-line.md").read_text("utf-8"),
        re.MULTILINE,
    )
    documented, last = set(), ""
    for check, severity in rows:
        last = check or last
        documented.add((last, severity))
    assert found == documented
