"""`grc fetch`: take up what waits in the mailboxes, or the folders of scans, of a channel."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from grc.channels import registry
from grc.channels.source import FileFolder
from grc.cli.base import Command, end
from grc.cli.errors import TRY_AGAIN, USAGE
from grc.cli.output import Progress, interruptible, json_option, print_json
from grc.cli.program import Program
from grc.core.db import end_read
from grc.core.errors import InvalidInput, Unavailable
from grc.core.i18n import N_
from grc.intake import whereabouts
from grc.jobs.fetching import Mailbox, Visit, mailboxes
from grc.jobs.watching import Watch, visit_all

EVERY: Final = 60
HELP = N_("""Relever les boîtes aux lettres que le fichier d'organisation dit de relever.

Chaque message est enregistré tel quel ; seulement alors il est marqué dans sa boîte, ou
déplacé. Un dossier de numérisation se relève de même : un fichier complet est enregistré,
puis rangé dans « done », ou dans « refused » quand il est à examiner.

La relève peut être interrompue et relancée à tout moment : rien n'est perdu, rien n'est
doublé. Une boîte qui ne répond pas n'arrête pas les autres.

Codes de sortie : 0 tout est relevé ; 75 une boîte au moins est à relever de nouveau ; 64 un
réglage est à corriger.

\b
Exemples :
  grc fetch email
  grc fetch email --source contact --source apa --json
  grc fetch email --watch
  grc fetch post --folder /srv/numerisation --watch""")


@click.command("fetch", cls=Command, help=HELP)
@click.argument("channel")
@click.option(
    "--source", "sources", multiple=True, metavar="NAME",
    help=N_("Cette boîte seulement ; peut être répétée."),
)  # fmt: skip
@click.option(
    "--folder", metavar="PATH", type=click.Path(path_type=Path),
    help=N_("Relever ce dossier, au lieu de ceux du fichier d'organisation."),
)  # fmt: skip
@click.option("--once", is_flag=True, help=N_("Une seule relève (par défaut)."))
@click.option("--watch", is_flag=True, help=N_("Rester et relever ce qui arrive, jusqu'à SIGTERM."))
@click.option(
    "--every", type=click.IntRange(1, 3600), default=EVERY, metavar="SECONDS",
    help=N_("Avec --watch, temps le plus long entre deux relèves (60 par défaut)."),
)  # fmt: skip
@json_option
@click.option("--no-progress", is_flag=True, help=N_("Pas de ligne de progression."))
@click.pass_obj
def fetch(
    program: Program,
    channel: str,
    sources: tuple[str, ...],
    folder: Path | None,
    once: bool,
    watch: bool,
    every: int,
    as_json: bool,
    no_progress: bool,
) -> None:
    """Visit, or stay; then say what was done."""
    if once and watch:
        raise InvalidInput(N_("Choisissez : --once ou --watch."))
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s", level=logging.CRITICAL)
    registry.demand(channel, program.settings.channels)
    began, line = time.monotonic(), Progress(is_shown=not no_progress)
    with program.running(nudges=True) as app, interruptible() as stopping:
        boxes = _demand_folder(channel, sources, folder) or _demand_mailboxes(channel, sources)
        if watch:
            staying = Watch(app, every, lambda visit: _tell(program, visit))
            visits = staying.stay(
                lambda: boxes if folder else mailboxes(channel, sources), stopping
            )
        else:
            visits = visit_all(app, boxes, stopping, lambda so_far: line(_far(program, so_far)))
        line.clear()
    _show(program, visits, time.monotonic() - began, as_json=as_json)
    if watch:
        return
    for visit in visits:
        if visit.error:
            _tell(program, visit)
    _end(visits, interrupted=stopping())


def _demand_folder(channel: str, sources: Sequence[str], folder: Path | None) -> list[Mailbox]:
    """The folder that was typed, under the one source it is for. Raises InvalidInput."""
    if folder is None:
        return []
    if len(sources) > 1:
        raise InvalidInput(N_("Avec --folder, une seule --source."), field="source")
    source = sources[0] if sources else whereabouts.FILES
    declared = whereabouts.is_declared(channel, source)
    end_read()
    if not declared:
        text = N_("La source « %(source)s » n'est pas déclarée dans le fichier d'organisation.")
        raise InvalidInput(text, field="source", source=source)
    return [Mailbox(channel, source, FileFolder(str(folder.absolute())))]


def _demand_mailboxes(channel: str, sources: Sequence[str]) -> list[Mailbox]:
    """The mailboxes to visit. Raises InvalidInput when there is none, or a name is wrong."""
    known = [box.source for box in mailboxes(channel)]
    for name in sources:
        if name not in known:
            raise InvalidInput(
                N_("La boîte « %(source)s » n'est pas relevée ; celles qui le sont : %(known)s."),
                field="source",
                source=name,
                known=", ".join(known) or "–",
            )
    if not known:
        text = N_("Aucune boîte du canal « %(channel)s » n'est à relever : ajoutez "
                  "[mailboxes.fetch] au fichier d'organisation.")  # fmt: skip
        raise InvalidInput(text, channel=channel)
    return mailboxes(channel, sources)


def _far(program: Program, visits: Sequence[Visit]) -> str:
    return program.say(N_("%(number)s enregistrés"), number=sum(v.stored for v in visits))


def _tell(program: Program, visit: Visit) -> None:
    """One sentence on standard error about one mailbox."""
    works = N_("%(source)s : la relève fonctionne de nouveau")
    fails = N_("%(source)s : %(why)s")
    text = program.say(fails if visit.error else works, source=visit.source, why=visit.error)
    click.echo(text, err=True)


def _show(program: Program, visits: Sequence[Visit], seconds: float, *, as_json: bool) -> None:
    if as_json:
        shown = [visit.as_json(program.say) for visit in visits]
        print_json({"sources": shown, "seconds": round(seconds, 3)})
        return
    text = N_("%(source)s : %(seen)s dans la boîte, %(stored)s nouveaux, %(already_known)s déjà "
              "connus, %(left)s restants")  # fmt: skip
    for visit in visits:
        click.echo(program.say(text, **vars(visit)))


def _end(visits: Sequence[Visit], *, interrupted: bool) -> None:
    """The worst news decides: a setting to correct, then anything that is to be tried again."""
    if any(visit.lasting for visit in visits):
        end(USAGE)
    if interrupted:
        raise Unavailable(N_("Interrompu : rien n'est perdu, relancez la même commande."))
    if any(visit.error or visit.left for visit in visits):
        end(TRY_AGAIN)
