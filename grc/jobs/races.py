"""Transactions that lost a race are run again; a database that is away is told apart."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

T = TypeVar("T")
RACES = 3  # lost races in a row before a step waits its turn again
_CONFLICTS = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock timeout
_SQLITE_BUSY, _SQLITE_LOCKED = 5, 6


def retrying(attempt: Callable[[], T]) -> T:
    """Run a transaction again when it lost a race: the next try sees the winner's rows."""
    for _ in range(RACES - 1):
        try:
            return attempt()
        except (OperationalError, IntegrityError) as error:
            if not is_conflict(error):
                raise
    return attempt()


def is_conflict(error: DBAPIError) -> bool:
    """True when another transaction won: the same again may succeed."""
    if isinstance(error, IntegrityError):
        return True
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code in (_SQLITE_BUSY, _SQLITE_LOCKED) or (
        getattr(error.orig, "sqlstate", None) in _CONFLICTS
    )


def is_away(error: OperationalError) -> bool:
    """True when the database is at fault, not what this step gives it (a limit, class 54)."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return not is_conflict(error) and not state.startswith("54")
