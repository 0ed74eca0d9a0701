"""Four eyes are those of two people: neither codes nor roles let one administrator confirm what
she asked for herself, and no list of a reserved case goes to somebody she has just made."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from grc.cases import access
from grc.cases.models import CaseAccess
from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import session, transaction
from grc.jobs.runner import drain
from grc.organisation.queries import snapshot
from grc.staff.models import User, UserRole
from tests.web.conftest import Site
from tests.web.test_administration import (
    A,
    chosen,
    code_of,
    create,
    leave,
    sealed,
    user_id,
    visitor_of,
)
from tests.web.test_exceptional import ask, hire
from tests.web.test_organisation import filled
from tests.web.test_who_enters import confirm, second, told

WAITS_NO_MORE = "a remplacé, ou il a été confirmé"


def listed(site: Site, name: str = "named") -> list[str]:
    """Who may read a reserved case."""

    def ask() -> list[str]:
        case = by_reference(site.cases[name])
        assert case is not None
        query = select(User.login).join(CaseAccess, CaseAccess.user_id == User.id)
        where = (CaseAccess.case_id == case.id, CaseAccess.effect == "allow")
        return list(session().scalars(query.where(*where).order_by(User.login)))

    return list(site.ask(ask))


def put_on_the_list(site: Site, login: str) -> None:
    def do() -> None:
        with transaction():
            case = by_reference(site.cases["named"])
            assert case is not None
            user = session().scalars(select(User.id).where(User.login == login)).one()
            session().add(CaseAccess(case_id=case.id, user_id=user, effect="allow"))

    site.ask(do)


def number_of(page: str) -> str:
    """The request that waits on the page of accounts."""
    found = re.search(r'name="number" value="(\d+)"', page)
    assert found, page
    return found[1]


def test_the_code_of_an_administrator_is_confirmed_by_a_third(site: Site) -> None:
    second(site)
    root, where = site.as_("root"), f"{A}/comptes/{user_id(site, 'ruth')}"
    assert root.post(f"{where}/lien").status_code == 303
    page = root.get(where).text  # she would confirm, as Ruth, what she asks as herself
    assert 'id="link"' not in page
    assert "grc user code ruth" in page
    tess = hire(site, "tess", "tri", "administrator")
    code = code_of(root.post(f"{where}/lien").text)
    assert chosen(visitor_of(site), code) == 422
    for unfit in (root, site.as_("ruth")):
        assert confirm(unfit, site, "ruth").status_code == 403
    assert confirm(tess, site, "ruth").status_code == 303
    assert chosen(visitor_of(site), code) == 303


def test_the_role_of_administrator_waits_for_a_second(site: Site) -> None:
    root = site.as_("root")
    where = create(root, login="z.puppet", role="agent")
    root.post(f"{where}/roles", role="administrator", unit="tri")
    assert "grc user grant z.puppet" in root.get(where).text  # alone: whoever keeps the server
    refused = root.post(
        f"{A}/comptes/nouveau", name="Zoé", login="z.zoe", email="", extension="",
        role="administrator", unit="tri",
    )  # fmt: skip
    assert refused.status_code == 422
    second(site)
    root.post(f"{where}/roles", role="administrator", unit="tri")
    assert "attend un autre administrateur" in root.get(where).text
    assert site.as_("z.puppet").get(A).status_code == 403
    code = code_of(root.post(f"{where}/lien").text)  # as of an administrator, since she may be one
    assert chosen(visitor_of(site), code) == 422
    number = number_of(site.as_("ruth").get(A).text)
    asked = {"number": number, "gives": "1"}
    assert root.post(f"{A}/roles-demandes", **asked).status_code == 403
    assert "Confirmer" not in root.get(A).text
    assert site.as_("ruth").post(f"{A}/roles-demandes", **asked).status_code == 303
    assert site.as_("z.puppet").get(A).status_code == 200
    asked_again = root.post(f"{A}/comptes/{user_id(site, 'root')}/roles", role="agent", unit="apa")
    assert asked_again.status_code == 303


def test_who_came_after_a_request_does_not_confirm_it(site: Site) -> None:
    second(site)
    root, where = site.as_("root"), f"{A}/comptes/{user_id(site, 'sonia')}"
    code = code_of(root.post(f"{where}/lien").text)
    later = clock.now() + timedelta(seconds=1)

    def enter() -> None:
        with transaction():
            ruth = session().scalars(select(User).where(User.login == "ruth")).one()
            ruth.password_at = later

    site.ask(enter)
    assert confirm(site.as_("ruth"), site, "sonia").status_code == 403
    assert chosen(visitor_of(site), code) == 422


def test_a_code_made_alone_opens_nothing_once_its_owner_is_on_a_list(site: Site) -> None:
    root = site.as_("root")
    code = code_of(root.post(f"{A}/comptes/{user_id(site, 'bob')}/lien").text)
    put_on_the_list(site, "bob")
    assert chosen(visitor_of(site), code) == 422


def test_what_is_confirmed_is_the_code_that_was_seen(site: Site) -> None:
    second(site)
    root, ruth = site.as_("root"), site.as_("ruth")
    url = f"{A}/comptes/{user_id(site, 'sonia')}"
    root.post(f"{url}/lien")
    seen = re.findall(r'name="seen" value="(\w+)"', ruth.get(A).text)
    newer = code_of(root.post(f"{url}/lien").text)
    for gives in ("1", ""):  # neither confirmed nor refused
        ruth.post(f"{url}/code", gives=gives, seen=seen[0])
        page = ruth.get(A).text
        assert "Code confirmé" not in page
        assert WAITS_NO_MORE in page
    assert chosen(visitor_of(site), newer) == 422
    assert confirm(ruth, site, "sonia").status_code == 303
    assert chosen(visitor_of(site), newer) == 303
    assert "Code confirmé" in ruth.get(A).text
    ruth.post(f"{url}/code", gives="1", seen=seen[0])
    assert WAITS_NO_MORE in ruth.get(A).text
    assert told(site, "password:") == ["password:asked"] * 2 + ["password:linked", "password:set"]


def made(site: Site, login: str, role: str, unit: str = "apa") -> None:
    """An account that the administrator makes on screen, and enters."""
    root = site.as_("root")
    where = create(root, login=login, role=role, unit=unit)
    assert chosen(visitor_of(site), code_of(root.post(f"{where}/lien").text)) == 303


def take_the_role_of_sonia(site: Site) -> tuple[str, list[str]]:
    """Sonia, who alone reads the named case, loses both roles; her page, and they, sealed."""
    root, url = site.as_("root"), f"{A}/comptes/{user_id(site, 'sonia')}"
    taken = sealed(root.get(url).text)
    for role in taken:
        root.post(f"{url}/roles/retirer", role=role)
    return url, taken


def next_days(site: Site, days: int) -> None:
    """The steps of some days later."""
    later = clock.now() + timedelta(days=days)
    site.ask(lambda: drain(site.app.extensions["grc.tools"], now=lambda: later))


def test_no_list_goes_to_who_was_just_made(both: Site) -> None:
    """A puppet supervisor, a puppet agent, and bob and the others of the unit by roles of old but
    entered as by a new code: the case waits until they are new no more."""
    made(both, "z.puppet", "supervisor")
    made(both, "z.agent", "agent")
    root = both.as_("root")
    for login in ("alice", "bob", "rita"):
        code = code_of(root.post(f"{A}/comptes/{user_id(both, login)}/lien").text)
        assert chosen(visitor_of(both), code) == 303
    take_the_role_of_sonia(both)
    assert listed(both) == ["sonia"]
    assert both.as_("z.puppet").get(both.url("named")).status_code == 404
    next_days(both, 2)
    assert listed(both) == ["sonia"]
    next_days(both, 31)
    assert listed(both) == ["sonia", "z.puppet"]


def test_a_list_goes_past_the_new_to_who_is_known(site: Site) -> None:
    made(site, "z.puppet", "supervisor")
    take_the_role_of_sonia(site)
    assert listed(site) == ["alice", "bob", "rita", "sonia"]


def test_a_role_given_back_gives_back_the_list(both: Site) -> None:
    hire(both, "lead", "autonomie", "supervisor")
    url, taken = take_the_role_of_sonia(both)
    assert listed(both) == ["lead", "sonia"]
    for role in taken:
        both.as_("root").post(f"{url}/roles/remettre", role=role)
    assert listed(both) == ["sonia"]
    assert both.as_("lead").get(both.url("named")).status_code == 404
    page = both.as_("sonia").get(both.url("named")).text
    assert "ouverte à d" in page
    assert "effacé pour Lead" in page


@pytest.mark.parametrize("hours", [9, -1], ids=["goes on", "had ended"])
def test_an_exceptional_access_goes_on_once_the_list_is_given_back(both: Site, hours: int) -> None:
    """What a lasting right took the place of; one that ended meanwhile stays ended."""
    hire(both, "lead", "autonomie", "supervisor")
    assert ask(both.as_("lead"), both.cases["named"])[0] == 303
    url, taken = take_the_role_of_sonia(both)
    assert listed(both) == ["lead", "sonia"]
    end = clock.now() + timedelta(hours=hours)

    def until() -> None:
        with transaction():
            row = CaseAccess.held_until.is_not(None)
            session().execute(update(CaseAccess).where(row).values(held_until=end))

    both.ask(until)
    for role in taken:
        both.as_("root").post(f"{url}/roles/remettre", role=role)
    assert listed(both) == ["sonia"]
    page = both.as_("lead").get(both.url("named"))
    assert page.status_code == (200 if hours > 0 else 404)
    told = both.as_("sonia").get(both.url("named")).text
    assert ("repris, jusqu" in told) is (hours > 0)
    assert ("Accès exceptionnel de Lead" in told) is (hours > 0)


def test_a_departure_undone_gives_back_the_list_but_what_was_decided(site: Site) -> None:
    hire(site, "lead", "autonomie", "supervisor")
    hire(site, "lena", "autonomie", "supervisor")
    root, url = site.as_("root"), f"{A}/comptes/{user_id(site, 'sonia')}"
    leave(root, url)
    site.work()
    assert listed(site) == ["lead", "lena", "sonia"]

    def decide() -> None:
        with transaction():
            case = by_reference(site.cases["named"])
            assert case is not None
            access.allow(case, "lena", "Elle suit ce dossier", actor=SYSTEM, now=clock.now())

    site.ask(decide)
    assert root.post(f"{url}/annuler-depart").status_code == 303
    site.work()
    assert listed(site) == ["lena", "sonia"]


def test_who_reads_in_a_department_moves_no_unit_there(site: Site) -> None:
    """Under her own unit, and of another kind: both would open its cases to her."""
    root, url = site.as_("root"), "/administration/organisation/services/apa"
    given = filled(root.get(url).text)
    moves = ({"parent": "amethyste"}, {"kind": "medical"})
    for move in moves:
        assert "Ce qui va changer" in root.post(url, **(given | move)).text
    number = user_id(site, "root")

    def supervise() -> None:
        with transaction():
            unit = snapshot().unit("amethyste").id
            session().add(UserRole(user_id=number, unit_id=unit, role="supervisor"))

    site.ask(supervise)
    for move in moves:
        refused = root.post(url, **(given | move | {"go": "1"}))
        assert refused.status_code == 422
        assert "Vous lisez des demandes de cette direction" in refused.text
    assert root.post(url, **(given | {"phone": "01 99 00 12 34"})).status_code == 200
    assert site.ask(lambda: snapshot().unit("apa").kind) == given["kind"]
