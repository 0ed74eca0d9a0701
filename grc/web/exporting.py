"""A list as a file: made at once when it is short, collected by the workers when it is long."""

from collections.abc import Iterable, Sequence
from typing import Any

from babel.numbers import format_decimal
from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.finding import exports, question
from grc.finding.models import Export
from grc.finding.question import Question
from grc.finding.views import question as question_of
from grc.finding.vocabulary import Installation
from grc.staff.policy import Level, Permission
from grc.web import once, spreadsheet
from grc.web.cases.access import note
from grc.web.forms.search import File
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.presenters import export as lines
from grc.web.presenters import search as presenter
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("exporting", __name__, url_prefix="/fichiers")
READ = Permission.CASE_READ


def asked() -> Question:
    """The question of the address."""
    return question.read(request.args.get("q", ""), request.args, Installation())


@bp.route("/nouveau", methods=("GET", "POST"))
@needs(READ)
def new() -> ResponseReturnValue:
    """Choose a format; the file at once, or the page that says how far it is."""
    form, wanted = File(), asked()
    form.prepare()
    if wanted.is_empty or wanted.unknown:
        raise InvalidInput(N_("Une liste a besoin de mots ou d'un filtre."))
    if request.method != "POST" or not form.validate():
        return _page(form, wanted), 422 if request.method == "POST" else 200
    cases = exports.short(wanted, actor(), now())
    if cases is None:
        return _ask(wanted, form.format.data)
    return _taken([cases], form.format.data, presenter.said(wanted))


def _page(form: File, wanted: Question) -> str:
    return render(
        "search/export.html",
        form=form,
        said=presenter.said(wanted),
        url=request.full_path.rstrip("?"),
        back_url=presenter.url(wanted),
        limits=[
            format_decimal(rows, locale=locale())
            for rows in (exports.AT_ONCE, settings().export_rows)
        ],
    )


def _ask(wanted: Question, form: str) -> ResponseReturnValue:
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            key, said = once.key(), presenter.said(wanted)
            exports.ask(wanted, form, said, key=key, actor=actor(), now=now())
            where = url_for(".progress", key=key)
            once.settle(where)
    return redirect(where, 303)


@bp.get("")
@needs(READ)
def mine() -> str:
    """What this person asked for and may still fetch."""
    found = [_told(one) for one in exports.mine(actor(), now())]
    return render("search/exports.html", exports=found)


@bp.get("/<uuid:key>")
@needs(READ)
def progress(key: Any) -> ResponseReturnValue:
    """How far it is; the page reloads itself until it is over."""
    export = exports.export_of(actor(), str(key))
    page = render(
        "search/progress.html",
        export=_told(export),
        limit=settings().export_rows,
        back_url=presenter.url(question_of(export)),
    )
    is_over = export.state != exports.RUNNING
    return page if is_over else (page, {"Refresh": "2"})


def _told(export: Export) -> dict[str, Any]:
    return {
        "said": presenter.said(question_of(export)),
        "state": export.state,
        "found": export.found,
        "format": export.format,
        "at": export.at,
        "until": export.at + exports.KEPT,
        "url": url_for(".progress", key=export.key),
        "fetch_url": url_for(".fetch", key=export.key),
    }


@bp.post("/<uuid:key>")
@needs(READ)
def fetch(key: Any) -> ResponseReturnValue:
    """The file, of what may still be read."""
    export = exports.export_of(actor(), str(key))
    if export.state != exports.READY:
        return redirect(url_for(".progress", key=key), 303)
    parts = exports.cases_of(export, actor(), now())
    return _taken(parts, export.format, presenter.said(question_of(export)))


def _taken(parts: Iterable[Sequence[Case]], form: str, said: str) -> Response:
    """Write down that it leaves, then give it."""
    rows: list[list[spreadsheet.Value]] = []
    levels: dict[int, str] = {}
    for cases in parts:
        rows += lines.lines(cases)
        levels |= {case.id: case.level for case in cases}
    with transaction():
        exports.taken(len(levels), form, said, actor=actor(), now=now())
    note({one: "export" for one, level in levels.items() if level != Level.NORMAL})
    make = spreadsheet.workbook if form == "xlsx" else spreadsheet.answer
    name = f"{_('demandes')}-{paris_date(now()):%Y-%m-%d}.{form}"
    return make(name, lines.titles(), rows)
