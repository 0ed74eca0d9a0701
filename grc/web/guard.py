"""Every endpoint says what it needs; one check before each request looks at it.

An endpoint that says nothing is refused to everybody: the mistake shows at once.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from grc.core.errors import Forbidden
from grc.core.i18n import N_
from grc.staff.policy import Permission, allowed
from grc.web import session

View = TypeVar("View", bound=Callable[..., Any])
AgainPage = Callable[[], ResponseReturnValue]


def needs(permission: Permission) -> Callable[[View], View]:
    """Say which permission a view needs, `Permission.PUBLIC` included."""

    def mark(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]
        return view

    return mark


def quiet(view: View) -> View:
    """A request the page makes by itself: it does not show that somebody is there."""
    view.quiet = True  # type: ignore[attr-defined]
    return view


def install(app: Flask, sign_in_again: AgainPage) -> None:
    """Check each request; `sign_in_again` answers a form sent after the session ended."""
    app.extensions["grc.sign-in-again"] = sign_in_again
    app.before_request(_check)


def _check() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # no such page, or not by this method: Flask says so
    permission: Permission | None = getattr(view, "needs", None)
    if permission in (Permission.PUBLIC, Permission.SCRIPT):
        return None  # the API looks at tokens itself: no session is asked for
    if permission is None:
        raise Forbidden(N_("Cette adresse ne dit pas qui peut l'ouvrir."))
    if not current_user.is_authenticated:
        return _ask_again()
    if not getattr(view, "quiet", False):
        session.stamp()
    if not allowed(session.actor(), permission):
        raise Forbidden(N_("Votre compte ne permet pas d'ouvrir cette page."))
    return None


def _ask_again() -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return "", 401
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("auth.login", next=request.full_path.rstrip("?")))
    again: AgainPage = current_app.extensions["grc.sign-in-again"]
    return again()
