"""The events of an iCalendar file (RFC 5545), as far as a diary needs them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from grc.parsing.cells import PARIS
from grc.parsing.charset import decode, wash, wash_line
from grc.parsing.words import N_

LARGEST = 4 << 20  # bytes
MOST = 5_000  # events
_EVENT = re.compile(r"BEGIN:VEVENT\s*\Z", re.IGNORECASE)
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR\s", re.IGNORECASE)


class BadCalendar(Exception):
    """A file that is no calendar we read. `detail` says it in French, `params` fill it in."""

    def __init__(self, detail: str, **params: int) -> None:
        super().__init__(detail % params if params else detail)
        self.detail, self.params = detail, params


@dataclass(frozen=True)
class Event:
    """One event. `problem` says in French why it is no appointment; the rest is then partial."""

    line: int  # of the file, from 1
    key: str = ""  # UID, and RECURRENCE-ID: the same for the same occurrence
    starts_at: datetime | None = None  # aware
    minutes: int | None = None
    summary: str = ""
    description: str = ""
    location: str = ""
    host: str = ""
    is_cancelled: bool = False
    sequence: int = 0
    problem: str = ""


class _Refused(Exception):
    """Why an event is no appointment."""


def is_calendar(head: bytes) -> bool:
    """True for the first bytes of a calendar."""
    return _HEAD.match(head) is not None


def read(raw: bytes) -> list[Event]:
    """Every event, in the order of the file; of several versions of one, the latest.

    Raises BadCalendar.
    """
    if len(raw) > LARGEST:
        detail = N_("Ce calendrier dépasse %(most)s Mo : donnez-en une période plus courte.")
        raise BadCalendar(detail, most=LARGEST >> 20)
    text = decode(raw, "utf-8")[0].removeprefix("\ufeff")
    lines = [number for number, line in enumerate(text.split("\n"), 1) if _EVENT.match(line)]
    if len(lines) > MOST:
        detail = N_("Ce calendrier a plus de %(most)s rendez-vous : donnez-en une période.")
        raise BadCalendar(detail, most=MOST)
    pairs = zip(_components(text), lines, strict=False)  # what is nested has a line, and is none
    found = (_event(line, *one) for one, line in pairs)
    return list(_latest(found))


def _components(text: str) -> Iterator[tuple[Any, bool]]:
    """The events of the calendars of a text, and whether their calendar cancels them."""
    from icalendar import Calendar  # only when a calendar is read

    try:
        calendars: Sequence[Any] = Calendar.from_ical(text, multiple=True)
    except (ValueError, LookupError, TypeError, RecursionError):
        calendars = ()
    if not calendars:  # none has its end: the file was cut
        raise BadCalendar(N_("Ce fichier n'est pas un calendrier complet que l'on peut lire."))
    for calendar in calendars:
        cancels = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        for one in calendar.subcomponents:
            if one.name == "VEVENT":
                yield one, cancels


def _latest(events: Iterator[Event]) -> Iterator[Event]:
    found: dict[object, Event] = {}
    for event in events:
        key = event.key or event.line
        if key not in found or event.sequence >= found[key].sequence:
            found[key] = event
    yield from sorted(found.values(), key=lambda event: event.line)


def _event(line: int, one: Any, cancels: bool) -> Event:
    try:
        starts_at = _instant(one, "DTSTART")
        return Event(
            line=line,
            key=_key(one),
            starts_at=starts_at,
            minutes=_minutes(one, starts_at),
            summary=wash_line(_text(one, "SUMMARY")),
            description=wash(_text(one, "DESCRIPTION")),
            location=wash_line(_text(one, "LOCATION")),
            host=_host(one),
            is_cancelled=cancels or _text(one, "STATUS").upper() == "CANCELLED",
            sequence=_sequence(one),
        )
    except _Refused as refused:
        return Event(line, problem=str(refused))


def _key(one: Any) -> str:
    uid = wash_line(_text(one, "UID"))
    if not uid:
        raise _Refused(N_("Cet événement n'a pas d'identifiant (UID)."))
    if "RECURRENCE-ID" in one:
        return f"{uid}/{_instant(one, 'RECURRENCE-ID'):%Y%m%dT%H%M%SZ}"
    if "RRULE" in one or "RDATE" in one:
        text = N_("Cet événement se répète (RRULE) : exportez ses rendez-vous un par un.")
        raise _Refused(text)
    return uid


def _text(one: Any, name: str) -> str:
    found = one.get(name, "")
    return str(found[0] if isinstance(found, list) else found).strip()


def _instant(one: Any, name: str) -> datetime:
    """A date and its hour in UTC. An hour without a zone is that of Paris."""
    value = _value(one, name)
    if isinstance(value, date) and not isinstance(value, datetime):
        raise _Refused(N_("Cet événement dure toute la journée : un rendez-vous a une heure."))
    if not isinstance(value, datetime):
        raise _Refused(N_("La date de cet événement ne peut pas être lue."))
    if value.tzinfo is None:
        if "TZID" in one[name].params:
            raise _Refused(N_("Le fuseau horaire de cet événement est inconnu."))
        value = value.replace(tzinfo=PARIS)
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise _Refused(N_("La date de cet événement ne peut pas être lue.")) from None


def _value(one: Any, name: str) -> Any:
    """What a property means; None when it is absent, broken, or given twice."""
    try:
        return one[name].dt
    except (AttributeError, KeyError, ValueError):
        return None


def _minutes(one: Any, starts_at: datetime) -> int | None:
    """How long; None when nothing is told."""
    lasts = _value(one, "DURATION")
    if "DTEND" in one:
        lasts = _instant(one, "DTEND") - starts_at
    return int(lasts.total_seconds() // 60) if isinstance(lasts, timedelta) else None


def _host(one: Any) -> str:
    """The name of who receives, as the calendar says it."""
    found = one.get("ORGANIZER")
    return wash_line(str(found.params.get("CN", ""))) if hasattr(found, "params") else ""


def _sequence(one: Any) -> int:
    text = _text(one, "SEQUENCE")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
