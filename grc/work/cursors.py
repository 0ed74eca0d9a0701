"""Where a page of a list ends, as a word that fits an address."""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from grc.core.types import UtcDateTime


def encode(direction: str, row: Any, columns: Sequence[InstrumentedAttribute[Any]]) -> str:
    """The place of a row in a list sorted by these columns; `direction`: "<" or ">"."""
    values = [getattr(row, column.key) for column in columns]
    spelled = [v.isoformat() if isinstance(v, date) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps([direction, *spelled]).encode()).decode()


def decode(
    cursor: str | None, columns: Sequence[InstrumentedAttribute[Any]]
) -> tuple[bool, list[Any] | None]:
    """(whether the page before is meant, the place); no place for what makes no sense."""
    if not cursor:
        return False, None
    try:
        direction, *spelled = json.loads(base64.urlsafe_b64decode(cursor))
        values = [_revive(column, v) for column, v in zip(columns, spelled, strict=True)]
    except (ValueError, TypeError):
        return False, None
    return direction == "<", values


def _revive(column: InstrumentedAttribute[Any], value: Any) -> Any:
    if isinstance(column.type, UtcDateTime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if column.key == "due_on":
        return date.fromisoformat(value)
    return int(value)
