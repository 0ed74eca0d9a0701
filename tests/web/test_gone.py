"""What stays when somebody has gone: secret cases are read, cases are nobody's, undoing holds."""

import pytest
from sqlalchemy import delete, select

from grc.bulk.models import BulkAct
from grc.cases import access
from grc.cases.models import CaseAccess
from grc.cases.queries import by_reference
from grc.cases.service import handling_of, set_status
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.db import add_all, session, transaction
from tests.web.conftest import Site
from tests.web.test_administration import A, entrust, leave, owners, sealed, user_id
from tests.web.test_exceptional import hire


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


def test_a_departure_is_undone_after_many_others_by_who_undid_it(both: Site) -> None:
    bob, root = entrust(both, "bob", "apa"), both.as_("root")
    second = hire(both, "regis", "tri", "administrator")
    leave(root, f"{A}/comptes/{bob}")
    both.work()
    other = {"user_id": 1, "about_user_id": user_id(both, "oscar"), "kind": "leave"}
    other |= {"at": clock.now(), "chosen": {}}

    def many() -> None:
        with transaction():
            add_all(BulkAct, [other | {"key": f"k{number}"} for number in range(201)])

    both.ask(many)
    assert second.post(f"{A}/comptes/{bob}/annuler-depart").status_code == 303
    both.work()
    assert owners(both)["apa"] == (bob, "in_progress")
    query = select(AuditRow.actor).where(AuditRow.event == "case:assigned")
    assert both.ask(lambda: session().scalars(query.order_by(-AuditRow.id)).first()) == "regis"


def test_undoing_a_departure_gives_nothing_to_who_may_no_longer_read_it(site: Site) -> None:
    bob, root = entrust(site, "bob", "apa", "other"), site.as_("root")
    leave(root, f"{A}/comptes/{bob}")
    site.work()

    def refuse() -> None:
        with transaction():
            case = by_reference(site.cases["apa"])
            access.refuse(case, "bob", "un proche", actor=SYSTEM, now=clock.now())

    site.ask(refuse)
    root.post(f"{A}/comptes/{bob}/annuler-depart")
    site.work()
    assert owners(site)["apa"] == (None, "received")
    assert owners(site)["other"] == (bob, "in_progress")
