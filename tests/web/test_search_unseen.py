"""What a search finds does not change with what is hidden from who asks: not what a name is
spelled like, nor where the search stops because it has found enough."""

from collections.abc import Sequence

import pytest

from grc.cases.models import ExternalReference
from grc.citizens.models import Citizen, CitizenKey
from grc.citizens.service import name_keys
from grc.core import clock
from grc.core.db import add, amend, session, transaction
from grc.work import service as work
from tests.web.conftest import Site
from tests.web.test_search import _actor, _case, ask, names

# What bob types, and the names of somebody of whom he may know nothing.
TYPED: tuple[tuple[str, Sequence[str]], ...] = (
    ("Turand", ("Turant",)),  # the same sound, which Durand has not
    ("Turand", ("Turanda", "Turande", "Turandi", "Turando", "Turandu", "Turandy", "Turandt")),
    ("Dur", ("Dur",)),  # the very word: names that only begin so come after it
)


@pytest.fixture
def filled(site: Site) -> Site:
    """A case of bob's with a note, and the hidden one."""

    def note() -> None:
        with transaction():
            work.note(_case(site, "other"), "Pénélope", actor=_actor("alice"), now=clock.now())

    site.ask(note)
    return site


def called(site: Site, *spelled: str) -> None:
    """Zénobie, of the named case, is called by all of these names."""

    def write() -> None:
        with transaction():
            case = _case(site, "named")
            assert case.citizen_id
            amend(session().get_one(Citizen, case.citizen_id), name=" ".join(spelled))
            for kind, key in {pair for one in spelled for pair in name_keys(one)}:
                add(CitizenKey, citizen_id=case.citizen_id, kind=kind, key=key)

    site.ask(write)


def test_a_hidden_name_changes_no_search(filled: Site) -> None:
    whole = {typed: names(filled, ask(filled, "bob", typed)) for typed, _ in TYPED}
    assert whole == {typed: {"apa"} for typed, _ in TYPED}
    for typed, spelled in TYPED:
        called(filled, *spelled)
        assert names(filled, ask(filled, "sonia", spelled[0])) >= {"named"}
        assert names(filled, ask(filled, "bob", typed)) == {"apa"}, spelled
    calling = filled.as_("bob").get("/contact/phone", query_string={"q": "Dur"}).text
    assert filled.cases["apa"] in calling


def test_a_hidden_number_changes_no_search(filled: Site) -> None:
    def refer() -> None:
        with transaction():
            hidden = _case(filled, "named")
            add(ExternalReference, case_id=hidden.id, system="x", value="x", key="penelope")

    assert names(filled, ask(filled, "bob", "penelope")) == {"other"}
    filled.ask(refer)
    assert names(filled, ask(filled, "bob", "penelope")) == {"other"}
