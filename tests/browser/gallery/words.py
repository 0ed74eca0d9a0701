"""French dates and sizes for the gallery: the filters that the templates expect."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 5, 9, 40, tzinfo=PARIS)
TODAY = NOW.date()


def day(when: date) -> str:
    """Return "lun. 2 mars 2026"."""
    return format_date(when, "EEE d MMM y", locale="fr")


def clock(when: datetime) -> str:
    """Return "14:05" in Paris."""
    return when.astimezone(PARIS).strftime("%H:%M")


def ago(when: datetime) -> str:
    """Return "à l'instant", "il y a 12 min", "ce matin", "hier", "il y a 3 j", then the date."""
    seconds = (NOW - when).total_seconds()
    days = (TODAY - when.astimezone(PARIS).date()).days
    if seconds < 60:
        return "à l’instant"
    if days == 0:
        return f"il y a {int(seconds // 60)} min" if seconds < 3600 else f"à {clock(when)}"
    if days == 1:
        return "hier"
    return f"il y a {days} j" if days < 60 else format_date(when, "d MMM y", locale="fr")


def due_words(on: date) -> str:
    """Return "en retard de 3 j", "aujourd'hui", "demain", "avant ven. 6 mars"."""
    days = (on - TODAY).days
    if days < 0:
        return f"en retard de {-days} j"
    near = {0: "aujourd’hui", 1: "demain"}
    return near.get(days) or "avant " + format_date(on, "EEE d MMM", locale="fr")


def size_words(size: int) -> str:
    """Return bytes as "640 o", "12 ko" or "1,2 Mo"."""
    if size < 1000:
        return f"{size} o"
    if size < 1_000_000:
        return f"{round(size / 1000)} ko"
    return f"{size / 1_000_000:.1f} Mo".replace(".", ",")


def source_words(source: str) -> str:
    """Return the name of a source."""
    return source


FILTERS = {f.__name__: f for f in (day, clock, ago, due_words, size_words, source_words)}
