"""`grc organisation load`: check everything, then make the database say what the files say."""

from pathlib import Path
from typing import Any

import click

from grc.channels import registry
from grc.cli.base import Command, Commands
from grc.cli.output import json_option, print_json
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.core.toml_source import InvalidFile
from grc.routing.folder import Configuration, read_folder

FILES = ("organisation.toml", "catalogue.toml", "routing.toml")

PARTS = {
    "organisation": N_("Organisation"),
    "catalogue": N_("Catalogue"),
    "routing": N_("Règles d'affectation"),
    "canned": N_("Réponses types"),
}
FORCE = N_("Défaire aussi ce qui a été écrit à l'écran.")
COUNTS = N_(
    "%(part)s : %(created)s créés, %(updated)s modifiés, %(unchanged)s inchangés,"
    " %(retired)s retirés."
)


@click.group(
    "organisation",
    cls=Commands,
    help=N_("Services, territoires, boîtes, catalogue et règles d'affectation."),
)
def organisation() -> None:
    """The group."""


@organisation.command(
    "load",
    cls=Command,
    help=N_("""Charger l'organisation, le catalogue et les règles.

PATH : un dossier qui contient organisation.toml, catalogue.toml et routing.toml, ou le
chemin du premier ; les réponses types, s'il y en a, sont dans replies/*.toml. Tout est
vérifié avant d'écrire ; chaque erreur dit son fichier, sa ligne et son champ (code 65).
Charger deux fois la même chose ne change rien.

\b
Exemples :
  grc organisation load /etc/grc/organisation.toml
  grc organisation load demo/ --dry-run"""),
)
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=N_("Vérifier seulement."))
@click.option("--force", is_flag=True, help=FORCE)
@json_option
@click.pass_obj
def load(program: Program, path: Path, dry_run: bool, force: bool, as_json: bool) -> None:
    """Validate, then load in one transaction."""
    try:
        files = read(path)
    except InvalidFile as error:
        if as_json:
            print_json({"ok": False, "problems": problems(error, program.locale)})
        raise
    done: dict[str, Any] = {}
    if not dry_run:
        with program.running(nudges=True):
            done = load_all(files, force=force)
    if as_json:
        print_json({"ok": True, **done})
        return
    if dry_run:
        click.echo(program.say(N_("Les fichiers sont justes ; rien n'a été écrit.")))
    for name, counts in done.items():
        click.echo(program.say(COUNTS, part=program.say(PARTS[name]), **counts))


def read(path: Path) -> Configuration:
    """The three files, checked together. Raises InvalidFile, NotFound."""
    folder = path if path.is_dir() else path.parent
    for needed in (path, *(folder / name for name in FILES)):
        if not needed.exists():
            raise NotFound(N_("Le fichier %(path)s n'existe pas."), path=needed)
    today = clock.paris_date(clock.now())
    return read_folder(folder, channels=tuple(registry.names()), today=today)


def load_all(files: Configuration, *, force: bool = False) -> dict[str, Any]:
    """Load everything or nothing; returns the counts of each part. What was written on a screen
    is taken back only with `force`."""
    from grc.catalogue.service import load as load_catalogue
    from grc.catalogue.service import load_canned
    from grc.organisation.service import load as load_organisation
    from grc.routing.loading import load_rules
    from grc.supervision import of_a_file, of_a_unit

    actor, now = operator(), clock.now()
    with transaction():
        of_a_unit.demand_same_departments(files.organisation.units)
        closed = of_a_file.closed_by(files.organisation)
        reports = {
            "organisation": load_organisation(
                files.organisation, actor=actor, now=now, force=force
            ),
            "catalogue": load_catalogue(files.request_types, actor=actor, now=now, force=force),
            "routing": load_rules(files.rules, actor=actor, now=now),
            "canned": load_canned(files.canned, actor=actor, now=now, force=force),
        }
        of_a_file.leave(closed, now)
    return {name: report.counts() for name, report in reports.items()}


def problems(error: InvalidFile, locale: str) -> list[dict[str, Any]]:
    """Every mistake of a file, for scripts."""
    return [
        {"file": p.file, "line": p.line, "field": p.field, "sentence": p.say(locale)}
        for p in error.problems
    ]
