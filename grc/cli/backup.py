"""`grc backup` and `grc restore`: one file that holds everything, and the way back."""

from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

from grc.cli.base import Command, end
from grc.cli.database import migrate, newest
from grc.cli.output import json_option, print_json
from grc.cli.program import Program
from grc.cli.verify import ALTERED, seal_all
from grc.core import clock, verify
from grc.core.db import db as database
from grc.core.db import end_read
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.supervision.backup.dumping import dump
from grc.supervision.backup.manifest import Manifest
from grc.supervision.backup.restoring import restore as put_back

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    "backup",
    cls=Command,
    help=N_("""Sauvegarder la base et les fichiers dans FILE, pendant que le programme tourne.

FILE n'apparaît que complet. Il se restaure sur SQLite comme sur PostgreSQL. Il contient toutes
les données : gardez-le comme elles. Les clés des réglages n'y sont pas, gardez-les à part.

\b
Exemple :
  grc backup /var/backups/grc/2026-01-12.backup"""),
)
@click.argument("file", type=FILE)
@json_option
@click.pass_obj
def backup(program: Program, file: Path, as_json: bool) -> None:
    """Seal, take a snapshot, write it."""
    with program.running():
        _seal_if_possible()
        manifest = dump(file, newest(), clock.now())
    if as_json:
        print_json({**_counts(manifest), "bytes": file.stat().st_size})
    else:
        text = N_("%(path)s : %(rows)s lignes, %(blobs)s fichiers, %(size)s Mo.")
        size = -(-file.stat().st_size // 1_000_000)
        click.echo(program.say(text, path=file, size=size, **_counts(manifest)))
        click.echo(program.say(N_("Tête de chaîne : %(head)s"), head=manifest.head))
    if manifest.damaged:
        text = N_("%(count)s fichiers manquent ou sont altérés : lancez « grc verify ».")
        click.echo(program.say(text, count=len(manifest.damaged)), err=True)


@click.command(
    "restore",
    cls=Command,
    help=N_("""Restaurer une sauvegarde dans un endroit vide : base sans données, aucun fichier.

Tout est vérifié avant d'écrire ; tout est restauré, ou rien. Rien d'ancien n'est envoyé : les
messages qui attendaient de partir sont signalés à leur service, qui décide. Avec
--send-pending, ils partent.

\b
Exemple :
  GRC_VAR=/var/lib/grc-neuf grc restore 2026-01-12.backup"""),
)
@click.argument("file", type=FILE)
@click.option("--send-pending", is_flag=True, help=N_("Envoyer ce qui attendait de partir."))
@json_option
@click.pass_obj
def restore(program: Program, file: Path, send_pending: bool, as_json: bool) -> None:
    """Check the archive, fill the empty place, prove that it is equal."""
    if not file.is_file():
        raise NotFound(N_("Le fichier %(path)s n'existe pas."), path=file)
    program.settings.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    with program.running():
        if not _has_schema():
            migrate(program.settings.database_url)
        restored = put_back(file, newest(), send_pending=send_pending)
        journal = verify.journal()
        end_read()
    if as_json:
        found = {"held": restored.held, "verified": journal.is_whole}
        print_json({**_counts(restored.manifest), **found})
    else:
        _say_restored(program, restored.manifest, restored.held)
    if not journal.is_whole:
        click.echo(program.say(N_("Le journal sauvegardé est altéré : « grc verify ».")), err=True)
        end(ALTERED)


def _say_restored(program: Program, manifest: Manifest, held: int) -> None:
    text = N_("Restauré : %(rows)s lignes, %(blobs)s fichiers.")
    click.echo(program.say(text, **_counts(manifest)))
    click.echo(program.say(N_("Tête de chaîne : %(head)s"), head=manifest.head))
    if held:
        text = N_("%(count)s envois retenus : chaque service concerné recevra une tâche.")
        click.echo(program.say(text, count=held))


def _counts(manifest: Manifest) -> dict[str, object]:
    rows = sum(manifest.rows.values())
    return {
        "rows": rows,
        "blobs": manifest.blobs,
        "damaged": len(manifest.damaged),
        "audit_rows": manifest.rows["audit"],
        "sealed": manifest.sealed,
        "head": manifest.head,
    }


def _seal_if_possible() -> None:
    """So that the chain covers the whole journal; a full disk must not prevent a backup."""
    try:
        seal_all()
    except OperationalError:
        end_read()


def _has_schema() -> bool:
    from sqlalchemy import inspect

    return inspect(database.engine).has_table("alembic_version")
