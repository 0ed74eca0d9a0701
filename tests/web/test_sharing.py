"""Sharing out a queue: looked at, done by the act on many cases, undone as a whole."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from grc.bulk.models import BulkLine
from grc.cases.models import CaseAccess, Handling
from grc.cases.queries import by_reference
from grc.cases.service import set_level
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.staff import absences
from grc.staff.models import User, UserRole
from tests.web.conftest import Browser, Site
from tests.web.test_bulk import URL, hidden, look, read, undo

ALL = "apa other hostile"


def ids(site: Site) -> dict[str, str]:
    """Account ids by login."""

    def find() -> dict[str, str]:
        return {row.login: str(row.id) for row in session().scalars(select(User))}

    found: dict[str, str] = site.ask(find)
    return found


def owners(site: Site, names: str = ALL) -> list[str | None]:
    called = {int(number): login for login, number in ids(site).items()}
    return [called.get(site.handling(name).assignee_id or 0) for name in names.split()]


def share(browser: Browser, site: Site, logins: str, names: str = ALL, how: str = "equal") -> Any:
    numbers = ids(site)
    people: Any = [numbers[login] for login in logins.split()]
    return look(browser, site, names, "share", people=people, how=how)


def go(browser: Browser, site: Site, page: str, logins: str, **more: Any) -> Any:
    people: Any = [ids(site)[login] for login in logins.split()]
    return browser.post(URL, go="1", people=people, how="equal", **hidden(page), **more)


def test_a_queue_is_shared_out_and_given_back_by_one_undo(both: Site) -> None:
    sonia = both.as_("sonia")
    page = share(sonia, both, "alice bob").text
    assert "2 à Alice, 1 à Bob" in read(page)
    assert owners(both) == [None] * 3  # looking writes nothing
    key = "00000000-0000-4000-8000-00000000000a"
    done = go(sonia, both, page, "alice bob", key=key)
    assert done.status_code == 303, read(done.text)
    assert owners(both) == ["alice", "bob", "alice"]
    again = go(sonia, both, page, "alice bob", key=key)
    assert again.location == done.location  # sent twice is one act
    assert "3 demandes : 3 faites" in read(sonia.get(done.location).text)
    assert "3 remises comme avant" in undo(sonia, done.location)
    assert owners(both) == [None] * 3


def test_nobody_gets_what_she_may_not_read(site: Site) -> None:
    def name_for_alice() -> None:
        with transaction():
            case = by_reference(site.cases["apa"])
            assert case is not None
            set_level(case, "named", actor=SYSTEM, now=clock.now())
            of_bob = select(User.id).where(User.login == "bob").scalar_subquery()
            rows = delete(CaseAccess).where(CaseAccess.case_id == case.id)
            session().execute(rows.where(CaseAccess.user_id == of_bob))
            sonia = session().scalar(select(User.id).where(User.login == "sonia"))
            session().add(CaseAccess(case_id=case.id, user_id=sonia, effect="allow"))

    site.ask(name_for_alice)
    sonia = site.as_("sonia")
    page = share(sonia, site, "bob").text
    why = "aucune des personnes choisies ne peut la recevoir"
    assert f"3 demandes, dont 1 refusée : {why}" in read(page)
    assert go(sonia, site, page, "bob").status_code == 303
    assert owners(site) == [None, "bob", "bob"]
    go(sonia, site, share(sonia, site, "alice bob").text, "alice bob")
    assert owners(site)[0] == "alice"


def test_a_share_that_was_tampered_with_gives_to_nobody_from_elsewhere(site: Site) -> None:
    sonia, numbers = site.as_("sonia"), ids(site)
    page = share(sonia, site, "bob").text
    sent = hidden(page)
    sent["looked"] = sent["looked"].replace(
        f'"{site.cases["apa"]}": "{numbers["bob"]}"', f'"{site.cases["apa"]}": "{numbers["oscar"]}"'
    )
    people: Any = [numbers["bob"]]
    assert sonia.post(URL, go="1", people=people, how="equal", **sent).status_code == 303
    assert owners(site) == [None, "bob", "bob"]
    whys = site.ask(lambda: list(session().scalars(select(BulkLine.why)).all()))
    assert [why["msgid"] for why in whys if why] == ["cette personne n'est pas du service"]


def test_who_is_absent_is_not_offered_and_gets_nothing(site: Site) -> None:
    numbers = ids(site)

    def leave() -> None:
        today = paris_date(clock.now())
        with transaction():
            absences.declare(int(numbers["bob"]), None, today, today, actor=SYSTEM, now=clock.now())

    site.ask(leave)
    sonia = site.as_("sonia")
    form = look(sonia, site, ALL, "share").text
    assert "Bob : absence jusqu’au" in read(form)
    assert f'value="{numbers["bob"]}"' not in form
    assert share(sonia, site, "alice bob").status_code == 422  # a page from before
    go(sonia, site, share(sonia, site, "alice").text, "alice")
    assert owners(site) == ["alice"] * 3


@pytest.mark.parametrize("is_direct", [True, False])
def test_present_loads_are_for_the_direct_supervisor_alone(site: Site, is_direct: bool) -> None:
    def take() -> None:
        with transaction():
            bob = session().scalars(select(User).where(User.login == "bob")).one()
            site_of_case = by_reference(site.cases["apa"])
            assert site_of_case is not None
            row = (
                session().scalars(select(Handling).where(Handling.case_id == site_of_case.id)).one()
            )
            row.assignee_id = bob.id
            sonia = session().scalars(select(User).where(User.login == "sonia")).one()
            if is_direct:
                session().add(UserRole(user_id=sonia.id, unit_id=row.unit_id, role="supervisor"))

    site.ask(take)
    sonia = site.as_("sonia")
    form = read(look(sonia, site, "other hostile", "share").text)
    assert ("Bob, 1 ouverte" in form) == is_direct
    assert ('value="level"' in form) == is_direct
    page = read(share(sonia, site, "alice bob", "other hostile", "level").text)
    assert ("2 à Alice" in page) == is_direct  # elsewhere that choice does not exist


@pytest.mark.parametrize("login", ["alice", "rita", "dora"])
def test_only_supervisors_share_out(site: Site, login: str) -> None:
    assert "Répartir" not in site.as_(login).get("/file").text
    assert look(site.as_(login), site, "apa", "share", people="1", how="equal").status_code in {
        403,
        422,
    }
    assert owners(site) == [None] * 3
