"""Statistics: by period, channel, site, territory, canton, nature or unit; as a page or a file."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.settings import settings
from grc.coverage.queries import coverage
from grc.organisation.queries import UnitView
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.supervision.statistics.folding import counted_at
from grc.supervision.statistics.measures import DEFINITIONS
from grc.supervision.statistics.periods import GRAINS, Days, Grain, fitting
from grc.supervision.statistics.publishing import Line, lines
from grc.supervision.statistics.queries import (
    BY,
    By,
    Question,
    answers_for_all,
    figures,
    supervised,
)
from grc.web import spreadsheet
from grc.web.addresses import day
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import charts
from grc.web.presenters import statistics as presenter
from grc.web.presenters.lists import Choice, Option
from grc.web.session import actor
from grc.web.words import _

bp = Blueprint("statistics", __name__)
STATISTICS = Permission.STATISTICS
SHOWN = 40  # lines of a page, which sixty made 67 kB; a file has all of them
COMPARED = 92  # days: coverage is added up from days, each time
_WIDTH, _LEAST, _BAR = 792, 36, 24  # of a picture: in all, for a pair of bars, a bar at most


@dataclass(frozen=True)
class Asked:
    """What the address asks for, put right: an address never fails."""

    days: Days
    by: By
    grain: Grain
    unit: UnitView | None
    is_outside: bool

    def url(self, endpoint: str = ".page", **other: Any) -> str:
        """The address of the same figures with something else asked for."""
        told = {
            "du": self.days.first.isoformat(),
            "au": self.days.last.isoformat(),
            "par": self.by.value,
            "pas": self.grain.value,
            "service": self.unit.code if self.unit else None,
            "publie": "1" if self.is_outside else None,
        }
        return url_for(endpoint, **told | other)


@bp.get("/statistiques")
@needs(STATISTICS)
def page() -> str:
    """The figures of the days asked for, else of this year."""
    asked = _asked()
    told, whole = _told(asked)
    shown = _shown(asked, len(told))
    here = told[shown.start : shown.stop]
    names = presenter.names(asked.by, asked.grain, here)
    titles = presenter.heads()
    drawn = told[-presenter.LATEST :] if asked.by is By.PERIOD else told[: presenter.LATEST]
    is_numbered = asked.by is not By.PERIOD and len(drawn) > 1
    step = max(_LEAST, _WIDTH / max(len(drawn), 1))
    wide = min(_BAR, step * 0.4)
    return render(
        "statistics/page.html",
        current="statistics.page",
        page=_head(asked),
        tabs=[_tab(asked, by) for by in BY],
        quick=[_quick(asked, *one) for one in presenter.shortcuts(paris_date(now()))],
        outside=_outside(asked),
        grains=_options(GRAINS, asked.grain),
        units=_units(asked),
        tiles=presenter.tiles(whole),
        heads=[titles[code] for code, _kind in presenter.COLUMNS],
        rows=[presenter.row(*pair, titles) for pair in zip(here, names, strict=True)],
        first=shown.start,
        pages=_pages(asked, shown, len(told)),
        total=presenter.row(whole, _("Ensemble"), titles),
        drawn=charts.pairs(presenter.pairs(drawn), step=step, width=wide),
        hidden=presenter.hidden(drawn),
        marks=presenter.marks(asked.by, asked.grain, drawn),
        step=step,
        wide=wide,
        numbered=presenter.LATEST if is_numbered else 0,
        ways=_ways(asked),
        definitions=[(_(title), _(words)) for title, words in DEFINITIONS],
    )


@bp.get("/statistiques/fichier")
@needs(STATISTICS)
def file() -> ResponseReturnValue:
    """The same table as a file for a spreadsheet, all its lines."""
    asked = _asked()
    told, whole = _told(asked)
    names = presenter.names(asked.by, asked.grain, told)
    rows = [*zip(names, told, strict=True), (_("Ensemble"), whole)]
    titles, cells = presenter.file(rows, _(BY[asked.by]))
    is_workbook = request.args.get("format") == "xlsx"
    make = spreadsheet.workbook if is_workbook else spreadsheet.answer
    ending = "xlsx" if is_workbook else "csv"
    name = f"statistiques-{asked.by}-{asked.days.first}-{asked.days.last}.{ending}"
    return make(name, titles, cells)


def _told(asked: Asked) -> tuple[list[Line], Line]:
    """The lines in the order people look for them: time goes on, else most contacts first."""
    units = frozenset({asked.unit.id}) if asked.unit else _scope()
    question = Question(asked.days, asked.by, asked.grain, units, asked.is_outside)
    found = figures(question, actor(), now())
    rows = dict(found.rows)
    if asked.by is not By.PERIOD:
        ordered = sorted(rows.items(), key=lambda one: (-one[1].counts["contact"], str(one[0])))
        rows = dict(ordered)
    return lines(rows, settings().small_numbers if asked.is_outside else None)


def _shown(asked: Asked, count: int) -> range:
    """The lines of this page: those asked for, else the latest of a time, the first of others."""
    latest = max(count - SHOWN, 0) if asked.by is By.PERIOD else 0
    given = request.args.get("ligne", "")
    first = int(given) - 1 if given.isdecimal() and len(given) < 5 else latest
    first = first if 0 <= first < count else latest
    return range(first, min(first + SHOWN, count))


def _pages(asked: Asked, shown: range, count: int) -> dict[str, str | None]:
    """The ways to the lines before and after; none where all are shown."""
    before = asked.url(ligne=max(shown.start - SHOWN, 0) + 1) if shown.start else None
    after = asked.url(ligne=shown.stop + 1) if shown.stop < count else None
    words = {"first": shown.start + 1, "last": shown.stop, "count": count}
    return {
        "newer_url": before,
        "older_url": after,
        "words": _("lignes %(first)s à %(last)s sur %(count)s", **words),
    }


def _scope() -> frozenset[int] | None:
    return None if answers_for_all(actor()) else supervised(actor())


def _asked() -> Asked:
    today = paris_date(now())
    first = day(request.args.get("du"), today) or today.replace(month=1, day=1)
    last = min(day(request.args.get("au"), today) or today, today)
    days = Days(min(first, last), last)
    by = _one_of(By, "par", By.PERIOD)
    grain = fitting(days, _one_of(Grain, "pas", Grain.MONTH))
    return Asked(days, by, grain, _unit(), request.args.get("publie") == "1")


def _one_of(kind: Any, name: str, usual: Any) -> Any:
    asked = request.args.get(name)
    return kind(asked) if asked in set(kind) else usual


def _unit() -> UnitView | None:
    found = organisation().units_by_code.get(request.args.get("service", ""))
    return found if found is not None and found.id in supervised(actor()) else None


def _head(asked: Asked) -> dict[str, Any]:
    all_ = answers_for_all(actor())
    scope = _("tout le département") if all_ else _("vos services")
    return {
        "title": _("Statistiques"),
        "scope": asked.unit.name if asked.unit else scope,
        "days": presenter.span(asked.days),
        "counted_at": counted_at(),
        "by": _(BY[asked.by]),
        "asked": asked,
        "file_url": asked.url(".file"),
        "workbook_url": asked.url(".file", format="xlsx"),
        "few": settings().small_numbers,
        "year_url": url_for("key_figures.page", number=asked.days.last.year) if all_ else None,
    }


def _ways(asked: Asked) -> list[dict[str, str]]:
    """Coverage of some days, which channels count for all units together."""
    if asked.by is not By.CHANNEL or asked.unit or asked.days.length > COMPARED:
        return []
    return [presenter.way(one) for one in coverage((asked.days.first, asked.days.last))]


def _tab(asked: Asked, by: By) -> Choice:
    return Choice(_(BY[by]), asked.url(par=by.value), by is asked.by)


def _quick(asked: Asked, label: str, days: Days, grain: Grain) -> Choice:
    told = {"du": days.first.isoformat(), "au": days.last.isoformat(), "pas": grain.value}
    return Choice(label, asked.url(**told), days == asked.days)


def _outside(asked: Asked) -> Choice:
    other = None if asked.is_outside else "1"
    return Choice(_("Pour publication"), asked.url(publie=other), asked.is_outside)


def _options(choices: Any, chosen: Any) -> list[Option]:
    return [Option(one.value, _(label), one is chosen) for one, label in choices.items()]


def _units(asked: Asked) -> list[Option]:
    mine = [unit for unit in organisation().units if unit.id in supervised(actor())]
    every = [Option("", _("Tous"), asked.unit is None)]
    return every + [Option(one.code, one.name, one == asked.unit) for one in mine]
