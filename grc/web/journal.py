"""The journal, for auditors: filters, pages, a file."""

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import PARIS
from grc.core.db import transaction
from grc.core.events import Event
from grc.organisation.queries import snapshot as organisation
from grc.parsing import days
from grc.staff.policy import Permission
from grc.supervision import journal
from grc.supervision.journal import PAGE, Line, Wanted
from grc.supervision.words import machine
from grc.web import spreadsheet
from grc.web.filters import spoken
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.session import actor
from grc.web.typography import printed
from grc.web.words import _

bp = Blueprint("journal", __name__)


@bp.get("/audit")
@needs(Permission.AUDIT)
def page() -> ResponseReturnValue:
    """What was done, the latest first; `?fichier=1` as a file. Each look is an act too."""
    wanted = _wanted()
    if request.args.get("fichier") == "1":
        with transaction():
            found = journal.export(wanted, locale=locale(), actor=actor(), now=now())
        names = [_("Quand"), _("Qui"), _("Acte"), _("Ce qui a été fait"), _("Demande")]
        return spreadsheet.answer("journal.csv", names, map(_cells, found))
    with transaction():
        found = journal.page(wanted, below=_below(), locale=locale(), actor=actor(), now=now())
    return _drawn(wanted, found)


def _drawn(wanted: Wanted, found: list[Line]) -> str:
    kept = {name: value for name, value in request.args.items() if value and name != "avant"}
    older = url_for(".page", **kept, avant=found[PAGE - 1].id) if len(found) > PAGE else None  # type: ignore[arg-type]
    return render(
        "journal/page.html",
        current="journal.page",
        lines=[_shown(one) for one in found[:PAGE]],
        older_url=older,
        file_url=url_for(".page", **kept, fichier=1),  # type: ignore[arg-type]
        given=request.args,
        events=sorted((journal.label(one, locale()), one.code) for one in Event),
        units=sorted((unit.name, unit.code) for unit in organisation().units),
        wanted=wanted,
    )


def _shown(one: Line) -> Line:
    """The same in words: what acts by itself, dates inside sentences."""
    return one._replace(actor=machine(one.actor, locale()), told=printed(spoken(one.told)))


def _cells(one: Line) -> tuple[str, ...]:
    at = f"{one.at.astimezone(PARIS):%Y-%m-%d %H:%M:%S}"
    return (at, one.actor, one.event, one.told, one.case)


def _wanted() -> Wanted:
    given: dict[str, Any] = {name: value.strip()[:80] for name, value in request.args.items()}
    unit = organisation().find_unit(given.get("service", ""))
    event = given.get("acte", "")
    return Wanted(
        _day(given.get("du", "")),
        _day(given.get("au", "")),
        given.get("qui", ""),
        event if event in {one.code for one in Event} else "",
        unit.id if unit else None,
        given.get("demande", ""),
    )


def _day(typed: str) -> date | None:
    return days.day(typed, date.max) if typed else None


def _below() -> int | None:
    given = request.args.get("avant", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
