"""Appointments: typed, brought by a file, honoured or not; and the figures of it all."""

import re
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from sqlalchemy import select

from grc.appointments import agenda
from grc.appointments.agenda import Planned
from grc.appointments.files import Report, take_in
from grc.appointments.models import Appointment, Visit
from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import PARIS, paris_date, start_of
from grc.core.db import session, transaction
from grc.core.errors import InvalidInput
from grc.intake.models import Information
from grc.jobs.tidying import forget_names
from grc.supervision.visits import of_year, quantile
from tests.web.conftest import Site
from tests.web.test_counter import ANTONY, act, antony, come, desk, visit

__all__ = ["desk"]

HEAD = "Site;Date;Heure;Durée;Avec;Nom;Motif;Référence\r\n"
ROWS = (
    "pole-social-14;03/03/2026;9h30;45;M. Petit;Mme Été;Autonomie : APA, PCH, MDPH;R1\r\n"
    "Pôle social d'Antony;2026-03-03;14:00;;;M. Noël;autre;R2\r\n"
)


def given(site: Site, name: str, minutes: int, reference: str | None = None) -> str:
    """An appointment so many minutes ago, today whatever the hour; its reference."""

    def make() -> str:
        with transaction():
            case = by_reference(reference) if reference else None
            now = clock.now()
            at = max(now - timedelta(minutes=minutes), start_of(paris_date(now)))
            planned = Planned(at, name=name, case=case)
            made = agenda.plan(antony().id, planned, actor=SYSTEM, now=now)
            return session().get_one(Appointment, made).reference

    made: str = site.ask(make)
    return made


def state(site: Site, name: str) -> str:
    found: str = site.ask(
        lambda: session().scalars(select(Appointment.state).where(Appointment.name == name)).one()
    )
    return found


def take(site: Site, text: str, folder: Path) -> Report:
    path = folder / "rendez-vous.csv"
    path.write_bytes(text.encode("cp1252"))

    def work() -> Report:
        with transaction():
            return take_in(path, "planning", actor=SYSTEM, now=clock.now())

    report: Report = site.ask(work)
    return report


def calendar(site: Site, *events: str, folder: Path, default: str = "") -> Report:
    path = folder / "agenda.txt"  # told by what it holds
    text = "\r\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR"])
    path.write_text(text, "utf-8")

    def work() -> Report:
        with transaction():
            now = clock.now()
            return take_in(path, "agenda", actor=SYSTEM, now=now, default_site=default)

    report: Report = site.ask(work)
    return report


def event(uid: str, name: str, at: str = "20260303T093000", **more: str) -> str:
    told = {"SUMMARY": name, "LOCATION": "Pôle social d'Antony"} | more
    lines = [f"UID:{uid}", f"DTSTART;TZID=Europe/Paris:{at}", *map(":".join, told.items())]
    return "\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"])


def test_a_calendar_is_read_again_changed_and_cancelled(desk: Site, tmp_path: Path) -> None:
    two = [
        event("1", "Mme Été", DESCRIPTION="Motif : autre", DURATION="PT45M"),
        event("2", "autre", LOCATION="Bureau 12", DESCRIPTION="Nom : M. Noël"),
        event("3", "Tous les lundis", RRULE="FREQ=WEEKLY"),
    ]
    first = calendar(desk, *two, folder=tmp_path)
    assert (first.created, [line for line, _ in first.rejected]) == (1, [10, 17])
    again = calendar(desk, *two, folder=tmp_path, default=ANTONY)
    assert (again.created, again.unchanged, len(again.rejected)) == (1, 1, 1)
    found = desk.ask(lambda: session().scalars(select(Appointment).order_by("external")).all())
    assert [(one.name, one.reason, one.minutes) for one in found] == [
        ("Mme Été", "autre", 45), ("M. Noël", "autre", 30),
    ]  # fmt: skip
    moved = calendar(desk, event("1", "Mme Été", "20260303T110000"), folder=tmp_path)
    assert (moved.updated, moved.vanished) == (1, ["2"])
    gone = event("1", "Mme Été", STATUS="CANCELLED")
    unknown = event("9", "Mme Inconnue", STATUS="CANCELLED")
    cancelled = calendar(desk, gone, unknown, folder=tmp_path)
    assert (cancelled.updated, cancelled.unchanged, cancelled.created) == (1, 1, 0)
    assert state(desk, "Mme Été") == "cancelled"
    assert calendar(desk, gone, folder=tmp_path).unchanged == 1


