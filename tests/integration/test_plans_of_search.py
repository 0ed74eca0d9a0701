"""Where a search looks: in one index for each filter, never through the whole base."""

import pytest
from sqlalchemy import text

from grc.core.actor import Actor
from grc.core.db import is_postgresql, session
from grc.finding.narrowing import newest
from grc.organisation.queries import snapshot
from tests.rig.plans import plans

ME = Actor("alice", 1)
INDEXES = (
    ({"agent": "me"}, "ix_handling_assignee_case"),
    ({"service": "apa"}, "ix_handling_unit_case"),
    ({"service": "apa", "etat": "open"}, "ix_handling_unit_open"),
    ({"commune": "92002"}, "ix_case_commune"),
    ({"type": "apa"}, "ix_case_request_type"),
    ({"depuis": "2026-01-01"}, "ix_case_received"),
    ({"canal": "email"}, "case"),  # by its primary key, the newest first
)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("below", [None, 9])
def test_each_filter_reads_an_index_in_its_order(below: int | None) -> None:
    assert snapshot().units
    if is_postgresql():  # a small table is sorted: does an index give the order?
        session().execute(text("SET LOCAL enable_sort = off"))
        session().execute(text("SET LOCAL enable_bitmapscan = off"))
    for filters, index in INDEXES:
        with plans() as seen:
            session().scalars(newest(filters, ME, below).limit(10)).all()
        told = " | ".join(seen)
        assert index in told, (filters, told)
        assert not _sorts(told), (filters, told)


def _sorts(told: str) -> bool:
    return "Sort" in told if is_postgresql() else "TEMP B-TREE" in told
