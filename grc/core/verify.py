"""Has anybody altered the journal or a file? Sealing, then the proof.

Sealing appends the chain; verifying recomputes every row's hash, every link, and every
file's SHA-256. What nobody inside can see is a journal cut at its end together with its
seals: `head` is therefore printed, to be kept on another machine, and given back as
`expected_head`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, func, insert, select

from grc.core import audit, blobs
from grc.core.audit import HASHED, AuditRow, AuditSeal
from grc.core.db import is_postgresql, lock, session
from grc.core.i18n import N_
from grc.core.schema import expected_triggers, present_triggers

BATCH = 1000
LATE = 1_000  # rows that may be committed after one of a higher number
START = "0" * 64  # what the first link is chained to
_SEALER_LOCK = 92_002
_CONTENT = tuple(getattr(AuditRow, name) for name in HASHED)


@dataclass(frozen=True)
class Broken:
    """The first thing that does not hold: an audit row (None when it is gone) and why."""

    position: int | None
    audit_id: int | None
    why: str  # a French sentence, translatable


@dataclass
class Journal:
    """What verifying the journal found; it is whole when `first_broken` is None."""

    audit_rows: int = 0
    sealed: int = 0
    first_broken: Broken | None = None
    triggers_missing: list[str] = field(default_factory=list)
    head: str = START
    head_found: bool | None = None  # None: no expected head was given

    @property
    def is_whole(self) -> bool:
        """True when nothing was altered, as far as can be seen from inside."""
        return (
            self.first_broken is None and not self.triggers_missing and self.head_found is not False
        )


@dataclass
class Files:
    """What verifying the blobs found."""

    blobs: int = 0
    broken: list[str] = field(default_factory=list)


def seal(after: int, limit: int = BATCH) -> tuple[int, int]:
    """Append the chain for up to `limit` audit rows of an id above `after` not yet sealed.

    Returns (rows sealed, the last id). One sealer at a time: this transaction holds the
    write lock of SQLite, an advisory lock on PostgreSQL.
    """
    lock(_SEALER_LOCK)
    is_sealed = exists().where(AuditSeal.audit_id == AuditRow.id)
    query = select(AuditRow.id, AuditRow.row_hash).where(AuditRow.id > after, ~is_sealed)
    rows = session().execute(query.order_by(AuditRow.id).limit(limit)).all()
    if not rows:
        return 0, after
    position, head = last_link()
    links = []
    for audit_id, row_hash in rows:
        position, head = position + 1, audit.chain_hash(head, audit_id, row_hash)
        links.append({"position": position, "audit_id": audit_id, "chain_hash": head})
    session().execute(insert(AuditSeal), links)
    return len(links), rows[-1][0]


def last_link() -> tuple[int, str]:
    """(position, hash) of the newest link of the chain."""
    query = select(AuditSeal.position, AuditSeal.chain_hash)
    row = session().execute(query.order_by(AuditSeal.position.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else (0, START)


def last_sealed() -> int:
    """The highest id of a journal row that has a seal; 0 when none has."""
    return session().scalar(select(func.max(AuditSeal.audit_id))) or 0


def near_the_end() -> int:
    """The id of a journal row before all that wait for a seal."""
    return max(0, last_sealed() - LATE)


def journal(expected_head: str | None = None) -> Journal:
    """Check every row, every link and the triggers; seal first, so that each row has a link.

    Rows that others write meanwhile are theirs to seal at the next run.
    """
    found = Journal(audit_rows=_count(AuditRow), sealed=_count(AuditSeal))
    present = present_triggers(session().connection())
    dialect = "postgresql" if is_postgresql() else "sqlite"
    found.triggers_missing = sorted(expected_triggers(dialect) - present)
    _walk(found, expected_head)
    if expected_head is not None:
        found.head_found = found.head_found or False
    return found


def _count(model: type[AuditRow] | type[AuditSeal]) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def _walk(found: Journal, expected_head: str | None) -> None:
    position = 0
    for row in _links():
        if (why := _wrong(row, position, found.head)) is not None:
            found.first_broken = Broken(row.position, row.audit_id, why)
            found.head = last_link()[1]
            return
        position, found.head = row.position, row.chain_hash
        if expected_head == found.head:
            found.head_found = True


def _links() -> Iterator[Any]:
    """The seals in order with the row each one covers, a thousand at a time."""
    last = 0
    while True:
        query = (
            select(
                AuditSeal.position,
                AuditSeal.audit_id,
                AuditSeal.chain_hash,
                AuditRow.id.label("present"),
                AuditRow.row_hash,
                *_CONTENT,
            )
            .outerjoin(AuditRow, AuditRow.id == AuditSeal.audit_id)
            .where(AuditSeal.position > last)
            .order_by(AuditSeal.position)
            .limit(BATCH)
        )
        rows = session().execute(query).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].position


def _wrong(row: Any, position: int, head: str) -> str | None:
    """Why a link does not hold, None when it does."""
    if row.present is None:
        return N_("la ligne scellée n'est plus là")
    if audit.content_hash(row._mapping) != row.row_hash:
        return N_("le contenu de la ligne a changé")
    if row.position != position + 1:
        return N_("il manque un maillon avant cette ligne")
    if audit.chain_hash(head, row.audit_id, row.row_hash) != row.chain_hash:
        return N_("la chaîne est rompue à cette ligne")
    return None


def files() -> Files:
    """Check that every file has the content its name says, and that none is missing."""
    found, store = Files(), blobs.store()
    for prefix in blobs.prefixes():
        for sha256 in sorted({*blobs.known(prefix), *store.all(prefix)}):
            found.blobs += 1
            if not _is_whole(store, sha256):
                found.broken.append(sha256)
    return found


def _is_whole(store: blobs.BlobStore, sha256: str) -> bool:
    try:
        return store.check(sha256)
    except OSError:
        return False
