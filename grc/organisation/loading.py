"""What every load of reference data shares: a report, an idempotent upsert, versions.

Loads run inside the caller's transaction. Rows are found by their code, changed only when
something differs, and retired rather than deleted.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import Base, lock, session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.core.versions import Versioned
from grc.organisation import cache
from grc.organisation.models import LoadedData

Model = TypeVar("Model", bound=Base)
VERSIONS = 92_145  # the lock of what is kept in versions: files and screens write in turn


@dataclass
class LoadReport:
    """What a load did, as "unit apa", "rule rsa"...

    `written_at` is when a screen does it, None for a file; `taken_at` until when a file knows
    what screens wrote; `typed` is what was written on a screen later and is taken back.
    """

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    written_at: datetime | None = None
    taken_at: datetime | None = None
    typed: list[str] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        """True when the database differs from before."""
        return bool(self.created or self.updated or self.retired)

    def counts(self) -> dict[str, int]:
        """How many rows of each, for a command's output."""
        return {name: len(getattr(self, name)) for name in _COUNTED}

    def touch(self, row: Any, name: str) -> None:
        """Say who changes a row: this load. Rows that no screen writes are left alone."""
        if not hasattr(row, "written_at"):
            return
        at = row.written_at
        if self.written_at is None and at and (self.taken_at is None or at > self.taken_at):
            self.typed.append(name)
        row.written_at = self.written_at

    def refuse_typed(self, typed: Collection[str]) -> None:
        """Raise InvalidInput, naming them, when this takes back what screens wrote."""
        if typed:
            raise InvalidInput(_ON_SCREEN, codes=", ".join(sorted(set(typed))))


_COUNTED = ("created", "updated", "unchanged", "retired")


def sync(
    model: type[Model],
    label: str,
    wanted: Iterable[Mapping[str, Any]],
    report: LoadReport,
    *,
    key: tuple[str, ...] = ("code",),
    retire: Callable[[Model], bool] | None = None,
) -> dict[Any, Model]:
    """Create, change and retire rows so that they say what `wanted` says; rows by key.

    `retire(row)` switches off a row that is no longer wanted, and is False when it was off.
    """
    known = {_key(row, key): row for row in session().scalars(select(model))}
    kept: dict[Any, Model] = {}
    for values in wanted:
        name = _shown(label, [values[part] for part in key])
        row = known.pop(tuple(values[part] for part in key), None)
        if row is None:
            row = model(**values)
            session().add(row)
            report.touch(row, name)
            report.created.append(name)
        elif assign(row, values):
            report.touch(row, name)
            report.updated.append(name)
        else:
            report.unchanged.append(name)
        kept[values[key[0]] if len(key) == 1 else _key(row, key)] = row
    for identity, row in known.items():
        if retire and retire(row):
            report.touch(row, _shown(label, identity))
            report.retired.append(_shown(label, identity))
    session().flush()
    return kept


def sync_versions(
    model: type[Any],
    label: str,
    wanted: Iterable[Mapping[str, Any]],
    today: date,
    *,
    force: bool = False,
) -> LoadReport:
    """Add a version for each code whose values changed, and close what is gone.

    `wanted` gives every column but those of `Written`. Raises InvalidInput, naming them, when
    this would take back what somebody wrote on a screen, unless `force`.
    """
    lock(VERSIONS)
    report = LoadReport()
    last: dict[str, Any] = {}
    for row in session().scalars(select(model).order_by(model.version)):
        last[row.code] = row
    added, typed = [], []
    for values in wanted:
        row = last.pop(values["code"], None)
        if row is not None and row.valid_to is None and not differs(row, values):
            report.unchanged.append(_shown(label, [values["code"]]))
            continue
        was_current = row is not None and row.valid_to is None
        (report.updated if was_current else report.created).append(_shown(label, [values["code"]]))
        typed += _typed(row)
        added.append(model(**values, version=row.version + 1 if row else 1, valid_from=today))
        _close(row, today)
    for row in last.values():
        if _close(row, today):
            typed += _typed(row)
            report.retired.append(_shown(label, [row.code]))
    if not force:
        report.refuse_typed(typed)
    session().flush()  # before the new ones: one current version per code
    session().add_all(added)
    session().flush()
    return report


_ON_SCREEN = N_(
    "Rien n'est chargé : le fichier défait ce qui a été écrit à l'écran (%(codes)s). Reprenez-le "
    "dans le fichier, ou chargez avec --force."
)


def _typed(row: Any) -> list[str]:
    """The code of what was last written or closed on a screen."""
    by_hand = row is not None and (row.author_id is not None or row.ended_by is not None)
    return [row.code] if by_hand else []


def finish(name: str, report: LoadReport, *, actor: Actor, now: datetime) -> LoadReport:
    """Stamp and audit a load that changed something, so that every process sees it."""
    if report.has_changes:
        stamp(name, actor=actor, now=now)
        counts = report.counts()
        del counts["unchanged"]
        audit.record(Event.ORGANISATION_LOADED, subject=(name, 0), actor=actor, now=now, **counts)
    session().flush()
    cache.forget()
    return report


def stamp(name: str, *, actor: Actor, now: datetime) -> None:
    """Say that data of this name has changed: what every process keeps of it is read again."""
    row = session().get(LoadedData, name)
    if row is None:
        row = LoadedData(name=name, version=0, loaded_at=now, loaded_by=actor.label)
        session().add(row)
    row.version, row.loaded_at, row.loaded_by = row.version + 1, now, actor.label
    session().flush()
    cache.forget()


def assign(row: Base, values: Mapping[str, Any]) -> bool:
    """Set what differs; True when something did."""
    if not differs(row, values):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    return True


def differs(row: Any, values: Mapping[str, Any]) -> bool:
    """True when a row says something else."""
    return any(getattr(row, name) != value for name, value in values.items())


def _close(row: Versioned | None, today: date) -> bool:
    if row is None or row.valid_to is not None:
        return False
    row.valid_to = today
    return True


def _key(row: Base, key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, part) for part in key)


def _shown(label: str, identity: Iterable[Any]) -> str:
    return f"{label} {'/'.join(map(str, identity))}"
