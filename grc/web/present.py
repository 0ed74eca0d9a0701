"""What stays the same while one request is answered: its instant and its language.

Context variables rather than `flask.g`: a list of fifty rows asks a thousand times.
"""

from contextvars import ContextVar
from datetime import datetime

from flask import Flask, has_request_context, request

from grc.core import clock
from grc.core.i18n import LOCALES
from grc.core.settings import settings
from grc.web.session import known

_now: ContextVar[datetime | None] = ContextVar("now", default=None)
_locale: ContextVar[str | None] = ContextVar("locale", default=None)


def install(app: Flask) -> None:
    """Start each request afresh; must come before anything that asks."""
    app.before_request(forget)


def forget() -> None:
    """Choose again at the next question: a new request, or somebody else has signed in."""
    _now.set(None)
    _locale.set(None)


def now() -> datetime:
    """The instant of this request, read once so that a page agrees with itself."""
    moment = _now.get()
    if moment is None:
        moment = clock.now()
        _now.set(moment)
    return moment


def locale() -> str:
    """ "fr" or "en": the person's language, else the browser's, else the installation's."""
    chosen = _locale.get()
    if chosen is None:
        chosen = _choose()
        _locale.set(chosen)
    return chosen


def _choose() -> str:
    if not has_request_context():
        return settings().locale
    person = known()
    asked = person.locale if person else request.accept_languages.best_match(LOCALES)
    return asked or settings().locale
