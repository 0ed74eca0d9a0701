"""A case beside the list it was selected in: the same case as on its page, in a fragment."""

from collections.abc import Sequence
from dataclasses import replace

from flask import request
from markupsafe import Markup

from grc.core.errors import NotFound
from grc.staff.policy import Permission
from grc.web.cases.blueprint import bp
from grc.web.cases.page import shown
from grc.web.frame import bare
from grc.web.guard import needs
from grc.web.presenters.case import Thing
from grc.web.presenters.lists import address
from grc.web.presenters.things import Act

_OWN = frozenset({"case", "suivante"})


@bp.get("/<reference>/a-cote")
@needs(Permission.CASE_READ)
def beside(reference: str) -> str:
    """The fragment a list asks for when one of its rows is selected."""
    return drawn(shown(reference, "beside"), "?")


def drawn(case: Thing, close_url: str) -> Markup:
    """The fragment; what the page of a case asks by itself now and then is left to the page."""
    case["case"]["acts"] = _keyed(case["case"]["acts"])
    fragment = bare("cases/beside.html", **(case | {"presence_url": None, "close_url": close_url}))
    return Markup(fragment)  # noqa: S704 - drawn by a template of ours


def _keyed(acts: Sequence[Act]) -> list[Act]:
    """Where a unit is to be confirmed, the key that takes confirms, as in the list."""
    confirm = next((act for act in acts if act.url.endswith("/confirmer")), None)
    if confirm is None:
        return list(acts)
    others = [replace(act, key=None) if act.key == "t" else act for act in acts]
    return [replace(act, key="t") if act.url == confirm.url else act for act in others]


def selected(references: Sequence[str]) -> Thing:
    """What a list needs to show a case beside itself, as its address says: `case`, or when that
    has left the list, `suivante`. Nothing of a case that this person may not know of."""
    asked, then = request.args.get("case", ""), request.args.get("suivante", "")
    undo, fields = None, {n: v for n, v in request.args.items() if n not in _OWN}
    chosen = asked if asked in references or not then else then
    if chosen != asked:
        undo = _read(asked).get("undo")
        chosen = then if then in references else ""
    case = _read(chosen)
    if not case:
        return {"undo": undo, "chosen": None, "beside": None, "fields": fields}
    close_url = address(case=None, suivante=None)
    return {
        "undo": undo or case["undo"],
        "chosen": case["case"]["reference"],
        "beside": drawn(case, close_url),
        "fields": fields,
    }


def _read(reference: str) -> Thing:
    try:
        return shown(reference, "beside") if reference else {}
    except NotFound:
        return {}
