"""`grc reconcile`: the proof that nothing received is lost."""

from datetime import date, datetime
from typing import Any

import click

from grc.cli.base import Command, end
from grc.cli.output import json_option, print_json
from grc.cli.program import Program
from grc.core.i18n import N_
from grc.intake.checks import LABELS
from grc.intake.queries import OUTCOMES
from grc.intake.reconcile import SourceReport, orphans
from grc.intake.reconcile import reconcile as compare

GAP = 1


@click.command(
    "reconcile",
    cls=Command,
    help=N_("""Comparer ce qui a été reçu et ce qui en a été fait, par canal et source.

Ce qu'une source a livré est compté au moment de l'enregistrer, à part du registre. L'écart
compte aussi tout élément dont la suite ne tient pas : sans demande, sans original, sans
étape, sans octets d'origine. Code 1 au moindre écart.

\b
Exemples :
  grc reconcile
  grc reconcile --since 2026-01-01 --json"""),
)
@click.option(
    "--since",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help=N_("À partir de ce jour d'enregistrement (AAAA-MM-JJ)."),
)
@json_option
@click.pass_obj
def reconcile(program: Program, since: datetime | None, as_json: bool) -> None:
    """Compare and say."""
    with program.running():
        reports = compare(since.date() if since else None)
        left = orphans()
    is_ok = not any(report.gap for report in reports)
    if as_json:
        print_json({"ok": is_ok, "sources": list(map(_as_json, reports)), "orphans": left})
    else:
        _print(program, reports, since.date() if since else None)
    if not is_ok:
        click.echo(program.say(N_("Écart : des éléments reçus ne sont pas rangés.")), err=True)
        end(GAP)


def _as_json(report: SourceReport) -> dict[str, Any]:
    return {
        "channel": report.channel,
        "source": report.source,
        "received": report.received,
        **{name: report.outcomes[name] for name in OUTCOMES},
        "parts": dict(report.parts),
        "gap": report.gap,
        "problems": [
            {"check": check, "count": count, "items": report.examples[check]}
            for check, count in report.broken.items()
        ],
    }


def _print(program: Program, reports: list[SourceReport], since: date | None) -> None:
    if since is not None:
        click.echo(program.say(N_("Depuis le %(since)s"), since=since.isoformat()))
    for report in reports:
        counts = ", ".join(
            program.say(N_("%(what)s : %(count)s"), what=program.say(label), count=count)
            for name, label in OUTCOMES.items()
            if (count := report.outcomes[name])
        )
        text = N_("%(channel)s/%(source)s : %(received)s reçus, écart %(gap)s (%(counts)s)")
        click.echo(
            program.say(
                text,
                channel=report.channel,
                source=report.source,
                received=report.received,
                gap=report.gap,
                counts=counts,
            )
        )
        for check, count in report.broken.items():
            named = ", ".join(report.examples[check])
            text, what = N_("  %(count)s %(what)s : %(items)s"), program.say(LABELS[check])
            click.echo(program.say(text, count=count, what=what, items=named))
    if not reports:
        click.echo(program.say(N_("Rien n'a encore été reçu.")))
