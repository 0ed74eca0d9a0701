"""The audit rows of a copy, each with its own hash."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from bench.source import Columns


class Journal:
    """Keeps the part of each row's canonical spelling that copies share.

    `grc.core.audit.content_hash` spells a row as JSON; spelling it again for every copy would
    take longer than everything else. That both agree is checked on the sample's own rows.
    """

    def __init__(self, rows: Columns) -> None:
        self._heads = [
            _spell([event, f"{at.replace(' ', 'T')}+00:00", kind])[:-1]
            for event, at, kind in zip(rows["event"], rows["at"], rows["subject_kind"], strict=True)
        ]
        self._data = [_spell(json.loads(data)) for data in rows["data"]]
        self._actors = list(map(_spell, rows["actor"]))
        if self._hashes(rows, self._data) != rows["row_hash"]:
            raise RuntimeError("the spelling of audit rows has changed: see core.audit")

    def rewrite(self, rows: Columns, renumber: Callable[[str], str]) -> None:
        """References in the data, then the hash."""
        rows["data"] = list(map(renumber, rows["data"]))
        rows["row_hash"] = self._hashes(rows, list(map(renumber, self._data)))

    def _hashes(self, rows: Columns, data: list[str]) -> list[str]:
        names = ("subject_id", "case_id", "actor_id", "remark_id")
        ids = (map(_number, rows[name]) for name in names)
        spelled = zip(self._heads, *ids, self._actors, data, strict=True)
        return [
            _digest(f"{head},{subject},{case},{actor_id},{actor},{kept},{remark}]")
            for head, subject, case, actor_id, remark, actor, kept in spelled
        ]


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _spell(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _digest(spelled: str) -> str:
    return hashlib.sha256(spelled.encode()).hexdigest()
