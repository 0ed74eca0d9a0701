"""One box: a reference, an address, a number, or words."""

from flask import Blueprint, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grc.cases import lookup
from grc.cases.lookup import Found
from grc.staff.policy import Permission
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import rows
from grc.web.session import actor
from grc.web.words import _, ngettext

bp = Blueprint("search", __name__)


@bp.get("/recherche")
@needs(Permission.CASE_READ)
def results() -> ResponseReturnValue:
    """What was found; a reference typed exactly leads straight to its case."""
    typed = request.args.get("q", "").strip()
    below = request.args.get("below", "")
    found = lookup.search(
        actor(), typed, now(), below=int(below) if below.isdecimal() and len(below) < 19 else None
    )
    if found.kind == "reference" and found.cases:
        return redirect(rows.case_url(found.cases[0].reference))
    cookie["back"] = [_("Recherche"), request.full_path.rstrip("?")]
    return render(
        "search/results.html",
        search={"url": url_for("search.results"), "query": typed},
        page={"summary": _summary(found), "hint": _hint(found, typed)},
        rows=rows.of_search(found, now()),
        pages=_pages(found, typed),
    )


def _summary(found: Found) -> str:
    if found.older:
        return _("Les %(n)s plus récentes", n=len(found.cases))
    if not found.cases:
        return ""
    return ngettext("%(num)s demande", "%(num)s demandes", len(found.cases))


def _hint(found: Found, typed: str) -> str | None:
    if found.kind == "mistyped":
        return _(
            "« %(typed)s » ressemble à une référence, mais un caractère est faux : vérifiez-la.",
            typed=typed,
        )
    if found.stopped:
        return _("La recherche s’arrête aux 5 000 plus récentes : ajoutez un mot pour préciser.")
    return None


def _pages(found: Found, typed: str) -> dict[str, str | None]:
    older = url_for("search.results", q=typed, below=found.older) if found.older else None
    return {"newer_url": None, "older_url": older, "words": None}
