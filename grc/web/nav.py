"""The navigation of a person: the places she may go, with counts that stop at 999+."""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import session as cookie
from flask import url_for

from grc.appointments import desks
from grc.channels import registry
from grc.channels.protocol import looked_up
from grc.core.actor import Actor
from grc.core.settings import settings
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import CONTENT, Permission, allowed
from grc.supervision.counts import cap, waiting
from grc.web import returning
from grc.web.presenters.things import Act
from grc.web.words import _
from grc.work import queries as work

TO_SEE = "to_see.page"
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

SEEN = Permission.EXCEPTIONAL_SEEN
_TAKEN = frozenset("bcdefgjklmnopqrstuwyz")  # by templates/_frame/keys.html


@dataclass(frozen=True)
class Entry:
    """One place; `count` is shown beside it, nothing when zero."""

    endpoint: str
    url: str
    label: str
    icon: str
    key: str
    count: str | None
    current: bool


def entries(actor: Actor, now: datetime, current: str | None) -> list[Entry]:
    """The places of the navigation rail."""
    shown = counts(actor, now)
    places = (
        ("work.mine", _("Mes demandes"), "inbox", "d", Permission.CASE_READ),
        ("work.queue", _("Ma file"), "queue", "f", Permission.CASE_READ),
        ("work.to_route", _("À affecter"), "route", "o", Permission.CASE_ROUTE),
        ("people.find", _("Usagers"), "user", "u", Permission.CASE_READ),
        ("counter.page", _("Accueil"), "visit", "a", Permission.COUNTER),
        ("mail.batches", _("Courrier"), "letter", "l", Permission.MAIL_INDEX),
        ("correspondence.book", _("Parapheur"), "pen", "v", Permission.CASE_WRITE),
        ("slips.page", _("Fiches papier"), "form", "n", Permission.CONTACT),
        ("call_backs.page", _("Rappels"), "phone", "p", Permission.CASE_WRITE),
        (TO_SEE, _("À voir"), "eye", "q", Permission.TO_SEE),
        ("intake.quarantine", _("À examiner"), "examine", "e", Permission.QUARANTINE),
        ("handing.lists", _("Bordereaux"), "letter", "h", Permission.HAND_OVERS),
        ("recovery.actions", _("Recouvrement"), "recovery", "r", Permission.RECOVERY_LIST),
        ("steering.page", _("Pilotage"), "sliders", "i", Permission.STEER),
        ("intake.health", _("Réception"), "pulse", "s", Permission.HEALTH),
        ("rules.page", _("Règles"), "form", "w", Permission.ROUTING_RULES),
        ("coverage.page", _("Couverture"), "table", "b", Permission.HEALTH),
        ("statistics.page", _("Statistiques"), "chart", "y", Permission.STATISTICS),
        ("training.page", _("Entraînement"), "check", "z", Permission.SIGNED_IN),
        ("exceptional.accesses", _("Accès exceptionnels"), "lock", "x", SEEN),
        ("journal.page", _("Journal"), "file", "j", Permission.AUDIT),
        ("who_read.page", _("Lectures"), "history", "y", Permission.READINGS),
    )
    return [
        Entry(name, url_for(name), label, icon, key, shown.get(name), name == current)
        for name, label, icon, key, permission in places
        if allowed(actor, permission) and (name in shown or not _is_elsewhere(name, actor))
    ]


def alarm(places: Sequence[Entry]) -> Entry | None:
    """The place where a danger waits for somebody to answer, if one does."""
    return next((one for one in places if one.endpoint == TO_SEE and one.count), None)


def _is_elsewhere(name: str, actor: Actor) -> bool:
    """True for a place that would be empty for her, or that she reaches from another."""
    if name == "training.page":
        return not settings().training
    if name == "handing.lists":  # a tab of the mail room
        return allowed(actor, Permission.MAIL_INDEX)
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
