"""`grc run`: everything on this machine, ready to be looked at; Ctrl-C ends it."""

import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import click

from grc.channels import registry
from grc.cli import place
from grc.cli.base import Command, end
from grc.cli.database import migrate, newest
from grc.cli.greeting import Greeting, address_of
from grc.cli.program import Program
from grc.core.errors import SettingsError
from grc.core.i18n import N_
from grc.core.settings import Settings
from grc.jobs.embedded import Family, Service

ROOT = Path(__file__).resolve().parents[2]
UNAVAILABLE = 69  # of sysexits.h
UNFINISHED = "demo.unfinished"  # demo data is being loaded, or its loading was killed
FILLED = "demo.filled"  # the accounts of the demo data may be shown
SQLITE = "sqlite:///"
HELP = N_("""Démarrer sur cette machine : base, serveur web, travail de fond.

Au premier démarrage, la base est créée et reçoit des données de démonstration. Tout est gardé
dans GRC_VAR. Ctrl-C arrête tout.

\b
Exemples :
  grc run
  PORT=8080 grc run
  GRC_TRAINING=1 grc run
  GRC_VAR=/tmp/essai grc run""")


@click.command("run", cls=Command, help=HELP)
@click.option("--host", default="127.0.0.1", help=N_("Adresse d'écoute (127.0.0.1 par défaut)."))
@click.pass_obj
def run(program: Program, host: str) -> None:
    """Prepare, start, keep alive, end."""
    port = _port(os.environ.get("PORT") or "8000")
    settings = program.settings
    registry.installed()  # what stops the start is told here, not by each process
    try:
        place.prepare_folder(settings.var)
        place.lock(settings.var)
        place.demand_room(settings.var)
        listening = place.listen(host, port)
    except place.Refused as refused:
        click.echo(str(refused), err=True)
        end(UNAVAILABLE)
    if settings.training:
        from grc.training import mark

        mark.demand(settings)
    if not is_prepared(settings):
        prepare(program)
    if settings.production:
        _demand_closed(program)
    end(_serve(program, listening))


def _port(value: str) -> int:
    if not (value.isdecimal() and 0 < int(value) < 65536):
        raise SettingsError(
            f"PORT={value} : attendu, un nombre de 1 à 65535 / expected: a number from 1 to 65535"
        )
    return int(value)


def is_prepared(settings: Settings) -> bool:
    """True when an SQLite database has the newest schema, accounts, and all its demo data.

    Looked at without loading the program: a second start takes no longer than it must.
    """
    path = Path(settings.database_url.removeprefix(SQLITE))
    if not settings.database_url.startswith(SQLITE) or not path.is_file():
        return False
    if (settings.var / UNFINISHED).exists():
        return False
    with suppress(sqlite3.Error), closing(_read_only(path)) as connection:
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        somebody = connection.execute('SELECT 1 FROM "user" LIMIT 1').fetchone()
        return revision == (newest(),) and somebody is not None
    return False


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


def prepare(program: Program) -> None:
    """Bring the database to the newest schema; fill it when nobody is in it."""
    from grc.core.db import db
    from grc.jobs.worker import tools

    click.echo(program.say(N_("Préparation de la base…")), err=True)
    migrate(program.settings.database_url)
    if program.settings.production:
        return
    with program.running():
        try:
            _fill_when_empty(program)
        finally:
            tools().reader.close()
            db.session.remove()
            db.engine.dispose()


def _demand_closed(program: Program) -> None:
    """A demonstration is not served to a whole département. Raises SettingsError."""
    from grc.cli import demo_accounts
    from grc.core.db import db

    with program.running():
        try:
            demo_accounts.demand_closed()
        finally:
            db.session.remove()
            db.engine.dispose()


def _fill_when_empty(program: Program) -> None:
    from sqlalchemy import exists, select

    from grc.cli import demo
    from grc.core.db import end_read, session
    from grc.staff.models import User

    unfinished = program.settings.var / UNFINISHED
    is_empty = not session().scalar(select(exists().where(User.id > 0)))
    end_read()
    if is_empty or unfinished.exists():
        unfinished.touch()
        demo.fill(program)
        unfinished.rename(program.settings.var / FILLED)


def _serve(program: Program, listening: socket.socket) -> int:
    family = Family(_services(program.settings, listening), _tell(program))
    greeting = Greeting(listening, lambda address: _greet(program, address))
    with family.living():
        code = family.keep(greeting.look)
        click.echo(program.say(N_("Arrêt…")), err=True)
    return code


def _services(settings: Settings, listening: socket.socket) -> list[Service]:
    from grc.jobs import valkey

    base_url = _base_url(settings, listening)
    env = {**os.environ, "GRC_VAR": str(settings.var), "GRC_BASE_URL": base_url}
    queue: list[Service] = []
    if settings.redis_url == "embedded":
        binary = valkey.binary()
        if binary is None:
            env["GRC_REDIS_URL"] = "none"
        else:
            queue = [valkey.service(settings, binary, env)]
    fd = listening.fileno()
    return [
        *queue,
        Service("web", _python("gunicorn", "wsgi:app", *_web_options(fd)), env, fds=(fd,)),
        Service("worker", _python("grc", "worker"), env),
    ]


def _python(*words: str) -> Sequence[str]:
    return [sys.executable, "-m", *words]


def _web_options(fd: int) -> Sequence[str]:
    config = str(ROOT / "deploy" / "gunicorn.conf.py")
    return ["--config", config, "--bind", f"fd://{fd}", "--graceful-timeout", "5"]


def _base_url(settings: Settings, listening: socket.socket) -> str:
    given = os.environ.get("GRC_BASE_URL") or settings.base_url
    return address_of(listening) if given == "http://127.0.0.1:8000" else given


def _tell(program: Program) -> Callable[[Service, int], None]:
    def _died(service: Service, code: int) -> None:
        why = signal.Signals(-code).name if code < 0 else str(code)
        text = N_("%(name)s s'est arrêté (%(why)s), redémarrage.")
        click.echo(program.say(text, name=service.name, why=why), err=True)

    return _died


def _greet(program: Program, address: str) -> None:
    from grc.cli import demo

    rule = "─" * 64
    lines = [rule, "  " + program.say(N_("GRC est prêt : %(address)s"), address=address)]
    if program.settings.training:
        lines.append("  " + program.say(N_("Entraînement : rien n’est envoyé, rien n’est réel.")))
    if (program.settings.var / FILLED).exists():
        lines += ["", "  " + program.say(N_("Comptes de démonstration :"))]
        lines += [f"  {line}" for line in demo.logins(program)]
    lines += ["", "  " + program.say(N_("Ctrl-C pour tout arrêter.")), rule]
    click.echo("\n".join(lines))
