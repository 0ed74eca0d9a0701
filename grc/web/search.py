"""One box: a reference, an address, a number, or words."""

from flask import Blueprint, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grc.cases import lookup
from grc.cases.lookup import Found
from grc.staff.policy import Permission
from grc.web.cases.beside import selected
from grc.web.frame import box, render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import rows
from grc.web.presenters.bulk import bulk_acts
from grc.web.session import actor
from grc.web.words import _, ngettext

bp = Blueprint("search", __name__)


@bp.get("/recherche")
@needs(Permission.CASE_READ)
def results() -> ResponseReturnValue:
    """What was found; a reference typed exactly leads straight to its case."""
    given = request.args.get("q", "").strip()
    typed = given[: lookup.LONGEST]
    below = _cursor(request.args.get("below", ""))
    found = lookup.search(actor(), typed, now(), below=below)
    if found.kind == "reference" and found.cases:
        return redirect(rows.case_url(found.cases[0].reference))
    here = url_for("search.results", q=typed or None, below=below)
    cookie["back"] = [_("Recherche"), here]  # short: browsers drop a cookie of more than 4 kB
    return render(
        "search/results.html",
        search=box(typed),
        page={"summary": _summary(found), "hint": _hint(found, given)},
        rows=rows.of_search(found, now()),
        pages=_pages(found, typed),
        bulk=bulk_acts(actor()),
        **selected([case.reference for case in found.cases]),
    )


def _cursor(given: str) -> int | None:
    return int(given) if given.isdecimal() and len(given) < 19 else None


def _summary(found: Found) -> str:
    if found.older:
        return _("Les %(n)s plus récentes", n=len(found.cases))
    if not found.cases:
        return ""
    return ngettext("%(num)s demande", "%(num)s demandes", len(found.cases))


def _hint(found: Found, given: str) -> str | None:
    if len(given) > lookup.LONGEST:
        return _(
            "La recherche n’a lu que les %(n)s premiers caractères : gardez quelques mots.",
            n=lookup.LONGEST,
        )
    if found.kind == "mistyped":
        return _(
            "« %(typed)s » ressemble à une référence, mais un caractère est faux : vérifiez-la.",
            typed=given,
        )
    if found.stopped:
        return _("La recherche s’arrête aux 5 000 plus récentes : ajoutez un mot pour préciser.")
    return None


def _pages(found: Found, typed: str) -> dict[str, str | None]:
    older = url_for("search.results", q=typed, below=found.older) if found.older else None
    return {"newer_url": None, "older_url": older, "words": None}
