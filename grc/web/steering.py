"""The queues of the units a person steers: figures, each with the list behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.organisation.queries import UnitView
from grc.organisation.queries import snapshot as organisation
from grc.staff import absences
from grc.staff.policy import Permission
from grc.staff.queries import colleagues, names
from grc.supervision.standing import reading as standing
from grc.web import steered
from grc.web.frame import bare, render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import charts
from grc.web.presenters import figures as presenter
from grc.web.presenters.lists import Choice
from grc.web.presenters.things import Act
from grc.web.session import actor
from grc.web.words import _
from grc.work import figures
from grc.work.figures import Counted, Figure, Scope

bp = Blueprint("steering", __name__)
STEER = Permission.STEER


@bp.get("/pilotage")
@needs(STEER)
def page() -> str:
    """The table by unit, territory or request type, and the two pictures."""
    scope, unit = steered.scope()
    by = request.args.get("par", "unit")
    by = by if by in presenter.BY else "unit"
    shown = standing.read(scope, by, actor(), now())
    found, days = shown.lines, shown.days
    total, lines = figures.total(found.values()), presenter.lines(by, found, unit, now())
    cut, pages = _cut(lines, by=by, unit=unit)
    return render(
        "steering/page.html",
        current="steering.page",
        page=_head(unit),
        tabs=[_tab(one, by, unit) for one in presenter.BY],
        heads=[presenter.label(figure) for figure in presenter.COLUMNS],
        groups=presenter.groups(),
        by=presenter.by_label(by),
        total=presenter.line(_("Ensemble"), total, now(), {"unit": unit}),
        lines=cut if len(found) > 1 or by != "unit" else [],
        pages=pages,
        acts=[*_team_act(unit), *_acts(unit)],
        ages=presenter.ages(total, unit),
        ages_drawn=charts.bars([total.numbers[one] for one in figures.AGES]),
        days=presenter.days(days, unit),
        days_drawn=charts.pairs([(one.came, one.left) for one in days]),
        came=sum(one.came for one in days),
        left=sum(one.left for one in days),
    )


@bp.get("/pilotage/equipe")
@needs(STEER)
def team() -> str:
    """Who has what in one unit: for its own supervisor alone, by name, to be compared with
    nothing and taken nowhere."""
    known, direct = organisation(), steered.direct()
    own = sorted((known.unit_by_id(one) for one in direct), key=lambda unit: unit.name)
    held = standing.lines(Scope(frozenset(direct)), "unit", actor(), now()) if direct else {}
    code = request.args.get("s") or _busiest(own, held)
    chosen = next((unit for unit in own if unit.code == code), None)
    if chosen is None:
        raise NotFound(N_("Cette page n'existe pas, ou vous n'y avez pas accès."))
    found = figures.team(chosen.id, actor(), now())
    return render(
        "steering/team.html",
        current="steering.page",
        page={"title": _("Équipe"), "summary": chosen.name},
        tabs=[_own(unit, unit is chosen, held) for unit in own] if len(own) > 1 else [],
        heads=[presenter.label(figure) for figure in presenter.TEAM],
        lines=_people(chosen, found),
        free=presenter.free(held.get(chosen.id), chosen.code),
        acts=_acts(chosen.code),
    )


def _busiest(own: Sequence[UnitView], held: Mapping[int, Counted]) -> str:
    """The code of the unit to begin with: where most is open, else the first by name."""
    return max(own, key=lambda unit: _open(unit, held)).code if own else ""


def _open(unit: UnitView, held: Mapping[int, Counted]) -> int:
    return held[unit.id].numbers[Figure.OPEN] if unit.id in held else 0


def _own(unit: UnitView, is_chosen: bool, held: Mapping[int, Counted]) -> Choice:
    count = str(_open(unit, held) or "")
    return Choice(unit.short_name, url_for(".team", s=unit.code), is_chosen, count)


def _people(unit: UnitView, found: Mapping[Any, Counted]) -> list[dict[str, Any]]:
    """A line for each person of the unit, and for who has left it with cases, by name."""
    people = dict(colleagues({unit.id}))
    people |= names({number for number in found if number and number not in people})
    away = absences.away(list(people), paris_date(now()))
    ordered = sorted(people.items(), key=lambda one: one[1].casefold())
    return [
        {
            "line": presenter.of_agent(name, number, found.get(number), unit.code, now()),
            "away_until": away.get(number),
        }
        for number, name in ordered
    ]


@bp.get("/pilotage/mur")
@needs(STEER)
def wall() -> str:
    """Big figures of one unit, for a screen on the wall: nobody's name."""
    unit = _walled()
    return bare(
        "steering/wall.html",
        unit=unit,
        figures=presenter.on_wall(figures.on_wall(unit.id, now()), now()),
        poll_url=url_for(".wall_news", s=unit.code),
        back_url=steered.page_url(unit=unit.code),
    )


@bp.get("/pilotage/mur/chiffres")
@needs(STEER)
def wall_news() -> ResponseReturnValue:
    """The same figures; 304 when none has changed. The screen shows that somebody is there:
    it stays signed in for its eight hours."""
    shown = presenter.on_wall(figures.on_wall(_walled().id, now()), now())
    response = jsonify(count=0, counts={one.name: one.value for one in shown})
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _walled() -> UnitView:
    """The unit of the address, else the first she steers."""
    scope, code = steered.scope()
    known = organisation()
    units = sorted((known.unit_by_id(one) for one in scope.units), key=lambda unit: unit.name)
    return known.unit(code) if code else units[0]


def _acts(code: str | None) -> list[Act]:
    """What is one link away."""
    return [Act(_("Écran mural"), url_for(".wall", s=code), icon="screen")] if code else []


def _team_act(unit: str | None) -> list[Act]:
    direct = steered.direct()
    is_hers = unit is None or organisation().unit(unit).id in direct
    if not (direct and is_hers):
        return []
    return [Act(_("Équipe"), url_for(".team", s=unit), icon="user")]


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
