"""What an archive says of itself: first in few words, last in full."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, inspect

from grc.core.db import Base

FORMAT = 1
LABEL = "grc-backup.json"
MANIFEST = "manifest.json"
BLOBS = "blobs/"
TABLES = "tables/"
GRC = Path(__file__).resolve().parents[2]  # the package of the program
NOT_DATA = {"alembic_version"}


@dataclass(frozen=True)
class Label:
    """The first part: enough to refuse what cannot be restored."""

    revision: str  # of the schema
    dialect: str
    taken_at: str
    format: int = FORMAT


@dataclass
class Manifest:
    """The last part. `chunks`: SHA-256 by name of part; `damaged`: files that were not
    what their name says, or not there, when the archive was written."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    chunks: dict[str, str] = field(default_factory=dict)
    blobs: int = 0
    damaged: list[str] = field(default_factory=list)
    sealed: int = 0
    head: str = ""

    def as_json(self) -> bytes:
        """The bytes of the part."""
        return json.dumps(asdict(self), indent=1).encode()


def label(revision: str, dialect: str, now: datetime) -> bytes:
    """The bytes of the first part."""
    return json.dumps(asdict(Label(revision, dialect, now.isoformat()))).encode()


@cache
def tables() -> list[Table]:
    """Every table, those that are referred to first. The schema version is not data.

    A table is known once its module was imported, and a command imports few of them.
    """
    for path in sorted(GRC.glob("*/models.py")):
        import_module(f"{GRC.name}.{path.parent.name}.models")
    return list(Base.metadata.sorted_tables)


def demand_all_known(connection: Connection) -> None:
    """Raise RuntimeError for a table that would be left out: better no backup than a hole."""
    known = {table.name for table in tables()} | NOT_DATA
    present = {
        name
        for name in inspect(connection).get_table_names()
        if not name.startswith("search_fts")  # fed by a trigger
    }
    if left_out := present - known:
        raise RuntimeError(f"tables without a model: {sorted(left_out)}")


def load(kind: Any, content: bytes) -> Any:
    """A Label or a Manifest from the bytes of its part. Raises ValueError or TypeError."""
    return kind(**json.loads(content))
