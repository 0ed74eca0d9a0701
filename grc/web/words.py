"""Words on screen: the language of this request, and translation into it.

One catalogue for everything (`grc.core.i18n`): the msgid is the French text.
"""

from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_babel.speaklater import LazyString

from grc.core.i18n import Text, translate
from grc.core.i18n import gettext as lookup
from grc.core.i18n import ngettext as lookup_plural
from grc.web.present import locale
from grc.web.typography import printed

babel = Babel()


def install(app: Flask) -> None:
    """Give translation to the forms (Flask-Babel) and, faster, to the templates."""
    babel.init_app(app, default_timezone="Europe/Paris", locale_selector=locale)
    app.jinja_env.install_gettext_callables(_, _plural, newstyle=True)  # type: ignore[attr-defined]


def _(msgid: str, **params: Any) -> str:
    """A French text in the language of this request, its parameters filled in."""
    words = printed(lookup(msgid, locale()))
    return words % params if params else words


def _l(msgid: str) -> Any:
    """The same, translated when shown: for what is written once, such as labels of forms."""
    return LazyString(_, msgid)


def ngettext(one: str, many: str, num: int, **params: Any) -> str:
    """The same for a counted thing; `num` is a parameter too."""
    return _plural(one, many, num) % {"num": num, **params}


def _plural(one: str, many: str, num: int) -> str:
    return printed(lookup_plural(one, many, num, locale()))


def say(text: Text | str) -> str:
    """A sentence of a pure module in the language of this request."""
    return printed(translate(text, locale()))
