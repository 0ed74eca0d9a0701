"""Files of reference data, loaded while somebody writes on a screen."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from grc.catalogue.service import load as load_types
from grc.catalogue.service import load_canned
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import execute, transaction
from grc.core.errors import InvalidInput
from grc.correspondence import delegating
from grc.correspondence.files import Letters
from grc.correspondence.loading import load as load_letters
from grc.organisation import changing, loading
from grc.organisation.editing import put_unit
from grc.organisation.edits import named
from grc.organisation.present import present
from grc.organisation.service import load
from grc.organisation.tables import Unit
from grc.supervision import of_a_unit
from tests.web.conftest import Site

LOADS: list[tuple[int, Callable[[], object]]] = [
    (changing.LOCK, lambda: load(present(), actor=SYSTEM, now=clock.now())),
    (loading.VERSIONS, lambda: load_types((), actor=SYSTEM, now=clock.now(), force=True)),
    (loading.VERSIONS, lambda: load_canned((), actor=SYSTEM, now=clock.now(), force=True)),
    (delegating.LOCK, lambda: load_letters(Letters((), ()), actor=SYSTEM, now=clock.now())),
]


@pytest.mark.parametrize("both", ["postgresql"], indirect=True)
def test_a_file_waits_for_who_writes_on_a_screen(both: Site) -> None:
    """Else it would take her change back without seeing it, see decision 44."""

    def _hurried(load_it: Callable[[], object]) -> None:
        with transaction():
            execute(text("SET LOCAL lock_timeout = '20ms'"))
            load_it()

    def _waits(load_it: Callable[[], object]) -> None:
        with pytest.raises(OperationalError, match="lock timeout"):
            _hurried(load_it)

    url = both.app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "")
    for number, load_it in LOADS:
        with psycopg.connect(url) as writing:
            writing.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            both.ask(lambda load_it=load_it: _waits(load_it))


def test_a_file_leaves_a_unit_that_has_requests_in_its_department(site: Site) -> None:
    """Its people could not read them any more, and another department could."""

    def _move(code: str) -> None:
        here = present()
        other = Unit("ailleurs", "Ailleurs", "Ailleurs", "department")
        moved = replace(named(here.units, code), parent="ailleurs", kind="unit")
        after = put_unit(put_unit(here, other), moved)
        of_a_unit.demand_same_departments(after.units)

    with pytest.raises(InvalidInput) as refused:
        site.ask(lambda: _move("apa"))
    assert refused.value.text.params["codes"] == "apa"
    site.ask(lambda: _move("amethyste"))  # which has had none
