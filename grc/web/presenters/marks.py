"""How urgent, in what state, how secret: words, icons and tones shared by lists and pages."""

from datetime import date, datetime

from grc.cases.states import STATUS_LABELS, Status
from grc.channels import registry
from grc.core.clock import paris_date
from grc.staff.policy import Level
from grc.web.words import _

SOON = 2  # days
_WAITING = frozenset({Status.WAITING_CITIZEN, Status.WAITING_THIRD})
_URGENT = 1


def urgency(status: str, due_on: date | None, now: datetime) -> str:
    """late, soon, fine, waiting or none: what the edge of a row says. While others are waited
    for the date still runs: once it has passed, late is late."""
    if status in {Status.RESOLVED, Status.CLOSED}:
        return "none"
    days = (due_on - paris_date(now)).days if due_on else None
    if days is not None and days < 0:
        return "late"
    if status in _WAITING:
        return "waiting"
    if days is None:
        return "none"
    return "soon" if days <= SOON else "fine"


def status_label(status: str) -> str:
    """The label of a status."""
    return _(STATUS_LABELS.get(status, status))


def status_tone(status: str) -> str:
    """The meaning its colour carries."""
    if status in _WAITING:
        return "waiting"
    return "fine" if status in {Status.RESOLVED, Status.CLOSED} else "none"


def level_label(level: str) -> str | None:
    """What a tag says of a case that not everybody reads."""
    labels = {Level.RESTRICTED: _("Restreinte"), Level.NAMED: _("Nominative")}
    return labels.get(Level(level))


def priority(number: int) -> str:
    """high or normal."""
    return "high" if number <= _URGENT else "normal"


def channel_icon(name: str) -> str:
    """The icon an adapter asks for; a letter when it asks for none or is gone."""
    return str(getattr(registry.look(name), "icon", "letter"))


def channel_label(name: str) -> str:
    """The name of a channel on screen, as it reads inside a sentence."""
    return _(registry.label(name)).lower()
