"""`grc counter import`: a calendar from the command line, in both languages."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from grc.appointments.models import Appointment
from grc.core.db import session
from tests.integration.conftest import Grc

CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART:20260303T093000
SUMMARY:Mme Été
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20260303
SUMMARY:Congés
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize("loaded_url", ["sqlite"], indirect=True)
def test_a_calendar_goes_to_the_site_that_is_said(
    app: Flask, grc: Grc, grc_in_english: Grc, tmp_path: Path
) -> None:
    path = tmp_path / "agenda.ics"
    path.write_text(CALENDAR, "utf-8")
    given = ("counter", "import", path, "--source", "agenda", "--site", "pole-social-14")
    done = grc(*given, "--json")
    assert (done.code, done.json["created"]) == (65, 1)
    assert [one["line"] for one in done.json["rejected"]] == [7]
    assert "Line 7 refused: This event lasts the whole day" in grc_in_english(*given).err
    assert grc(*given, "--json").json["unchanged"] == 1
    (one,) = session().scalars(select(Appointment)).all()
    assert (one.name, one.source, one.external) == ("Mme Été", "agenda", "1")
    wrong = grc(*given[:-1], "antonny")
    assert (wrong.code, "« antonny » de --site" in wrong.err) == (64, True)
    path.write_text(CALENDAR[: len(CALENDAR) // 2], "utf-8")
    cut = grc(*given)
    assert (cut.code, "calendrier complet" in cut.err) == (64, True)
