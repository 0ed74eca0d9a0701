"""The one place that reads the clock. Services read it once and pass `now` on."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def paris_date(moment: datetime) -> date:
    """The civil date in Paris of an aware instant: what a legal date means."""
    return moment.astimezone(PARIS).date()


def paris_minute(moment: datetime) -> str:
    """The day and minute in Paris of an aware instant, as the journal keeps them."""
    return moment.astimezone(PARIS).strftime("%d/%m/%Y %H:%M")


def start_of(day: date) -> datetime:
    """The instant at which a civil day begins in Paris, in UTC."""
    return datetime.combine(day, time(), PARIS).astimezone(UTC)
