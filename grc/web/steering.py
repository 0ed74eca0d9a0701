"""The queues of the units a person steers: figures, each with the list behind it."""

from typing import Any

from flask import Blueprint, request

from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web import steered
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import charts
from grc.web.presenters import figures as presenter
from grc.web.presenters.lists import Choice
from grc.web.session import actor
from grc.web.words import _
from grc.work import figures

bp = Blueprint("steering", __name__)
STEER = Permission.STEER


@bp.get("/pilotage")
@needs(STEER)
def page() -> str:
    """The table by unit, territory or request type, and the two pictures."""
    scope, unit = steered.scope()
    by = request.args.get("par", "unit")
    by = by if by in presenter.BY else "unit"
    found = figures.table(scope, by, actor(), now())
    total, lines = figures.total(found.values()), presenter.lines(by, found, unit, now())
    shown, pages = _cut(lines, by=by, unit=unit)
    days = figures.flow(scope, actor(), now())
    return render(
        "steering/page.html",
        current="steering.page",
        page=_head(unit),
        tabs=[_tab(one, by, unit) for one in presenter.BY],
        heads=[presenter.label(figure) for figure in presenter.COLUMNS],
        by=presenter.by_label(by),
        total=presenter.line(_("Ensemble"), total, now(), {"unit": unit}),
        lines=shown if len(found) > 1 or by != "unit" else [],
        pages=pages,
        ages=presenter.ages(total, unit),
        ages_drawn=charts.bars([total.numbers[one] for one in figures.AGES]),
        days=presenter.days(days, unit),
        days_drawn=charts.pairs([(one.came, one.left) for one in days]),
        came=sum(one.came for one in days),
        left=sum(one.left for one in days),
    )


def _head(code: str | None) -> dict[str, Any]:
    unit = organisation().unit(code) if code else None
    return {
        "title": _("Pilotage"),
        "summary": unit.name if unit else _("Les services dont vous êtes responsable."),
        "all_url": steered.page_url() if unit else None,
    }


def _tab(one: str, by: str, unit: str | None) -> Choice:
    return Choice(presenter.by_label(one), steered.page_url(par=one, unit=unit), one == by)


def _cut(
    lines: list[presenter.Line], **named: Any
) -> tuple[list[presenter.Line], dict[str, str | None]]:
    """Twenty lines, and where the others are."""
    asked = request.args.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 4 else 1
    first = (max(number, 1) - 1) * presenter.LINES
    more = len(lines) > first + presenter.LINES
    by, unit = named["by"], named["unit"]
    newer = steered.page_url(par=by, unit=unit, page=number - 1) if first else None
    older = steered.page_url(par=by, unit=unit, page=number + 1) if more else None
    return lines[first : first + presenter.LINES], {"newer_url": newer, "older_url": older}
