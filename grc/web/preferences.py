"""How a person wants pages to look."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.db import session, transaction
from grc.core.i18n import N_, gettext
from grc.core.settings import settings
from grc.staff import service as staff
from grc.staff.models import User
from grc.staff.policy import Permission, allowed
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.session import who

bp = Blueprint("preferences", __name__)


@bp.get("/preferences")
@needs(Permission.SIGNED_IN)
def page() -> str:
    """Every preference, on a page of its own."""
    return render("preferences/page.html", telephone=_telephone())


def _telephone() -> dict[str, str] | None:
    """The extension of who takes calls, when an exchange tells us of them."""
    if not (settings().phone_secrets and allowed(who().actor, Permission.CASE_WRITE)):
        return None
    return {"url": url_for("call_backs.extension"), "extension": who().extension}


@bp.post("/preferences")
@needs(Permission.SIGNED_IN)
def save() -> ResponseReturnValue:
    """Keep the preferences; the page posts them by itself when one changes."""
    form = request.form
    with transaction():
        staff.prefer(
            session().get_one(User, who().id),
            locale=form.get("language", "fr"),
            theme=form.get("theme", "auto"),
            shortcuts=form.get("shortcuts") == "on",
            compact=form.get("density") == "compact",
        )
    # In the language just chosen; this request still speaks the one before.
    flash(gettext(N_("Préférences enregistrées."), form.get("language", "fr")), "success")
    return redirect(url_for("preferences.page"), 303)
