"""Where a person was when the telephone rang, so that she goes on there afterwards.

The address travels in the page itself: two tabs do not disturb each other.
"""

from urllib.parse import urlsplit

from flask import request, url_for
from flask import session as cookie

NAME = "retour"
_LONGEST = 500
_LONGEST_KEPT = 300  # see FormKey.location
_ON_THE_WAY = ("calls", "entry", "interview")  # one does not come back to these


def here() -> str:
    """The page to come back to from a link of this one."""
    if request.blueprint in _ON_THE_WAY or NAME in request.values:
        return given()
    return _local(request.full_path.rstrip("?")) if request.method == "GET" else ""


def given() -> str:
    """The page that was noted; empty when it is none of ours."""
    return _local(request.values.get(NAME, ""))


def back() -> str:
    """Where to go on: the page that was noted, else the list looked at last."""
    return given() or last_list()


def the_list() -> str:
    """The list where an act began, as its form says; else the one looked at last."""
    said = _local(request.values.get("liste", ""))
    return said if said and len(said) <= _LONGEST_KEPT else last_list()


def last_list() -> str:
    """The address of the list this person looked at last."""
    return str(cookie.get("back", ("", url_for("work.home")))[1])


def _local(path: str) -> str:
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours and not parts.netloc and len(path) <= _LONGEST else ""
