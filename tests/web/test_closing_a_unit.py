"""A unit closes over what is reserved to a list: nobody is told, and nothing is lost. A file
closes as the screen does."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from grc.appointments import agenda
from grc.cases.listing import listed_for_units
from grc.cases.models import Case, Handling
from grc.cli.organisation import load_all, read
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import PARIS
from grc.core.db import execute, session, transaction
from grc.core.errors import InvalidInput
from grc.organisation.editing import put_site, put_unit
from grc.organisation.edits import named
from grc.organisation.queries import snapshot
from grc.organisation.tables import Unit
from tests.integration.conftest import DEMO
from tests.web.conftest import Site
from tests.web.test_organisation import O, filled, send


def bare(page: str) -> str:
    """A page without what differs from one moment to the next."""
    return re.sub(r'value="[^"]{16,}"|nonce="[^"]*"', "", page)


def test_what_is_reserved_goes_up_and_is_not_told(site: Site) -> None:
    root, state = site.as_("root"), f"{O}/services/neuf/etat"
    new = {"code": "neuf", "name": "Service neuf", "kind": "unit", "parent": "autonomie"}
    assert send(root, f"{O}/services/nouveau", **new).status_code == 303
    root.get(O)  # reads "Service ajouté."
    empty = root.get(state).text
    part = site.handling("named")

    def _stands_there() -> list[int]:
        there = {"unit_id": snapshot().unit("neuf").id, "assignee_id": None}
        with transaction():
            execute(update(Handling).where(Handling.id == part.id).values(there))
        return listed_for_units(part.case_id)

    listed = site.ask(_stands_there)
    assert bare(root.get(state).text) == bare(empty)
    assert root.post(state, **filled(empty)).status_code == 303
    site.work()

    def _after() -> tuple[str, str, bool, list[int]]:
        row = session().get_one(Handling, part.id)
        level = session().get_one(Case, row.case_id).level
        unit = snapshot().unit_by_id(row.unit_id)
        return unit.code, level, row.is_open, listed_for_units(row.case_id)

    assert site.ask(_after) == ("autonomie", "named", True, listed)
    history = site.as_("sonia").get(f"/demandes/{site.cases['named']}").text
    assert "Service neuf" in history


NEW = Unit("neuf", "Service neuf", "Service neuf", "unit", "autonomie")


def load(units: Sequence[Unit], closed_site: str = "", force: bool = False) -> None:
    """The files of the département with these units instead of their own, or besides."""
    found = read(DEMO)
    here = found.organisation
    for one in units:
        here = put_unit(here, one)
    if closed_site:
        here = put_site(here, replace(named(here.sites, closed_site), active=False))
    load_all(replace(found, organisation=here), force=force)


def stand(part_id: int, unit: str) -> None:
    there = {"unit_id": snapshot().unit(unit).id, "assignee_id": None}
    with transaction():
        execute(update(Handling).where(Handling.id == part_id).values(there))


@pytest.mark.parametrize("gone", [False, True])  # closed by the file, or no longer in it
def test_a_file_closes_what_holds_nothing(both: Site, gone: bool) -> None:
    secret, told = both.handling("named"), both.handling("apa")
    without = () if gone else (replace(NEW, active=False),)
    at = clock.now().astimezone(PARIS).replace(hour=12) + timedelta(days=9)

    def _fill() -> None:
        load([NEW])
        for part in (secret, told):
            stand(part.id, "neuf")
        place = next(one.id for one in snapshot().sites.values() if one.code == "bus-solidarites")
        with transaction():
            agenda.plan(place, agenda.Planned(at), actor=SYSTEM, now=clock.now())

    def _refused() -> str:
        with pytest.raises(InvalidInput) as refused:
            load(without, "bus-solidarites", force=True)
        return refused.value.say("fr")

    both.ask(_fill)
    assert both.ask(_refused) == (
        "Rien n'est chargé. Le service « Service neuf » ne peut pas encore être fermé : "
        "demandes ouvertes : 1. Le site « Bus des solidarités » ne peut pas encore être fermé : "
        f"1 rendez-vous à venir, le dernier le {at:%d/%m/%Y}."
    )
    both.work()
    assert both.ask(lambda: snapshot().unit("neuf").is_active)
    assert both.handling("named").unit_id == both.ask(lambda: snapshot().unit("neuf").id)
    both.ask(lambda: stand(told.id, "apa"))
    both.ask(lambda: load(without))
    both.work()
    assert not both.ask(lambda: snapshot().unit("neuf").is_active)
    assert both.handling("named").unit_id == both.ask(lambda: snapshot().unit("autonomie").id)
