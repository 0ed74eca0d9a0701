"""Reference data kept in memory: read for every item, changed a few times a year.

A cached value carries the versions it was built from. They are compared with the database
at most once a second, so a load done by another process is seen within a second, and one
done by this process at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import select

from grc.core.db import session
from grc.organisation.models import LoadedData

Value = TypeVar("Value")
Versions = tuple[tuple[str, int], ...]
_CHECK_EVERY = 1.0  # seconds


@dataclass
class _Entry(Generic[Value]):
    value: Value
    versions: Versions
    checked_at: float


class Cache(Generic[Value]):
    """One value per database, built by a function that reads it."""

    def __init__(self, build: Callable[[], Value]) -> None:
        self._build = build
        self._entries: WeakKeyDictionary[Any, _Entry[Value]] = WeakKeyDictionary()
        _caches.append(self)

    def get(self) -> Value:
        """The value of the present database; no query at all within the same second."""
        bind = session().get_bind()
        entry = self._entries.get(bind)
        if entry is not None and monotonic() - entry.checked_at < _CHECK_EVERY:
            return entry.value
        versions = _versions()
        if entry is not None and entry.versions == versions:
            entry.checked_at = monotonic()
            return entry.value
        entry = _Entry(self._build(), versions, monotonic())
        self._entries[bind] = entry
        return entry.value

    def forget(self) -> None:
        """Build again at the next call."""
        self._entries.clear()


_caches: list[Cache[Any]] = []


def forget() -> None:
    """Forget everything this process keeps: called by loads, useful to tests."""
    for cache in _caches:
        cache.forget()


def _versions() -> Versions:
    rows = session().execute(select(LoadedData.name, LoadedData.version).order_by(LoadedData.name))
    return tuple((name, version) for name, version in rows)
