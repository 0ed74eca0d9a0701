"""Writing an archive: one snapshot of the database, and the files it refers to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, String, Table, cast, select

from grc.core import blobs
from grc.core.audit import AuditSeal
from grc.core.blobs import Blob
from grc.core.db import db
from grc.core.verify import START
from grc.supervision.backup.archive import Writer, written
from grc.supervision.backup.manifest import (
    BLOBS,
    LABEL,
    MANIFEST,
    TABLES,
    Manifest,
    demand_all_known,
    label,
    tables,
)
from grc.supervision.backup.rows import is_search_vector, lines

CHUNK = 4 << 20  # bytes of rows in one part
AT_ONCE = 1000  # rows fetched together


def dump(target: Path, revision: str, now: datetime) -> Manifest:
    """Write everything to `target`, which appears only when it is complete.

    The program may run meanwhile: what it commits after the start is not in the archive.
    Raises Conflict when another backup writes there, OSError when the disk is full.
    """
    manifest = Manifest()
    with snapshot() as connection, written(target) as writer:
        demand_all_known(connection)
        writer.add(LABEL, label(revision, connection.dialect.name, now))
        for table in tables():
            _dump_table(connection, table, writer, manifest)
        for sha256, size in _blobs(connection):
            _dump_blob(sha256, size, writer, manifest)
        manifest.sealed, manifest.head = _head(connection)
        writer.add(MANIFEST, manifest.as_json())
    return manifest


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees one moment of the database, however long it is used."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")  # a reader of the write-ahead log keeps its view
        else:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection


def _dump_table(connection: Connection, table: Table, writer: Writer, manifest: Manifest) -> None:
    columns = [
        cast(column, String) if is_search_vector(column) else column for column in table.columns
    ]
    query = select(*columns).order_by(*table.primary_key).execution_options(yield_per=AT_ONCE)
    manifest.columns[table.name] = [column.name for column in table.columns]
    manifest.rows[table.name] = 0
    for number, (chunk, count) in enumerate(lines(connection.execute(query), CHUNK), start=1):
        name = f"{TABLES}{table.name}/{number:06}.jsonl"
        manifest.chunks[name] = writer.add(name, chunk)
        manifest.rows[table.name] += count


def _blobs(connection: Connection) -> Iterator[tuple[str, int]]:
    query = select(Blob.sha256, Blob.size).order_by(Blob.sha256)
    for row in connection.execute(query.execution_options(yield_per=AT_ONCE)):
        yield row[0], row[1]


def _dump_blob(sha256: str, size: int, writer: Writer, manifest: Manifest) -> None:
    """Files are never changed, so the live store is as good as a snapshot of it."""
    manifest.blobs += 1
    try:
        with blobs.store().open(sha256) as stream:
            if (
                os.fstat(stream.fileno()).st_size != size
                or writer.add_stream(BLOBS + sha256, stream, size) != sha256
            ):
                manifest.damaged.append(sha256)
    except FileNotFoundError:
        manifest.damaged.append(sha256)


def _head(connection: Connection) -> tuple[int, str]:
    query = select(AuditSeal.position, AuditSeal.chain_hash)
    row = connection.execute(query.order_by(AuditSeal.position.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else (0, START)
