"""A unit closes over what is reserved to a list: nobody is told, and nothing is lost."""

import re

from sqlalchemy import update

from grc.cases.listing import listed_for_units
from grc.cases.models import Case, Handling
from grc.core.db import execute, session, transaction
from grc.organisation.queries import snapshot
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
