"""Loads: idempotent, versioned, and seen by what is kept in memory. On both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.catalogue import models as catalogue_models
from grc.catalogue import service as catalogue
from grc.catalogue.queries import current_type
from grc.catalogue.queries import snapshot as catalogue_snapshot
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.db import db, session, transaction
from grc.core.errors import NotFound, Unavailable
from grc.organisation import models, service
from grc.organisation.loading import LoadReport
from grc.organisation.queries import snapshot
from grc.organisation.territory import Place
from grc.routing import reading
from grc.routing.folder import Configuration, read_folder
from grc.routing.loading import load_rules
from grc.routing.models import RoutingRule
from grc.routing.queries import context, rule_at, rules
from grc.routing.rule import Rule
from grc.routing.versions import Why, put_in_force

DEMO = read_folder(Path(__file__).parents[3] / "demo")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url.replace(
        "postgresql:", "postgresql+psycopg:"
    )
    db.init_app(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def load(demo: Configuration = DEMO, now: datetime = NOW) -> list[LoadReport]:
    with transaction():
        return [
            service.load(demo.organisation, actor=SYSTEM, now=now),
            catalogue.load(demo.request_types, actor=SYSTEM, now=now),
            load_rules(demo.rules, actor=SYSTEM, now=now),
        ]


def count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.usefixtures("app")
def test_loading_twice_changes_nothing() -> None:
    first = load()
    audited = count(AuditRow)
    assert all(report.created and not report.updated for report in first)
    again = load(now=LATER)
    assert not any(report.has_changes for report in again)
    assert [len(r.unchanged) for r in again] == [len(r.created) for r in first]
    assert count(AuditRow) == audited
    assert {row.version for row in session().scalars(select(models.LoadedData))} == {1}


@pytest.mark.usefixtures("app")
def test_what_was_loaded_is_what_the_file_says() -> None:
    load()
    here = snapshot()
    assert here.triage.code == "tri"
    assert here.unit("sst-01").department_id == here.unit("solidarites").id
    assert here.unit("solidarites").department_id == here.unit("solidarites").id
    box = here.mailbox("email", "crip")
    assert box is not None
    assert (box.unit_code, box.acknowledges) == ("crip", False)
    assert "contact@exemple-departement.fr" in here.own_addresses
    place = Place(commune="Vanves")
    assert here.territories.find(place, date(2023, 1, 1)).territory == "t13"
    assert here.territories.find(place, date(2026, 1, 1)).territory == "t11"
    assert rules(NOW.date()) == DEMO.rules
    assert context().territory_units["t14"] == "sst-14"
    violences = current_type("violences")
    assert violences is not None
    assert (violences.level, violences.sensitive, violences.version) == ("named", True, 1)


@pytest.mark.usefixtures("app")
def test_a_changed_type_or_rule_is_a_new_version_and_the_old_one_stays() -> None:
    load()
    longer = replace(DEMO.request_types[0], delay_days=90)
    rule = replace(DEMO.rules[0], label="Autre libellé")
    changed = replace(
        DEMO,
        request_types=(longer, *DEMO.request_types[1:]),
        rules=(rule, *DEMO.rules[1:]),
    )
    reports = load(changed, LATER)
    assert [report.updated for report in reports[1:]] == [
        ["request_type rsa"],
        ["rule danger-enfant"],
    ]
    kind = current_type("rsa")
    assert kind is not None
    assert (kind.version, kind.delay_days) == (2, 90)
    first = rules(LATER.date())[0]
    assert (first.version, first.label) == (2, "Autre libellé")
    assert rules(NOW.date())[0].version == 1
    old = (
        session()
        .scalars(select(catalogue_models.RequestType).filter_by(code="rsa", version=1))
        .one()
    )
    assert (old.delay_days, old.valid_to) == (60, date(2026, 6, 1))


def enforce(listed: tuple[Rule, ...], on: date, now: datetime = NOW) -> LoadReport:
    with transaction():
        return put_in_force(listed, on, Why(SYSTEM, "system"), now=now)


@pytest.mark.usefixtures("app")
def test_rules_of_a_day_to_come_wait_for_it_and_the_last_list_written_counts() -> None:
    load()
    one, two, *_ = DEMO.rules
    renamed = replace(one, label="Demain")
    enforce((renamed, *DEMO.rules[1:]), date(2026, 4, 1))
    assert rules(date(2026, 3, 31)) == DEMO.rules
    assert (rules(date(2026, 4, 1))[0].label, rules(date(2026, 4, 1))[0].version) == ("Demain", 2)
    enforce((two, one), date(2026, 5, 1))  # later still: both will come
    assert [len(rules(date(2026, month, 2))) for month in (3, 4, 5)] == [51, 51, 2]
    planned = reading.planned(reading.versions(), NOW.date())
    assert [version.number for version in planned] == [2, 3]
    again = enforce(DEMO.rules, date(2026, 3, 3))  # the file again: what was planned never comes
    assert again.has_changes
    assert rules(date(2026, 3, 3)) == rules(date(2027, 1, 1)) == DEMO.rules
    assert reading.planned(reading.versions(), NOW.date()) == reading.versions()[:1]
    assert [rule.code for rule in reading.rules_of(3)] == [two.code, one.code]
    assert not enforce(DEMO.rules, date(2026, 3, 4)).has_changes
    now = reading.in_force(reading.versions(), date(2026, 6, 1))
    assert now is not None
    assert now.number == 4


@pytest.mark.usefixtures("app")
def test_two_lists_in_one_day_keep_what_cases_pinned_between() -> None:
    load()
    first = replace(DEMO.rules[0], label="Une heure seulement")
    enforce((first, *DEMO.rules[1:]), NOW.date())
    enforce(DEMO.rules, NOW.date())
    assert rules(NOW.date())[0].label == DEMO.rules[0].label
    assert rules(NOW.date())[0].version == 3
    pinned = rule_at(first.code, 2)
    assert pinned is not None
    assert pinned.label == "Une heure seulement"
    assert [version.author for version in reading.versions()] == [
        "system",
        "system",
        "import:system",
    ]


@pytest.mark.usefixtures("app")
def test_what_left_the_file_is_retired_and_can_come_back() -> None:
    load()
    fewer = replace(
        DEMO,
        organisation=replace(
            DEMO.organisation,
            sites=DEMO.organisation.sites[1:],
            mailboxes=DEMO.organisation.mailboxes[:-1],
        ),
        request_types=DEMO.request_types[1:],
        rules=DEMO.rules[:-1],
    )
    organisation, types, ruled = load(fewer, LATER)
    assert organisation.retired == ["site pole-social-01", "mailbox email/files"]
    assert (types.retired, ruled.retired) == (["request_type rsa"], ["rule nature-connue"])
    assert current_type("rsa") is None
    assert snapshot().mailbox("email", "files") is None
    assert not any(report.has_changes for report in load(fewer, LATER))
    load(DEMO, LATER)
    back = current_type("rsa")
    assert back is not None
    assert back.version == 2
    assert snapshot().mailbox("email", "files") is not None
    assert count(RoutingRule) == len(DEMO.rules) + 1


@pytest.mark.usefixtures("app")
def test_a_retired_unit_is_still_found_by_id_for_old_cases() -> None:
    load()
    gone = snapshot().unit("rh")
    units = tuple(unit for unit in DEMO.organisation.units if unit.code != "rh")
    boxes = tuple(box for box in DEMO.organisation.mailboxes if box.unit != "rh")
    without = replace(DEMO.organisation, units=units, mailboxes=boxes)
    load(replace(DEMO, organisation=without), LATER)
    assert snapshot().find_unit("rh") is None
    assert snapshot().unit_by_id(gone.id).name == gone.name
    assert "rh" not in {unit.code for unit in snapshot().units}
    with pytest.raises(NotFound):
        snapshot().unit("nowhere")


@pytest.mark.usefixtures("app")
def test_a_commune_that_moves_keeps_its_past() -> None:
    load()
    moved = tuple(
        replace(item, territory="t12") if item.insee == "92046" else item
        for item in DEMO.organisation.ranges
    )
    report = load(replace(DEMO, organisation=replace(DEMO.organisation, ranges=moved)), LATER)[0]
    assert sorted(report.updated) == ["territory t12", "territory t13"]
    malakoff, index = Place(insee="92046"), snapshot().territories
    assert index.find(malakoff, date(2026, 5, 31)).territory == "t13"
    assert index.find(malakoff, date(2026, 6, 1)).territory == "t12"
    territory = snapshot().territory("t12")
    assert territory is not None
    assert territory.version == 2
    again = load(replace(DEMO, organisation=replace(DEMO.organisation, ranges=moved)), LATER)[0]
    assert not again.has_changes


@pytest.mark.usefixtures("app")
def test_a_load_that_fails_changes_nothing() -> None:
    load()
    broken = replace(DEMO.organisation.sites[0], unit="nowhere", name="X")
    file = replace(DEMO.organisation, sites=(broken, *DEMO.organisation.sites[1:]))
    with pytest.raises(KeyError):
        load(replace(DEMO, organisation=file), LATER)
    assert not load(now=LATER)[0].has_changes


@pytest.mark.usefixtures("app")
def test_before_any_load_the_message_says_what_to_do() -> None:
    with pytest.raises(Unavailable, match="grc organisation load"):
        _ = snapshot().triage
    assert catalogue_snapshot().delay(None)[0] == 30
    load()
    assert catalogue_snapshot().delay(None) == (15, "charte du département")
    assert catalogue_snapshot().delay(current_type("apa"))[0] == 60
    assert catalogue_snapshot().delay(current_type("information"))[0] == 15
