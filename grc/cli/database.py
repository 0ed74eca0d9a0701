"""`grc db upgrade`: bring the database to the newest schema."""

from pathlib import Path

import click

from grc.cli.base import Command, Commands
from grc.cli.program import Program
from grc.core.i18n import N_

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@click.group("db", cls=Commands, help=N_("Base de données."))
def db() -> None:
    """The group."""


@db.command(
    "upgrade",
    cls=Command,
    help=N_("""Mettre la base au schéma de cette version.

Sans effet quand elle l'est déjà ; toute la mise à niveau se fait, ou rien.

\b
Exemple :
  grc db upgrade"""),
)
@click.pass_obj
def upgrade(program: Program) -> None:
    """Run the migrations that are missing."""
    program.settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    version = migrate(program.settings.database_url)
    click.echo(program.say(N_("La base est à niveau (version %(version)s)."), version=version))


def newest() -> str:
    """The schema version this program needs: migrations are named by their number."""
    files = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return max(file.name.partition("_")[0] for file in files)


def migrate(url: str) -> str:
    """Run the migrations on the database at `url`; returns the version reached."""
    from alembic import command  # heavy
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    return ScriptDirectory.from_config(config).get_current_head() or "0"
