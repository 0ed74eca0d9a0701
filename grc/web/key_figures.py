"""The key figures of a year: shown, closed, printed. Of the whole département, for who answers
for all of it."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.jobs.keeper import catch_up
from grc.staff.policy import Permission
from grc.supervision.statistics import document, year
from grc.supervision.statistics.queries import answers_for_all
from grc.supervision.statistics.year import Edition
from grc.web import once
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.headers import OURS, POLICY
from grc.web.present import now
from grc.web.presenters import year as presenter
from grc.web.presenters.lists import Choice
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("key_figures", __name__)
STATISTICS = Permission.STATISTICS


@bp.get("/statistiques/annee/<int:number>")
@needs(STATISTICS)
def page(number: int) -> str:
    """The edition asked for, else the last one that was kept, else the figures of now."""
    kept = _editions(number)
    shown = _edition(number, kept)
    this_year = paris_date(now()).year
    return render(
        "statistics/year.html",
        current="key_figures.page",
        report=presenter.report(shown),
        year=number,
        edition=shown.number,
        tabs=_tabs(number, kept, shown),
        before_url=url_for(".page", number=number - 1) if number > year.FIRST else None,
        after_url=url_for(".page", number=number + 1) if number < this_year else None,
        pdf_url=url_for(".pdf", number=number, edition=shown.number),
    )


@bp.get("/statistiques/annee/<int:number>/pdf")
@needs(STATISTICS)
def pdf(number: int) -> Response:
    """The same on paper, to be published: without the small numbers."""
    shown = _edition(number, _editions(number))
    few = settings().small_numbers
    told = Edition(number, shown.number, year.published(shown.told, few), shown.who, shown.at)
    made = document.printed(presenter.report(told))
    response = Response(made, mimetype="application/pdf")
    name = f"chiffres-cles-{number}-{told.told['until']}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers[POLICY] = OURS
    return response


@bp.post("/statistiques/annee/<int:number>/arreter")
@needs(STATISTICS)
def freeze(number: int) -> ResponseReturnValue:
    """Keep the figures of a year as they are now: what waits to be counted is counted first."""
    _demand()
    catch_up(now())
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            edition = year.freeze(number, actor=actor(), now=now())
            where = url_for(".page", number=number, edition=edition)
            once.settle(where)
    flash(_("Chiffres gardés : ils ne changeront plus."), "success")
    return redirect(where, 303)


def _demand() -> None:
    if not answers_for_all(actor()):
        raise Forbidden(N_("Ces chiffres sont ceux de tous les services : vous n'en êtes pas "
                           "responsable."))  # fmt: skip


def _editions(number: int) -> list[Edition]:
    _demand()
    return year.editions(number)


def _edition(number: int, kept: list[Edition]) -> Edition:
    asked = request.args.get("edition", str(kept[0].number) if kept else "0")
    found = next((one for one in kept if str(one.number) == asked), None)
    if found is not None:
        return found
    try:
        return year.present(number, now())
    except InvalidInput as refused:
        raise NotFound(N_("Cette année n'a pas de chiffres.")) from refused


def _tabs(number: int, kept: list[Edition], shown: Edition) -> list[Choice]:
    def url(edition: int) -> Any:
        return url_for(".page", number=number, edition=edition)

    present = Choice(_("Chiffres du moment"), url(0), shown.number == 0)
    return [present] + [
        Choice(_("Édition %(number)s", number=one.number), url(one.number), one == shown)
        for one in kept
    ]
