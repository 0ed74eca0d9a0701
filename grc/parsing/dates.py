"""Dates of mail headers, which are often missing, wrong or without a zone."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_YEARS = range(1980, 2100)  # outside, the sender's clock was broken
_LONGEST = 200  # a date is short; the rest is an attack on the parser


def parse_date(value: str) -> datetime | None:
    """An aware datetime, or None when the header is unusable (RFC 5322 §3.3).

    A missing zone, or `-0000`, means UTC.
    """
    try:
        parts = parsedate_tz(value[:_LONGEST])
        if parts is None or parts[0] not in _YEARS:
            return None
        zone = timezone(timedelta(seconds=parts[9])) if parts[9] else UTC
        return datetime(*parts[:6], tzinfo=zone)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def received_date(value: str) -> datetime | None:
    """The date of a `Received` header: what follows its last semicolon (RFC 5321 §4.4)."""
    return parse_date(value.rpartition(";")[2].strip())
