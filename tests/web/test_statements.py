"""What every page asks of its database and weighs: a number of statements, whatever the rows.

The numbers are in `statements.txt`, one line a page. When a page has changed on purpose,
they are written anew by

    GRC_WRITE_STATEMENTS=1 .venv/bin/pytest tests/web/test_statements.py
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from grc.channels.reader import Reader
from tests.browser.journeys.house import fill
from tests.browser.journeys.tour import BEHIND, TOUR, Stop
from tests.integration.conftest import make_settings, running
from tests.rig import databases
from tests.web.conftest import Browser, Filled, Site, opened
from tests.web.more_rows import multiply
from tests.web.test_guard import statements

TABLE = Path(__file__).with_name("statements.txt")
AGAIN = "GRC_WRITE_STATEMENTS=1 .venv/bin/pytest tests/web/test_statements.py"
TUESDAY = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)  # the tour names its year
MESSAGES = 40
HEAVIEST = 60_000  # bytes of HTML
ROW = re.compile(r'<a\b[^>]*\brow-link\b[^>]*href="([^"#]+)"')
CATALOGUES = ("demande", "lettre", "reponses-types", "danger")  # read once a process
NO_QUESTION = ("BEGIN", "PRAGMA")


@pytest.fixture
def lived(sqlite_template: Path, tmp_path: Path, reader: Reader) -> Iterator[Site]:
    """The back-office with what the journeys find in it, on a Tuesday."""
    url = databases.copy_sqlite(sqlite_template, tmp_path)
    with time_machine.travel(TUESDAY):
        with running(make_settings(url, tmp_path), reader):
            fill(MESSAGES)
        yield from opened(url, Filled(url, tmp_path, {}), reader)


def asked(site: Site) -> dict[str, int]:
    """Statements of every page, by its name in the tour."""
    seats = {login: site.as_(login) for login in {stop.login for stop in TOUR}}
    for browser in seats.values():
        browser.get("/aide")  # what only the first page of a session asks
    rows = Rows(seats)
    for stop in TOUR:
        if stop.name in CATALOGUES:
            _asked(seats[stop.login], stop, rows)
    return {stop.name: _asked(seats[stop.login], stop, rows) for stop in (*TOUR, *BEHIND)}


class Rows:
    """The addresses behind the rows of lists, each list read once."""

    def __init__(self, seats: dict[str | None, Browser]) -> None:
        self._seats, self._read = seats, dict[tuple[str | None, str], list[str]]()

    def of(self, stop: Stop) -> list[str]:
        """Where a stop may be."""
        if stop.then is None:
            return [stop.path]
        key = stop.login, stop.path
        if key not in self._read:
            answer = self._seats[stop.login].get(stop.path)
            self._read[key] = ROW.findall(answer.text)
        return [row + stop.then for row in self._read[key]]


def _asked(browser: Browser, stop: Stop, rows: Rows) -> int:
    """Of the first row that answers as it should: rows are of all states."""
    for path in rows.of(stop):
        with statements() as seen:
            answer = browser.get(path, follow_redirects=stop.then is None)
        if answer.status_code == stop.status:
            assert len(answer.data) < HEAVIEST, (stop.name, path)
            return sum(not one.startswith(NO_QUESTION) for one in seen)
    raise AssertionError(f"{stop.name}: {stop.path} leads nowhere")


def written() -> dict[str, int]:
    """The numbers of the table."""
    lines = (line.split() for line in TABLE.read_text("utf-8").splitlines())
    return {name: int(number) for name, number in lines}


def _is_as_written(found: dict[str, int]) -> None:
    known = written()
    changed = {
        n: (known.get(n), found.get(n)) for n in known | found if known.get(n) != found.get(n)
    }
    assert not changed, f"page: (was, is) {changed}; if it is meant so: {AGAIN}"


def test_pages_ask_of_many_rows_what_is_written(lived: Site) -> None:
    """The table is of few rows: equal, nothing grows with them."""
    if os.environ.get("GRC_WRITE_STATEMENTS"):
        few = asked(lived)
        TABLE.write_text("".join(f"{name:<28}{few[name]:>3}\n" for name in few), "utf-8")
    lived.ask(lambda: multiply(2))
    _is_as_written(asked(lived))


@pytest.mark.long
def test_pages_ask_of_few_rows_what_is_written(lived: Site) -> None:
    _is_as_written(asked(lived))
