"""The figures read the same from either database, whatever a line is."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from grc.core.actor import Actor
from grc.supervision.statistics.facts import Measure
from grc.supervision.statistics.periods import Days, Grain
from grc.supervision.statistics.queries import By, Question, figures
from tests.integration.conftest import make_settings, running
from tests.integration.statistics import telling
from tests.integration.statistics.telling import at

DAYS = Days(date(2026, 3, 1), date(2026, 5, 20))
OUTSIDE = Actor("nobody", is_script=True, is_listed=False)


@pytest.fixture
def told(loaded_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Two requests, one answered and ended, counted."""
    with running(make_settings(loaded_url, tmp_path)) as app:
        first = telling.opened("apa", 0, channel="phone")
        telling.opened("apa", 8)
        telling.answered(first, 3)
        telling.closed(first, 40)
        telling.count()
        yield app


@pytest.mark.usefixtures("told")
def test_every_way_of_reading_says_the_same() -> None:
    for by, grain in [(one, Grain.MONTH) for one in By] + [(By.PERIOD, one) for one in Grain]:
        whole = figures(Question(DAYS, by, grain, is_outside=True), OUTSIDE, at(100)).total
        assert (whole.of(Measure.OPENED), whole.of(Measure.HANDLED)) == (2, 1)
        assert (whole.delay(Measure.ANSWERED, 50), whole.delay(Measure.HANDLED, 90)) == (3, 40)
