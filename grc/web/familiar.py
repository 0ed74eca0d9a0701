"""The mark of a browser in which an account was opened before: strangers do not lock it out.

While somebody guesses at a login from everywhere, its owner still gets in from the computer
she always uses. The mark opens nothing: a password is asked for all the same.
"""

import secrets

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

_KEPT = 180 * 86_400  # seconds


def mark_of(login: str) -> str:
    """The mark this browser has for this login, empty when it has none of ours."""
    try:
        found = _sealer(login).loads(request.cookies.get(_name(), ""), max_age=_KEPT)
    except BadData:
        return ""
    return str(found)


def remember(response: Response, login: str) -> Response:
    """Let the browser keep a mark; neither it nor anybody who looks at it can read the login."""
    response.set_cookie(
        _name(),
        str(_sealer(login).dumps(secrets.token_urlsafe(12))),
        max_age=_KEPT,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Strict",
    )
    return response


def _name() -> str:
    return str(current_app.config["SESSION_COOKIE_NAME"]) + "-browser"


def _sealer(login: str) -> URLSafeTimedSerializer:
    salt = f"grc-browser {login.strip().lower()}"
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=salt)
