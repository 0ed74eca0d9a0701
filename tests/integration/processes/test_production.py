"""What a département depends on is not started with the values of an example."""

import os
import subprocess
import sys

import pytest

from grc.cli.demo_accounts import PASSWORD
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import transaction
from grc.staff.service import add_user
from tests.integration.conftest import make_settings, running
from tests.integration.processes.conftest import ROOT, Installation
from tests.rig.smtp import free_port
from tests.unit.test_config import PRODUCTION

BOOT_ERROR, USAGE = 3, 64


@pytest.fixture
def production(sqlite_installation: Installation) -> Installation:
    """An installation with production settings."""
    own = {name: value for name, value in PRODUCTION.items() if name != "GRC_DATABASE_URL"}
    sqlite_installation.env.update(own, PORT=str(free_port()))
    return sqlite_installation


@pytest.fixture
def demonstration(production: Installation) -> Installation:
    """The same over a database somebody filled with the demo accounts."""
    with running(make_settings(production.url, production.var)), transaction():
        add_user("agent.apa", "Camille", PASSWORD, [], actor=SYSTEM, now=clock.now())
    return production


def serve(installation: Installation) -> tuple[int, str]:
    """Exit code and words of the web server as systemd starts it."""
    where = ("--config", "deploy/gunicorn.conf.py", "--bind", f"unix:{installation.var}/web.sock")
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "wsgi:app", *where],
        env={**os.environ, **installation.env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_the_web_server_refuses_a_demonstration(demonstration: Installation) -> None:
    code, said = serve(demonstration)
    assert code == BOOT_ERROR
    assert "agent.apa" in said.splitlines()[0]


def test_the_web_server_refuses_a_setting_of_the_example(production: Installation) -> None:
    production.env["GRC_MAIL_DOMAIN"] = "exemple-departement.fr"
    code, said = serve(production)
    assert code == BOOT_ERROR
    assert said.startswith("GRC_MAIL_DOMAIN=exemple-departement.fr : ")


def test_run_refuses_a_demonstration(demonstration: Installation) -> None:
    done = demonstration.run("run")
    assert done.returncode == USAGE
    assert done.stderr.decode().count("\n") == 1
    assert "agent.apa" in done.stderr.decode()


def test_mail_is_still_taken_in_for_whoever_finds_out(demonstration: Installation) -> None:
    """Refusing pages loses nothing; refusing mail could."""
    assert demonstration.receive(b"From: a@b.example\n\nBonjour").returncode == 0
