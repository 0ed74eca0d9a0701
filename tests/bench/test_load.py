"""What `bench.load` copies is what the pipeline writes, to the last column."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bench import load, place, sample, staff
from bench.source import Source, copied, last_ids
from grc.cases.models import Case, SearchDoc
from grc.core.audit import HASHED, AuditRow, content_hash
from grc.core.db import db, end_read, session

CASES, SEED = 30, 5
# All that may differ: a token drawn anew at each lease, and the number of a step, which nothing
# refers to (PostgreSQL spends one when a step planned twice stays one row).
RANDOM = {("step", "lease_token"), ("step", "id")}

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """A small sample."""
    folder = tmp_path_factory.mktemp("sample")
    with load.made(place.settings("sqlite://", folder), CASES, SEED) as made:
        yield made


def _rows(before: dict[str, int]) -> Rows:
    """Every row written since, typed, in the order of the keys."""
    found: Rows = {}
    for table in copied():
        columns = [column.name for column in table.columns]
        query = select(table).order_by(*table.primary_key.columns)
        if "id" in columns:
            query = query.where(table.c.id > before[table.name])
        names = [name for name in columns if (table.name, name) not in RANDOM]
        rows = session().execute(query).mappings()
        found[table.name] = [{name: row[name] for name in names} for row in rows]
    end_read()
    return found


def _last() -> dict[str, int]:
    with db.engine.connect() as connection:
        return last_ids(connection)


@pytest.mark.parametrize("season", [0, 3])
def test_loaded_rows_are_those_of_the_pipeline(
    season: int, source: Source, database_url: str, other_url: str, tmp_path: Path
) -> None:
    with place.running(place.settings(database_url, tmp_path)):
        staff.hire()
        before = _last()
        invented = sample.invent(CASES, SEED)
        sample.build(invented, season, cases=CASES, seed=SEED)
        pipelined = _rows(before)
    with place.running(place.settings(other_url, tmp_path)):
        assert load.fill(source, CASES, first=season) == CASES
        loaded = _rows(before)
    assert len(pipelined["case"]) == CASES
    for name, rows in pipelined.items():
        assert loaded[name] == rows, name


def test_many_copies_hold_together(source: Source, sqlite_url: str, tmp_path: Path) -> None:
    with place.running(place.settings(sqlite_url, tmp_path)):
        assert load.fill(source, 3 * CASES) == 3 * CASES
        assert load.fill(source, CASES) == CASES  # a second load goes on where the first ended
        assert session().scalar(select(func.count()).select_from(Case)) == 4 * CASES
        assert session().execute(text("PRAGMA foreign_key_check")).all() == []
        for row in session().scalars(select(AuditRow)):
            assert row.row_hash == content_hash({name: getattr(row, name) for name in HASHED})
        found = session().scalar(text("SELECT count(*) FROM search_fts WHERE body MATCH 'bonjour'"))
        docs = select(func.count()).where(SearchDoc.body.contains("bonjour"))
        assert found == session().scalar(docs)
        assert found > CASES


def test_a_seed_gives_the_same_rows(source: Source, tmp_path: Path) -> None:
    with load.made(place.settings("sqlite://", tmp_path), CASES, SEED) as again:
        for name, columns in source.tables.items():
            kept = {c: v for c, v in columns.items() if (name, c) not in RANDOM}
            assert {c: again.tables[name][c] for c in kept} == kept, name


@pytest.mark.parametrize(("asked", "size"), [(1, 1), (400, 400), (401, 201), (100_000, 400)])
def test_whole_copies_make_the_number_asked_for(asked: int, size: int) -> None:
    assert load.sample_size(asked) == size
