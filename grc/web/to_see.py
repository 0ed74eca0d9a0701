"""What needs a person: each thing with its age, what happened, what was kept, and one key."""

from flask import Blueprint

from grc.staff.policy import Permission
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.nav import TO_SEE
from grc.web.present import now
from grc.web.presenters import to_see as presenter
from grc.web.presenters.lists import Empty
from grc.web.session import actor
from grc.web.words import _

bp = Blueprint("to_see", __name__)


@bp.get("/a-voir")
@needs(Permission.TO_SEE)
def page() -> str:
    """Everything that waits for this person, dangers first."""
    return render(
        "to_see/page.html",
        current=TO_SEE,
        page={"title": _("À voir"), "summary": _("Ce qui demande quelqu’un")},
        sections=presenter.sections(actor(), now()),
        empty=Empty(
            _("Rien n’attend"),
            _("Un danger, un envoi en échec, une étape bloquée, un rappel en retard viennent ici."),
            None,
        ),
    )
