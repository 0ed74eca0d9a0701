"""The help sheet: every key, as a page that opens in a dialog over any other."""

from flask import Blueprint, url_for
from flask import session as cookie

from grc.staff.policy import Permission
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.presenters.things import Target
from grc.web.words import _

bp = Blueprint("help", __name__)


@bp.get("/aide")
@needs(Permission.SIGNED_IN)
def sheet() -> str:
    """The keys of the back-office."""
    title, url = cookie.get("back") or (_("Mes demandes"), url_for("work.home"))
    return render("help/sheet.html", back=Target(title, url))
