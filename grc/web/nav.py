"""The navigation of a person: the places she may go, with counts that stop at 999+."""

import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import session as cookie
from flask import url_for

from grc.appointments import desks
from grc.channels import registry
from grc.channels.protocol import looked_up
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.settings import settings
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import CONTENT, Permission, allowed
from grc.supervision.counts import cap, waiting
from grc.supervision.statistics.queries import answers_for_all
from grc.web import returning
from grc.web.places import PLACES, STEERED, Group, Place
from grc.web.presenters.things import Act
from grc.web.words import _
from grc.work import queries as work

TO_SEE = "to_see.page"
KEY_FIGURES = "key_figures.page"
_PLACES = {
    "mine": "work.mine",
    "queue": "work.queue",
    "to_route": "work.to_route",
    "recovery": "recovery.actions",
    "call_backs": "call_backs.page",
    "quarantine": "intake.quarantine",
    "letters": "mail.batches",
    "hand_overs": "handing.lists",
    "book": "correspondence.book",
    "alerts": TO_SEE,
}

_TAKEN = frozenset("bcdefghijklmnopqrstuwyz")  # by templates/_frame/keys.html


@dataclass(frozen=True)
class Entry:
    """One place; `count` is shown beside it, nothing when zero; `inside`: the pages of its tabs."""

    endpoint: str
    url: str
    label: str
    icon: str
    key: str | None
    group: Group
    count: str | None = None
    current: bool = False
    inside: tuple["Entry", ...] = ()


def entries(actor: Actor, now: datetime, current: str | None) -> list[Entry]:
    """The places of the navigation rail. Who steers finds those of steering inside one."""
    shown = counts(actor, now)
    found = [
        replace(
            _entry(place, group, now),
            count=shown.get(place.endpoint),
            current=place.endpoint == current,
        )
        for group, places in PLACES.items()
        for place in places
        if allowed(actor, place.permission)
        and (place.endpoint in shown or not _is_elsewhere(place.endpoint, actor))
    ]
    return _gathered(found, now) if allowed(actor, STEERED.permission) else found


def _entry(place: Place, group: Group, now: datetime) -> Entry:
    url = _url(place.endpoint, now)
    return Entry(place.endpoint, url, _(place.label), place.icon, place.key, group)


def _gathered(found: list[Entry], now: datetime) -> list[Entry]:
    """The same with what is for steering inside one entry."""
    inside = tuple(one for one in found if one.group is Group.STEERING)
    is_current = any(one.current for one in inside)
    steered = _entry(STEERED, Group.STEERING, now)
    whole = replace(steered, current=is_current, inside=inside)
    before = [one for one in found if one.group < Group.STEERING]
    return [*before, whole, *(one for one in found if one.group > Group.STEERING)]


def _url(endpoint: str, now: datetime) -> str:
    if endpoint == KEY_FIGURES:
        return url_for(endpoint, number=paris_date(now).year)
    return url_for(endpoint)


def tabs(places: Sequence[Entry]) -> tuple[Entry, ...]:
    """The pages beside the one that is shown, inside its entry; none for an entry of one page."""
    found = next((one.inside for one in places if one.current), ())
    return found if len(found) > 1 else ()


def alarm(places: Sequence[Entry]) -> Entry | None:
    """The place where a danger waits for somebody to answer, if one does."""
    return next((one for one in places if one.endpoint == TO_SEE and one.count), None)


def _is_elsewhere(name: str, actor: Actor) -> bool:
    """True for a place that would be empty for her, or that she reaches from another."""
    if name == "training.page":
        return not settings().training
    if name == KEY_FIGURES:  # of the whole département
        return not answers_for_all(actor)
    if name == "handing.lists":  # a tab of the mail room
        return allowed(actor, Permission.MAIL_INDEX)
    if name == "texts.replies":  # a section of the administration
        return allowed(actor, Permission.USER_ADMIN)
    if name == TO_SEE:  # of others only when a danger waits for them
        return not allowed(actor, Permission.HEALTH)
    return name in ("counter.page", "slips.page") and not desks.sites(actor)


def forms(actor: Actor) -> list[Act]:
    """What this person may type herself: one act for each channel that has a form."""
    if not allowed(actor, Permission.CONTACT):
        return []
    free = set(string.ascii_lowercase) - _TAKEN
    found = []
    for channel in registry.typed_channels(settings().channels):
        key = channel.key if channel.key in free else None
        free.discard(channel.key)
        found.append(Act(_(channel.act), form_url(channel.name), icon=channel.icon, key=key))
    return found


def form_url(name: str) -> str:
    """Where one types what comes by a channel: people are looked up first where they speak."""
    found = registry.look(name)
    if found is None or looked_up(found) is None:
        return url_for("entry.page", channel=name)
    return url_for("calls.page", channel=name, retour=returning.here() or None)


def counts(actor: Actor, now: datetime) -> dict[str, str]:
    """What waits in each place, by endpoint. One statement."""
    found = waiting(actor, my_unit(actor), now)
    return {_PLACES[name]: capped(number, cap(name)) for name, number in found.items() if number}


def capped(number: int, most: int = work.CAP) -> str:
    """A count as shown: never more than 999+, or 99+ where counting costs more."""
    return f"{most - 1}+" if number >= most else str(number)


def my_units(actor: Actor) -> list[int]:
    """The units whose cases this person works on, by name."""
    units = organisation().units_by_id
    own = (unit for unit in actor.units(*CONTENT) if unit in units)
    return sorted(own, key=lambda unit: units[unit].name)


def my_unit(actor: Actor) -> int | None:
    """The unit whose queue is shown: the one chosen last, else the first."""
    own = my_units(actor)
    chosen = cookie.get("unit")
    return chosen if chosen in own else next(iter(own), None)


def my_desk(actor: Actor) -> int:
    """The unit for which this person takes calls and visits: hers, else the triage."""
    return my_unit(actor) or organisation().triage.id
