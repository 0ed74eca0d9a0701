"""When what is on a slip took place: a day and an hour of Paris, as they are written. Pure."""

import re
from datetime import UTC, date, datetime, time

from grc.core.clock import PARIS
from grc.core.i18n import N_, Text

_HOUR = re.compile(r"(\d{1,2})(?:\s*[h:. ]\s*(\d{2})?|(\d{2}))?\s*", re.IGNORECASE)
NO_HOUR = N_("Cette heure n’existe pas : écrivez-la 14h30.")
TO_COME = N_("Ce moment est à venir : relisez la fiche.")
TOO_EARLY = N_("La fiche n’était pas encore imprimée : elle date du %(day)s.")


def hour(typed: str) -> time | None:
    """The hour that was written: 14h30, 14:30, 1430, 9h; None when it is none."""
    found = _HOUR.fullmatch(typed.strip())
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2] or found[3] or 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def moment(day: date, at: time) -> datetime | None:
    """That instant; None for an hour that the clocks left out. Of one that came twice, the
    first: the citizen's delays are the sooner for it."""
    local = datetime.combine(day, at, PARIS)
    instant = local.astimezone(UTC)
    return instant if instant.astimezone(PARIS).replace(fold=0) == local else None


def problem(at: datetime | None, printed_on: date, now: datetime) -> Text | None:
    """Why a contact cannot have taken place then, if it cannot."""
    if at is None:
        return Text(NO_HOUR)
    if at > now:
        return Text(TO_COME)
    if at.astimezone(PARIS).date() < printed_on:
        return Text(TOO_EARLY, {"day": f"{printed_on:%d/%m/%Y}"})
    return None
