"""The states of a handling, as data. Pure.

One mapping, one function `move`, one exception. Times fall out of transitions.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from grc.core.errors import InvalidInput
from grc.core.i18n import N_, Text


class Status(StrEnum):
    """Where one unit's work on a case stands."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    WAITING_CITIZEN = "waiting_citizen"
    WAITING_THIRD = "waiting_third"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    ANSWERED = "answered"
    GRANTED = "granted"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    NO_FOLLOW_UP = "no_follow_up"


STATUS_LABELS: Mapping[str, str] = MappingProxyType(
    {
        Status.RECEIVED: N_("Reçue"),
        Status.IN_PROGRESS: N_("En cours"),
        Status.WAITING_CITIZEN: N_("En attente de l'usager"),
        Status.WAITING_THIRD: N_("En attente d'un tiers"),
        Status.RESOLVED: N_("Traitée"),
        Status.CLOSED: N_("Clôturée"),
    }
)
OUTCOME_LABELS: Mapping[str, str] = MappingProxyType(
    {
        Outcome.ANSWERED: N_("réponse donnée"),
        Outcome.GRANTED: N_("accordée"),
        Outcome.REFUSED: N_("refusée"),
        Outcome.REDIRECTED: N_("réorientée vers un autre organisme"),
        Outcome.DUPLICATE: N_("doublon"),
        Outcome.WITHDRAWN: N_("retirée par l'usager"),
        Outcome.NO_FOLLOW_UP: N_("sans suite"),
    }
)
OPEN = frozenset(
    {Status.RECEIVED, Status.IN_PROGRESS, Status.WAITING_CITIZEN, Status.WAITING_THIRD}
)
ENDED = frozenset({Status.RESOLVED, Status.CLOSED})
RESOLVED_CLOSES_AFTER = timedelta(days=30)

# Every pair is decided here: what is absent from a row is refused.
MOVES: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.RECEIVED: frozenset(Status) - {Status.RECEIVED},
        Status.IN_PROGRESS: frozenset(Status) - {Status.IN_PROGRESS},
        Status.WAITING_CITIZEN: frozenset(Status) - {Status.WAITING_CITIZEN},
        Status.WAITING_THIRD: frozenset(Status) - {Status.WAITING_THIRD},
        Status.RESOLVED: frozenset({Status.RECEIVED, Status.IN_PROGRESS, Status.CLOSED}),
        Status.CLOSED: frozenset({Status.RECEIVED, Status.IN_PROGRESS}),
    }
)


class InvalidTransition(InvalidInput):
    """This state does not lead there."""


def label(status: str) -> Text:
    """The French label of a status, translatable."""
    return Text(STATUS_LABELS.get(status, status))


def outcome_label(outcome: str) -> Text:
    """The French label of an outcome, translatable."""
    return Text(OUTCOME_LABELS.get(outcome, outcome))


def move(old: str, new: str, *, outcome: str | None, now: datetime) -> dict[str, Any]:
    """The columns a transition stamps. Raises InvalidTransition or InvalidInput.

    Ending needs an outcome, except closing what was resolved with one; reopening clears
    the end.
    """
    source, target = Status(old), Status(new)
    if target not in MOVES[source]:
        raise InvalidTransition(
            N_("Une demande « %(old)s » ne peut pas passer à « %(new)s »."),
            old=label(old),
            new=label(new),
        )
    values: dict[str, Any] = {"status": target.value, "is_open": target in OPEN}
    if target in ENDED:
        return values | _ended(source, target, outcome, now)
    if source in ENDED:
        cleared = {"outcome": None, "resolved_at": None, "closed_at": None}
        return values | cleared | {"reopened_at": now}
    return values


def _ended(source: Status, target: Status, outcome: str | None, now: datetime) -> dict[str, Any]:
    stamps: dict[str, Any] = {}
    if source is not Status.RESOLVED:
        if outcome not in set(Outcome):
            raise InvalidInput(N_("Dites comment la demande se termine."), field="outcome")
        stamps = {"outcome": outcome, "resolved_at": now}
    return stamps | {"closed_at": now} if target is Status.CLOSED else stamps


def public(statuses: Iterable[str]) -> Status:
    """The one status the citizen sees, from those of every unit concerned.

    Work in progress anywhere wins; then what we wait for; ended only when all have ended.
    """
    present = {Status(status) for status in statuses}
    order = (
        Status.IN_PROGRESS,
        Status.WAITING_CITIZEN,
        Status.WAITING_THIRD,
        Status.RECEIVED,
        Status.RESOLVED,
        Status.CLOSED,
    )
    return next((status for status in order if status in present), Status.RECEIVED)
