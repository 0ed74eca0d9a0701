"""`grc counter figures --outside`: what may be published says what it does not tell."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from grc.appointments.models import Visit
from grc.core.db import add, transaction
from grc.organisation.queries import snapshot
from tests.integration.conftest import Grc


@pytest.mark.parametrize("loaded_url", ["sqlite"], indirect=True)
def test_small_numbers_stay_inside(app: Flask, grc: Grc, grc_in_english: Grc) -> None:
    at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    with transaction():
        site_id = next(iter(snapshot().sites))
        told = {"kind": "information", "arrived_at": at, "on_date": at.date()}
        add(Visit, site_id=site_id, queued_at=at, **told)
    asked = ("counter", "figures", "--year", "2026")
    assert grc(*asked, "--json").json["sites"][0]["visits"] == 1
    outside = grc(*asked, "--outside", "--json").json
    assert (outside["sites"][0]["visits"], outside["masked_below"]) == (None, 5)
    shown = grc(*asked, "--outside").out
    assert " * " in shown
    assert "sont masqués" in shown
    assert "*: numbers from 1 to 4 are masked" in grc_in_english(*asked, "--outside").out
