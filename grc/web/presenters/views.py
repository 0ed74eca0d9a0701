"""Views beside the lists and on their own page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from grc.core.actor import Actor
from grc.finding import views
from grc.finding.counting import CAP, Count, counts
from grc.finding.models import SavedView
from grc.organisation.queries import snapshot as organisation
from grc.web.presenters import search
from grc.web.presenters.things import Act
from grc.web.words import _

BESIDE = 6  # shown beside a list; the others are one link away


@dataclass(frozen=True)
class Shown:
    """One view; `count` says with "+" that there may be more."""

    name: str
    url: str
    count: str
    said: str
    unit: str | None  # with which it is shared
    current: bool = False
    acts: tuple[Act, ...] = ()


def url(view: SavedView) -> str:
    """Where a view leads: to its question, and it is said which view it is."""
    return search.url(views.question(view), vue=view.key)


def beside(actor: Actor, now: datetime, current: str = "") -> list[Shown]:
    """The first views, for the head of a list. Two statements; one for who has none."""
    found = views.seen(actor)[:BESIDE]
    numbers = counts(actor, found, now)
    return [_shown(one, numbers, current) for one in found]


def table(actor: Actor, now: datetime) -> list[Shown]:
    """All of them, with what may be done."""
    found = views.seen(actor)
    numbers = counts(actor, found, now)
    return [_shown(one, numbers, "", _acts(actor, one, found)) for one in found]


def gone(view: SavedView) -> dict[str, Any]:
    """One that was removed, and how it comes back."""
    back = url_for("views.restore", key=view.key)
    act = Act(_("Rétablir"), back, "post", kind="quiet", icon="undo", key="z")
    return {"name": view.name, "at": view.removed_at, "act": act}


def _shown(
    view: SavedView,
    numbers: Mapping[str, Count],
    current: str,
    acts: tuple[Act, ...] = (),
) -> Shown:
    unit = organisation().unit_by_id(view.unit_id).short_name if view.unit_id else None
    return Shown(
        view.name,
        url(view),
        _counted(numbers[view.key]),
        search.said(views.question(view)),
        unit,
        view.key == current,
        acts,
    )


def _counted(count: Count) -> str:
    if count.found >= CAP:
        return f"{CAP - 1}+"
    return f"{count.found}+" if count.more else str(count.found)


def _acts(actor: Actor, view: SavedView, all_views: Sequence[SavedView]) -> tuple[Act, ...]:
    if not views.may_change(actor, view):
        return ()
    key = view.key
    first = next(one for one in all_views if one.unit_id == view.unit_id)
    change = url_for("views.change", key=key)
    up = Act(_("Monter"), url_for("views.raise_up", key=key), "post", kind="quiet")
    return (
        *(() if first is view else (up,)),
        Act(_("Modifier"), change, kind="quiet", icon="pen", modal=True),
        Act(_("Retirer"), url_for("views.remove", key=key), "post", kind="quiet", icon="close"),
    )