def test_only_what_a_calendar_cancelled_comes_back_with_it(desk: Site, tmp_path: Path) -> None:
    kept = event("1", "Mme Faure")
    calendar(desk, kept, folder=tmp_path)
    assert calendar(desk, event("1", "Mme Faure", STATUS="CANCELLED"), folder=tmp_path).updated == 1
    again = calendar(desk, event("1", "Mme Faure", SEQUENCE="2"), folder=tmp_path)
    assert (again.updated, state(desk, "Mme Faure")) == (1, "to_come")
    assert calendar(desk, kept, folder=tmp_path).unchanged == 1
    (one,) = desk.ask(lambda: session().scalars(select(Appointment)).all())
    url = f"/accueil/rendez-vous/{one.reference}/annule"
    assert desk.as_("ines").post(url).status_code == 303
    assert calendar(desk, kept, folder=tmp_path).unchanged == 1
    assert state(desk, "Mme Faure") == "cancelled"


def test_a_file_does_not_change_what_has_happened(desk: Site, tmp_path: Path) -> None:
    calendar(desk, event("1", "Mme Faure"), folder=tmp_path)
    (one,) = desk.ask(lambda: session().scalars(select(Appointment)).all())
    assert desk.as_("ines").post(f"/accueil/rendez-vous/{one.reference}/arrivee").status_code == 303
    for more in ({"at": "20260303T160000"}, {"STATUS": "CANCELLED"}):
        assert calendar(desk, event("1", "Mme Faure", **more), folder=tmp_path).unchanged == 1
    assert state(desk, "Mme Faure") == "arrived"


def test_who_arrives_waits_and_her_appointment_follows(desk: Site) -> None:
    ines, reference = desk.as_("ines"), given(desk, "Mme Faure", 5)
    assert "Mme Faure" in ines.get("/accueil").text
    url = f"/accueil/rendez-vous/{reference}"
    assert ines.post(f"{url}/arrivee").status_code == 303
    assert ines.post(f"{url}/arrivee").status_code == 409
    assert ines.post(f"{url}/absente").status_code == 409
    one = visit(desk, "Mme Faure")
    assert (one.kind, one.is_expected, state(desk, "Mme Faure")) == ("interview", True, "arrived")
    act(ines, one, "terminer", result="answered")
    assert state(desk, "Mme Faure") == "honoured"
    act(ines, one, "rouvrir")
    assert state(desk, "Mme Faure") == "arrived"
    act(ines, one, "terminer", result="mistake")
    assert state(desk, "Mme Faure") == "to_come"


def test_what_is_missed_proposes_to_begin_again(desk: Site) -> None:
    mia = desk.as_("mia")
    mia.post("/accueil/site", site=ANTONY)
    url = f"/accueil/rendez-vous/{given(desk, 'Mme Faure', 20, desk.cases['apa'])}"
    assert mia.post(f"{url}/absente").status_code == 303
    page = mia.get("/accueil").text
    found = re.search(r'href="(/demandes/[^"]+missed_appointment)"', page)
    assert found is not None
    assert re.search(r'data-autofocus name="code" value="missed_app', mia.get(found[1]).text)
    assert desk.cases["apa"] not in desk.as_("ines").get("/accueil").text  # another department
    assert mia.post(f"{url}/a-venir").status_code == 303
    assert state(desk, "Mme Faure") == "to_come"
    later = given(desk, "Plus tard", -20)
    assert mia.post(f"/accueil/rendez-vous/{later}/absente").status_code == 422
    for name, told in (("excusee", "excused"), ("annule", "cancelled")):
        mia.post(f"/accueil/rendez-vous/{later}/{name}")
        assert state(desk, "Plus tard") == told


def test_an_appointment_is_typed(desk: Site) -> None:
    ines, tomorrow = desk.as_("ines"), (clock.now() + timedelta(days=1)).astimezone(PARIS)
    fields = {"name": "Mme Roy", "on": tomorrow.date().isoformat(), "at": "10:15", "minutes": "45"}
    assert ines.post("/accueil/rendez-vous", **fields).status_code == 303
    one = desk.ask(lambda: session().scalars(select(Appointment)).one())
    assert (one.starts_at.astimezone(PARIS).strftime("%H:%M"), one.minutes) == ("10:15", 45)
    wrong: tuple[dict[str, str], ...] = (
        {"at": ""},
        {"minutes": "x"},
        {"on": "2020-01-01"},
        {"case": "D-1"},
    )
    for fault in wrong:
        answer = ines.post("/accueil/rendez-vous", **(fields | fault))
        assert answer.status_code == 422
        assert "Mme Roy" in answer.text  # nothing typed is lost


def test_others_do_not_touch_it(desk: Site) -> None:
    reference = given(desk, "Zénobie", 5)
    for login in ("leo", "alice", "root"):
        other = desk.as_(login)
        assert other.post(f"/accueil/rendez-vous/{reference}/arrivee").status_code in {403, 404}
        assert "Zénobie" not in other.get("/accueil").text
    assert state(desk, "Zénobie") == "to_come"


