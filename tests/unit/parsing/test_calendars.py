"""Events of a calendar: hours, identities, and what is refused with a reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.parsing import calendars
from grc.parsing.calendars import BadCalendar, Event

START = "DTSTART:20260302T093000Z"


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def calendar(*events: str, head: str = "") -> bytes:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0" + head, *events, "END:VCALENDAR", ""]
    ).encode()


def only(*lines: str) -> Event:
    (found,) = calendars.read(calendar(event(*lines)))
    return found


@pytest.mark.parametrize(
    ("start", "hour"),
    [
        ("DTSTART:20260702T093000Z", 9),
        ("DTSTART:20260702T093000", 7),
        ("DTSTART;TZID=Europe/Paris:20260702T093000", 7),
        ("DTSTART;TZID=Romance Standard Time:20260702T093000", 7),
        ("DTSTART;TZID=America/Cayenne:20260702T093000", 12),
    ],
)
def test_when_it_begins(start: str, hour: int) -> None:
    assert only("UID:1", start).starts_at == datetime(2026, 7, 2, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["UID:1", "DTSTART;VALUE=DATE:20260302"], "toute la journée"),
        (["UID:1", START, "RRULE:FREQ=WEEKLY"], "RRULE"),
        (["UID:1", "DTSTART;TZID=Nowhere:20260302T093000"], "fuseau"),
        (["UID:1", "DTSTART:demain"], "lue"),
        (["UID:1", START, START], "lue"),
        (["UID:1"], "lue"),
        ([START], "UID"),
    ],
)
def test_what_is_no_appointment_says_why(lines: list[str], why: str) -> None:
    assert why in only(*lines).problem


def test_an_occurrence_that_was_moved_is_itself() -> None:
    one = only("UID:1", START, "RECURRENCE-ID;TZID=Europe/Paris:20260301T090000")
    assert one.key == "1/20260301T080000Z"


def test_what_is_told() -> None:
    one = only(
        "UID:a@b",
        START,
        "DURATION:PT45M",
        r"SUMMARY:Durand\, Marie",
        r"DESCRIPTION:Motif : APA\nApporter ses pièces",
        "LOCATION:Antony",
        "ORGANIZER;CN=M. Petit:mailto:petit@example.org",
        "STATUS:CANCELLED",
    )
    assert (one.line, one.key, one.minutes, one.summary) == (3, "a@b", 45, "Durand, Marie")
    assert (one.host, one.location, one.is_cancelled) == ("M. Petit", "Antony", True)
    assert one.description == "Motif : APA\nApporter ses pièces"
    assert only("UID:1", START, "DTEND:20260302T100000Z").minutes == 30
    assert only("UID:1", START).minutes is None


def test_the_latest_version_counts_and_a_calendar_may_cancel_all() -> None:
    versions = (event("UID:1", START, f"SEQUENCE:{n}", f"SUMMARY:{n}") for n in (1, 3, 2))
    (one,) = calendars.read(calendar(*versions, head="\r\nMETHOD:CANCEL"))
    assert (one.summary, one.is_cancelled) == ("3", True)


def test_a_file_of_another_kind_or_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "MOST", 2)
    for raw in (b"BEGIN:VCALENDAR\r\nnothing", calendar(*[event("UID:1")] * 3), b" " * (5 << 20)):
        with pytest.raises(BadCalendar):
            calendars.read(raw)


LINES = [
    *("BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM", "BEGIN:VTIMEZONE", "TZID:x"),
    *("BEGIN:VCALENDAR", "END:VCALENDAR", "UID:1", START, "DTSTART;VALUE=DATE:2026"),
    *("DTEND:20250302T093000Z", "DURATION:-P1Y", "RECURRENCE-ID:x", ";:", " folded"),
    *('SUMMARY;ALTREP=":\x00é', "ORGANIZER;CN=a,b:x", "RDATE:20260302", "DTSTART:00010101T000000"),
    *("DTSTART;TZID=../x:20260302T093000", "DTSTART;TZID=:99991231T235959"),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LINES)))
def test_anything_is_read_or_refused(lines: list[str]) -> None:
    try:
        found = calendars.read(calendar(*lines))
    except BadCalendar:
        return
    assert all(one.problem or one.starts_at for one in found)
