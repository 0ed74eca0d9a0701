"""What stays when somebody has gone: secret cases are read, cases are nobody's, undoing holds."""

import pytest
from sqlalchemy import delete

from grc.cases.models import CaseAccess
from grc.cases.queries import by_reference
from grc.cases.service import handling_of, set_status
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import session, transaction
from tests.web.conftest import Site
from tests.web.test_administration import A, entrust, leave, owners, sealed, user_id


def only(site: Site, login: str) -> None:
    """She alone is on the list of the named case."""
    number = user_id(site, login)

    def write() -> None:
        with transaction():
            case = by_reference(site.cases["named"])
            session().execute(delete(CaseAccess).where(CaseAccess.case_id == case.id))
            session().add(CaseAccess(case_id=case.id, user_id=number, effect="allow"))

    site.ask(write)


@pytest.mark.parametrize("how", ["closed", "role taken"])
def test_the_last_reader_of_a_named_case_leaves_it_to_the_supervisor(both: Site, how: str) -> None:
    only(both, "alice")
    root, url = both.as_("root"), f"{A}/comptes/{entrust(both, 'alice', 'named')}"
    assert both.as_("sonia").get(both.url("named")).status_code == 404
    if how == "closed":
        leave(root, url, "bob")
    else:
        for role in sealed(root.get(url).text):
            root.post(f"{url}/roles/retirer", role=role)
    both.work()
    read = {who: both.as_(who).get(both.url("named")).status_code for who in ("sonia", "bob")}
    assert read == {"sonia": 200, "bob": 404}
    assert root.get(both.url("named")).status_code in (403, 404)
    assert both.cases["named"] not in root.get(url).text


def end(site: Site, status: str) -> None:
    def write() -> None:
        with transaction():
            case = by_reference(site.cases["apa"])
            row = handling_of(case, SYSTEM)
            set_status(case, row, status, actor=SYSTEM, now=clock.now(), outcome="answered")

    site.ask(write)


@pytest.mark.parametrize("has_left", [True, False])
def test_a_case_opened_again_is_not_that_of_who_has_left(site: Site, has_left: bool) -> None:
    bob, root = entrust(site, "bob", "apa"), site.as_("root")
    end(site, "resolved")
    end(site, "closed")
    if has_left:
        leave(root, f"{A}/comptes/{bob}")
        site.work()
    assert owners(site)["apa"] == (bob, "closed")
    seen = str(site.handling("apa").version)
    site.as_("alice").post(site.url("apa", "rouvrir"), reason="encore", version=seen, seen="0")
    assert owners(site)["apa"] == ((None, "received") if has_left else (bob, "in_progress"))
