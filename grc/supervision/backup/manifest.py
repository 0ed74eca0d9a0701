"""What an archive says of itself: first in few words, last in full."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from grc.core.db import Base

FORMAT = 1
LABEL = "grc-backup.json"
MANIFEST = "manifest.json"
BLOBS = "blobs/"
TABLES = "tables/"


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


def tables() -> list[Table]:
    """Every table, those that are referred to first. The schema version is not data."""
    return list(Base.metadata.sorted_tables)


def load(kind: Any, content: bytes) -> Any:
    """A Label or a Manifest from the bytes of its part. Raises ValueError or TypeError."""
    return kind(**json.loads(content))
