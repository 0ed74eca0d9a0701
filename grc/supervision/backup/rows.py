"""Rows as JSON lists, whatever the database they come from or go to."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Table
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.dialects.postgresql.base import PGDialect

from grc.core.types import UtcDateTime

Values = Sequence[Any]
Convert = Callable[[Any], Any]
_LEXEME = re.compile(r"'((?:[^']|'')*)':([0-9A-D,]+)")


def encode(row: Values) -> bytes:
    """One line of JSON, spelled the same whatever the database: dates in ISO 8601."""
    values = [value.isoformat() if isinstance(value, date) else value for value in row]
    spelled = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return spelled.encode() + b"\n"


def decoder(table: Table, source: str, target: str) -> Callable[[bytes], dict[str, Any]]:
    """What turns a line of the archive into a row; `source` and `target` are dialects."""
    names = [column.name for column in table.columns]
    converts = [_convert(column, source, target) for column in table.columns]

    def _decode(line: bytes) -> dict[str, Any]:
        values = zip(converts, json.loads(line), strict=True)
        return dict(zip(names, (convert(value) for convert, value in values), strict=True))

    return _decode


def _convert(column: Column[Any], source: str, target: str) -> Convert:
    if isinstance(column.type, UtcDateTime):
        return _unless_null(datetime.fromisoformat)
    if isinstance(column.type, Date):
        return _unless_null(date.fromisoformat)
    if is_search_vector(column) and source == "postgresql" and target == "sqlite":
        return words_of
    return lambda value: value


def _unless_null(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)


def is_search_vector(column: Column[Any]) -> bool:
    """True for text that is a tsvector on PostgreSQL and plain on SQLite."""
    on_postgresql = column.type.dialect_impl(PGDialect())  # type: ignore[no-untyped-call]
    return isinstance(on_postgresql, TSVECTOR)


def words_of(vector: str) -> str:
    """The words of a tsvector in their order: `'a':1,3 'b':2` is `a b a`."""
    placed: list[tuple[int, str]] = []
    for word, positions in _LEXEME.findall(vector):
        plain = word.replace("''", "'").replace("\\\\", "\\")
        placed += [(int(at.rstrip("ABCD")), plain) for at in positions.split(",")]
    return " ".join(word for _, word in sorted(placed))


def lines(rows: Iterable[Values], size: int) -> Iterable[tuple[bytes, int]]:
    """Encoded rows in chunks of about `size` bytes, with the number of rows in each."""
    chunk, count = bytearray(), 0
    for row in rows:
        chunk += encode(row)
        count += 1
        if len(chunk) >= size:
            yield bytes(chunk), count
            chunk, count = bytearray(), 0
    if count:
        yield bytes(chunk), count
