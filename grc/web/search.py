"""One box: a reference, an address, a number, a name or words, narrowed by filters."""

from flask import Blueprint, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grc.finding import question, searching
from grc.finding.question import LONGEST, Question
from grc.finding.searching import Found
from grc.finding.vocabulary import Installation
from grc.finding.why import reasons
from grc.staff.policy import Permission
from grc.web.cases.beside import selected
from grc.web.frame import box, render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import rows, views
from grc.web.presenters import search as presenter
from grc.web.presenters.bulk import bulk_acts
from grc.web.session import actor
from grc.web.words import _, ngettext

bp = Blueprint("search", __name__)
LONGEST_BACK = 1200  # of an address kept in the cookie, which browsers drop beyond 4 kB


@bp.get("/recherche")
@needs(Permission.CASE_READ)
def results() -> ResponseReturnValue:
    """What was found; a reference typed exactly leads straight to its case."""
    given = request.args.get("q", "").strip()
    asked = question.read(given, request.args, Installation())
    below = _cursor(request.args.get("below", ""))
    found = searching.search(actor(), asked, now(), below=below)
    if found.kind == "reference" and found.cases:
        return redirect(rows.case_url(found.cases[0].reference))
    here = presenter.url(asked, below=below)
    cookie["back"] = [
        _("Recherche"),
        here if len(here) < LONGEST_BACK else presenter.url(Question()),
    ]
    told = reasons(found, asked.words)
    why = {one: presenter.why(reason) for one, reason in told.items()}
    return render(
        "search/results.html",
        search=box(presenter.spelled(asked) or given[:LONGEST]),
        page={
            "title": presenter.said(asked),
            "summary": _summary(found),
            "hint": _hint(found, asked, given),
        },
        asked=asked,
        commune=presenter.value("commune", asked.filters.get("commune", "")),
        filters=presenter.chips(asked),
        views=views.beside(actor(), now(), request.args.get("vue", "")),
        acts=presenter.acts(asked),
        selects=presenter.selects(asked, actor()),
        qualifiers=presenter.qualifiers(),
        rows=rows.of_search(
            found.cases, now(), found.names, why, presenter.headings(found.cases, told)
        ),
        pages=_pages(found, asked),
        bulk=bulk_acts(actor()),
        **selected([case.reference for case in found.cases]),
    )


def _cursor(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 19 else None


def _summary(found: Found) -> str:
    if found.older:
        return _("Les %(n)s plus récentes", n=len(found.cases)) if found.cases else ""
    if not found.cases:
        return ""
    return ngettext("%(num)s demande", "%(num)s demandes", len(found.cases))


def _hint(found: Found, asked: Question, given: str) -> str | None:
    if len(given) > LONGEST:
        return _(
            "La recherche n’a lu que les %(n)s premiers caractères : gardez quelques mots.",
            n=LONGEST,
        )
    if found.kind == "mistyped":
        return _(
            "« %(typed)s » ressemble à une référence, mais un caractère est faux : vérifiez-la.",
            typed=given,
        )
    if found.stopped:
        return _("La recherche s’arrête aux 5 000 plus récentes : ajoutez un mot pour préciser.")
    if found.older and len(found.cases) < searching.PAGE:
        return _("Les 5 000 plus récentes ont été regardées : « Suivantes » continue.")
    return presenter.complaint(asked)


def _pages(found: Found, asked: Question) -> dict[str, str | None]:
    older = presenter.url(asked, below=found.older) if found.older else None
    return {"newer_url": None, "older_url": older, "words": None}
