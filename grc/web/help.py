"""The help sheet: keys and words, as a page of its own for those without scripts."""

from flask import Blueprint

from grc.staff.policy import Permission
from grc.web.frame import render
from grc.web.guard import needs

bp = Blueprint("help", __name__)


@bp.get("/aide")
@needs(Permission.SIGNED_IN)
def sheet() -> str:
    """The keys of the back-office."""
    return render("help/sheet.html")