def test_a_file_is_read_again_without_harm(desk: Site, tmp_path: Path) -> None:
    first = take(desk, HEAD + ROWS, tmp_path)
    assert (first.created, first.rejected) == (2, [])
    again = take(desk, HEAD + ROWS, tmp_path)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    moved = take(desk, HEAD + ROWS.replace("9h30", "16h"), tmp_path)
    assert (moved.updated, moved.unchanged) == (1, 1)
    fewer = take(desk, HEAD + ROWS.splitlines(keepends=True)[0], tmp_path)
    assert fewer.vanished == ["R2"]
    assert (state(desk, "M. Noël"), state(desk, "Mme Été")) == ("to_come", "to_come")
    one = desk.ask(
        lambda: session().scalars(select(Appointment).where(Appointment.external == "R1")).one()
    )
    assert (one.reason, one.on_date, one.minutes) == ("autonomie", date(2026, 3, 3), 45)


BAD = (
    "nulle-part;03/03/2026;9h;;;X;;R9",
    "pole-social-14;31/02/2026;9h;;;X;;R9",
    "pole-social-14;03/03/2026;;;;X;;R9",
    "pole-social-14;03/03/2026;9h;long;;X;;R9",
    "pole-social-14;03/03/2026;9h;999;;X;;R9",
    "pole-social-14;03/03/2026;9h;;;X;;",
)


def test_rows_that_are_not_right_are_told_and_left_out(desk: Site, tmp_path: Path) -> None:
    report = take(desk, HEAD + "\r\n".join(BAD) + f"\r\n{ROWS}", tmp_path)
    assert (report.created, [line for line, _why in report.rejected]) == (2, [2, 3, 4, 5, 6, 7])


def test_what_is_no_table_of_appointments_is_refused(desk: Site, tmp_path: Path) -> None:
    for text in ("", "a;b\r\n1;2\r\n"):
        with pytest.raises(InvalidInput):
            take(desk, text, tmp_path)


def figures(site: Site, year: int) -> dict[str, Any]:
    found: dict[str, Any] = site.ask(
        lambda: {one.site: one for one in of_year(year, SYSTEM, clock.now())}
    )
    return found


def test_figures_are_the_counts_of_the_lists(desk: Site) -> None:
    ines = desk.as_("ines")
    for number, kind in enumerate(("information", "interview", "interview", "digital_alone")):
        come(ines, f"M. {number}", kind=kind, reason="logement" if number else "")
    for number, result in enumerate(("answered", "oriented", "left", "mistake")):
        act(ines, visit(desk, f"M. {number}"), "terminer", result=result)
    ines.post("/contact/counter", q="")  # two keys: an information, anonymous
    given(desk, "Mme Faure", 5)
    site_id = desk.ask(lambda: antony().id)
    given_here = desk.ask(lambda: session().scalars(select(Information)).one())
    assert (given_here.site_id, given_here.channel) == (site_id, "counter")

    year = paris_date(clock.now()).year
    one = figures(desk, year)[ANTONY]
    rows = desk.ask(lambda: session().scalars(select(Visit).where(Visit.result != "mistake")).all())
    waits = [
        int(((row.called_at or row.ended_at) - row.arrived_at).total_seconds()) for row in rows
    ]
    assert (one.visits, one.interviews, one.informations) == (len(rows), 2, 1)
    assert one.by_reason == {"": 1, "logement": 2}
    assert one.by_result == {"answered": 1, "left": 1, "oriented": 1}
    assert one.by_kind == {"information": 1, "interview": 2}
    assert one.appointments == {"to_come": 1}
    assert one.waiting_median == median(waits)
    assert one.waiting_p90 == max(waits)
    assert figures(desk, year - 1) == {}


def test_digital_space_alone_or_accompanied_is_counted_apart(desk: Site) -> None:
    ines = desk.as_("ines")
    page = ines.get("/accueil").text
    for number, kind in enumerate(("digital_alone", "digital_accompanied", "digital_accompanied")):
        assert f'value="{kind}"' in page
        come(ines, f"Mme {number}", kind=kind)
    assert "Espace numérique, accompagnée" in ines.get("/accueil").text
    year = paris_date(clock.now()).year
    one = figures(desk, year)[ANTONY]
    assert one.by_kind == {"digital_accompanied": 2, "digital_alone": 1}


def test_quantiles_are_values_that_were_measured() -> None:
    assert quantile([], 50) is None
    assert quantile([7], 90) == 7
    assert [quantile(range(1, 11), share) for share in (50, 90, 100)] == [5, 9, 10]


def test_names_are_forgotten_and_the_visit_stays(desk: Site) -> None:
    come(desk.as_("ines"), "Mme Un")
    given(desk, "Mme Faure", 5)
    today = paris_date(clock.now())
    assert desk.ask(lambda: forget_names(today)) == 0
    assert desk.ask(lambda: forget_names(today + timedelta(days=1))) == 2
    assert desk.ask(lambda: session().scalars(select(Visit)).one()).name is None
