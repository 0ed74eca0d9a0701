"""`grc verify`: seal the journal, then prove that nothing was altered."""

import re
from typing import Any

import click

from grc.cli.base import Command, end
from grc.cli.output import json_option, print_json
from grc.cli.program import Program
from grc.core import verify as proof
from grc.core.db import end_read, transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.core.verify import Files, Journal

ALTERED = 1
_HEAD = re.compile(r"[0-9a-f]{64}")


@click.command(
    "verify",
    cls=Command,
    help=N_("""Vérifier que rien n'a été changé dans le journal ni dans les fichiers.

Scelle d'abord les lignes nouvelles, puis recalcule chaque ligne, chaque maillon de la chaîne
et l'empreinte de chaque fichier. Gardez ailleurs la tête de chaîne affichée : donnée plus
tard à --head, elle prouve que la fin du journal n'a pas été coupée. Code 1 à la moindre
altération.

\b
Exemples :
  grc verify
  grc verify --head 5f2c… --json"""),
)
@click.option("--head", metavar="HASH", help=N_("Tête de chaîne notée auparavant."))
@json_option
@click.pass_obj
def verify(program: Program, head: str | None, as_json: bool) -> None:
    """Seal, check, say."""
    with program.running():
        expected = _chain_head(head)
        seal_all()
        journal = proof.journal(expected)
        files = proof.files()
        end_read()
    is_ok = journal.is_whole and not files.broken
    if as_json:
        print_json({"ok": is_ok, **_as_json(program, journal, files)})
    else:
        _print(program, journal, files)
    if not is_ok:
        for sentence in _troubles(program, journal, files):
            click.echo(sentence, err=True)
        end(ALTERED)


def _chain_head(typed: str | None) -> str | None:
    """What was noted as a head. Raises InvalidInput when it cannot be one: nothing was cut."""
    if typed is None:
        return None
    head = typed.strip().lower()
    if not _HEAD.fullmatch(head):
        raise InvalidInput(
            N_("« %(head)s » n'est pas une tête de chaîne : attendu, 64 chiffres hexadécimaux."),
            head=typed,
        )
    return head


def seal_all() -> int:
    """Seal every row not yet sealed, a batch a transaction; returns how many."""
    total, after = 0, 0
    while True:
        with transaction():
            count, after = proof.seal(after)
        if not count:
            return total
        total += count


def _as_json(program: Program, journal: Journal, files: Files) -> dict[str, Any]:
    first = journal.first_broken
    return {
        "audit_rows": journal.audit_rows,
        "sealed": journal.sealed,
        "first_broken": first
        and {
            "position": first.position,
            "audit_id": first.audit_id,
            "sentence": program.say(first.why),
        },
        "triggers_missing": journal.triggers_missing,
        "blobs": files.blobs,
        "blobs_broken": files.broken,
        "head": journal.head,
        "head_found": journal.head_found,
    }


def _print(program: Program, journal: Journal, files: Files) -> None:
    text = N_("Journal : %(rows)s lignes, %(sealed)s scellées. Fichiers : %(blobs)s.")
    counts = {"rows": journal.audit_rows, "sealed": journal.sealed, "blobs": files.blobs}
    click.echo(program.say(text, **counts))
    click.echo(program.say(N_("Tête de chaîne : %(head)s"), head=journal.head))
    if journal.is_whole and not files.broken:
        click.echo(program.say(N_("Rien n'a été altéré.")))


def _troubles(program: Program, journal: Journal, files: Files) -> list[str]:
    found = []
    if (first := journal.first_broken) is not None:
        text = N_("Journal altéré, ligne %(id)s : %(why)s.")
        found.append(program.say(text, id=first.audit_id, why=program.say(first.why)))
    if journal.triggers_missing:
        names = ", ".join(journal.triggers_missing)
        found.append(program.say(N_("Protections absentes du journal : %(names)s."), names=names))
    if journal.head_found is False:
        found.append(program.say(N_("La tête donnée n'est plus dans la chaîne : fin coupée.")))
    for sha256 in files.broken[:20]:
        found.append(program.say(N_("Fichier absent ou altéré : %(sha256)s."), sha256=sha256))
    if len(files.broken) > 20:
        text = N_("… et %(count)s autres fichiers.")
        found.append(program.say(text, count=len(files.broken) - 20))
    return found
