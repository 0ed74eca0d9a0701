"""Every answer that shows something of a confidential case is written down before it leaves.

One place for all routes: `cases.seen` gathers, this writes. What a page asks by itself (who else
is there, has something come) shows nothing of a case, nor does a redirection.
"""

from flask import Flask, Response, current_app, request

from grc.cases import seen
from grc.web.cases.access import note
from grc.web.session import known

_SHOWS = frozenset({200, 206, 409, 422})


def install(app: Flask) -> None:
    """Look at each answer."""
    app.after_request(_write)


def _write(answer: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    shown = seen.take()
    if known() and answer.status_code in _SHOWS and not getattr(view, "quiet", False):
        note(shown)
    return answer
