"""Events of a calendar as rows of the table of appointments."""

import hashlib
from collections.abc import Mapping

from grc.core.search import strip_accents
from grc.parsing.calendars import Event

NAMES = ("nom", "motif", "avec", "demande", "site")  # what a description may tell, a line each
_LONGEST = 200


def row_of(event: Event, *, is_reason: bool) -> Mapping[str, str]:
    """The same titles as in a table. The summary is the reason when it is one of the list, else
    the name; the description may say both, and more: `Nom : Mme Été`."""
    told = dict(_told(event.description))
    title = "motif" if is_reason else "nom"
    row = {title: event.summary, "avec": event.host, "site": event.location} | told
    if event.minutes is not None:
        row["duree"] = str(event.minutes)
    return row | {"reference": _reference(event.key)}


def _told(description: str) -> list[tuple[str, str]]:
    lines = (line.partition(":") for line in description.splitlines())
    pairs = ((strip_accents(name).strip().lower(), value.strip()) for name, _, value in lines)
    return [(name, value) for name, value in pairs if name in NAMES and value]


def _reference(key: str) -> str:
    """The key itself, or what stands for one that is too long to be kept."""
    return key if len(key) <= _LONGEST else hashlib.sha256(key.encode()).hexdigest()
