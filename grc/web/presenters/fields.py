"""The history of the fields, ready for templates/cases/fields.html."""

from collections.abc import Mapping
from typing import Any

from grc.supervision.field_history import History, Line
from grc.web.typography import printed
from grc.web.words import _

Thing = dict[str, Any]


def history(found: History, url: str, field: str = "") -> Thing:
    """One page of changes, and where the older ones are."""
    kept = f"champ={field}&" if field else ""
    older = f"{url}?{kept}avant={found.older}" if found.older else None
    return {"lines": [_line(one) for one in found.lines], "older_url": older}


def _line(one: Line) -> Thing:
    return {
        "label": printed(one.label),
        "about": one.about,
        "before": printed(one.before),
        "after": printed(one.after),
        "at": one.at,
        "actor": printed(one.actor),
        "why": one.why,
    }


def choices(labels: Mapping[str, str], url: str, current: str) -> list[Thing]:
    """Every field, or one."""
    every = {"label": _("Tous les champs"), "url": url, "current": not current}
    own = [
        {"label": label, "url": f"{url}?champ={code}", "current": code == current}
        for code, label in labels.items()
    ]
    return [every, *own]


def below(args: Mapping[str, str]) -> int | None:
    """The change to go on below, as an older page names it."""
    given = args.get("avant", "")
    return int(given) if given.isdecimal() and len(given) < 19 else None
