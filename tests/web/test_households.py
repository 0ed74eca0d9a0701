"""Households: by hand, with a proof, undone; never a coordinate of one on the page of another."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from grc.cases.models import Case
from grc.cases.service import set_level
from grc.citizens.household import Place, of
from grc.citizens.household import join as joined
from grc.citizens.household import leave as left
from grc.citizens.models import Citizen, HouseholdMember
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import session, transaction
from tests.web.conftest import Site
from tests.web.test_calls import invent, statements
from tests.web.test_people import case_of, reference, tell

CANARY = "+33699001122"
STREET = "9 impasse du canari 92000 nanterre"


def url(site: Site, citizen: int) -> str:
    return f"/usagers/{reference(site, citizen)}"


def two(site: Site) -> tuple[int, int]:
    """Two people of one name; the second has coordinates that must stay hers."""
    ana = invent(site, "ana canari", "1950-01-01")
    leo = invent(site, "leo canari", "1980-01-01")
    tell(site, leo, "phone", CANARY, case_of(site, leo))
    return ana, leo


def join(site: Site, one: int, other: int, **fields: str) -> int:
    given = {"other": reference(site, other), "role": "child", "proof": "livret de famille"}
    return site.as_("alice").post(f"{url(site, one)}/foyer", **given | fields).status_code


def flag(site: Site, citizen: int) -> None:
    answer = site.as_("alice").post(f"{url(site, citizen)}/ne-pas-rapprocher", reason="Violences")
    assert answer.status_code == 303


def name_case_of(site: Site, citizen: int) -> None:
    """A named case of hers, of which nobody is a reader yet."""

    def do() -> None:
        with transaction():
            case = session().get_one(Case, case_of(site, citizen))
            set_level(case, "named", actor=SYSTEM, now=clock.now())

    site.ask(do)


def household(page: str) -> str:
    return page.partition(">Foyer<")[2].partition(">Contacts<")[0]


def test_a_household_shows_names_and_roles_and_no_coordinate(both: Site) -> None:
    ana, leo = two(both)
    assert join(both, ana, leo, since="2020-05-01") == 303
    page = both.as_("alice").get(url(both, ana)).text
    assert "leo canari" in household(page)
    assert "enfant, depuis le 01/05/2020" in household(page)
    assert "livret de famille" in household(page)
    assert "99 00 11 22" not in page
    back = both.as_("alice").get(url(both, leo)).text
    assert "ana canari" in household(back)
    assert "99 00 11 22" in back  # on her own page
    for path in (f"{url(both, ana)}/foyer", f"{url(both, ana)}/reunir?avec={reference(both, leo)}"):
        assert "99 00 11 22" not in both.as_("alice").get(path).text
    assert join(both, ana, leo) == 409


def test_it_takes_a_proof_a_role_and_somebody_known(site: Site) -> None:
    ana, leo = two(site)
    assert join(site, ana, leo, proof=" ") == 422
    assert join(site, ana, leo, role="king") == 422
    assert join(site, ana, leo, since="2999-01-01") == 422
    answer = site.as_("alice").post(
        f"{url(site, ana)}/foyer", other="U-2026-0999999-Z", role="child", proof="vu"
    )
    assert answer.status_code == 422
    assert site.as_("dora").post(f"{url(site, ana)}/foyer").status_code in (303, 403, 404, 422)
    assert site.as_("root").get(f"{url(site, ana)}/foyer").status_code == 403
    assert site.ask(lambda: session().scalars(select(HouseholdMember)).all()) == []


@pytest.mark.parametrize(("until", "left"), [("", False), ("2024-06-30", True)])
def test_a_member_is_removed_as_a_mistake_or_on_a_day(site: Site, until: str, left: bool) -> None:
    ana, leo = two(site)
    join(site, ana, leo)
    alice = site.as_("alice")
    found = re.search(r'href="(/usagers/[^"]+/foyer/[^"]+)"', alice.get(url(site, ana)).text)
    assert found
    assert alice.post(found[1], until="2999-01-01").status_code == 422
    assert alice.post(found[1], until=until).status_code == 303
    shown = household(alice.get(url(site, ana)).text)
    assert ("jusqu’au 30/06/2024" in shown) is left
    assert join(site, ana, leo) == 303  # and may come back


def test_the_day_begins_at_midnight_in_paris(site: Site) -> None:
    ana, leo = two(site)
    day, at = date(2026, 7, 15), datetime(2026, 7, 14, 22, 30, tzinfo=UTC)  # half past midnight

    def move() -> None:
        with transaction():
            joined(ana, leo, Place("child", day, "vu"), now=at)
            row = next(one for one in of([leo]) if one.citizen_id == leo)
            left(row, day, now=at)

    site.ask(move)


def test_who_is_known_by_others_only_is_in_no_household(both: Site) -> None:
    ana, leo = two(both)
    join(both, ana, leo)
    name_case_of(both, leo)
    page = both.as_("dora").get(url(both, ana)).text
    assert "leo" not in page
    assert reference(both, leo) not in page  # nor in the history
    assert "99 00 11 22" not in page


def test_who_is_to_be_kept_apart_is_in_no_household_nor_proposal(both: Site) -> None:
    ana, leo = two(both)
    for one in (ana, leo):
        tell(both, one, "address", STREET, case_of(both, one))
    alice = both.as_("alice")
    assert "leo canari" in household(alice.get(url(both, ana)).text)  # proposed
    join(both, ana, leo)
    flag(both, leo)
    for person in (ana, leo):
        page = alice.get(url(both, person)).text
        other = leo if person == ana else ana
        assert reference(both, other) not in page
        assert ("leo" if person == ana else "ana canari") not in household(page)
    assert "ne pas rapprocher" in household(alice.get(url(both, leo)).text)
    third = invent(both, "max canari", "1999-01-01")
    assert join(both, third, leo) == 422
    assert join(both, leo, third) == 422
    alice.post(f"{url(both, leo)}/rapprocher-de-nouveau", reason="Levé")  # undone
    assert "leo canari" in household(alice.get(url(both, ana)).text)


@pytest.mark.parametrize("kept_is_flagged", [True, False])
def test_a_merge_does_not_end_the_protection(both: Site, kept_is_flagged: bool) -> None:
    ana, leo = two(both)
    twin, third = (invent(both, name, "1980-01-01") for name in ("leo canari", "max canari"))
    join(both, ana, twin if kept_is_flagged else leo)
    flag(both, leo)
    kept, other = (leo, twin) if kept_is_flagged else (twin, leo)
    alice, merge = both.as_("alice"), f"{url(both, kept)}/reunir?avec={reference(both, other)}"
    assert alice.post(merge, reason="La même").status_code == 303
    assert "leo" not in household(alice.get(url(both, ana)).text)
    page = household(alice.get(url(both, kept)).text)
    assert "ana canari" not in page
    assert "ne pas rapprocher" in page
    assert join(both, third, kept) == 422


def test_two_people_who_protect_her_at_once_both_do(site: Site) -> None:
    _, leo = two(site)
    alice, bob = site.as_("alice"), site.as_("bob")
    found = re.search(r'href="(/usagers/[^"]+rapprocher)"', bob.get(url(site, leo)).text)
    assert found  # shown before the other one did it
    flag(site, leo)
    assert bob.post(found[1], reason="Vu aussi par moi").status_code == 303
    assert site.ask(lambda: session().get_one(Citizen, leo).keep_apart) is True
    assert "Vu aussi par moi" in bob.get(url(site, leo)).text
    again = f"{url(site, leo)}/rapprocher-de-nouveau"
    for _ in range(2):
        assert alice.post(again, reason="Levé").status_code == 303
    assert site.ask(lambda: session().get_one(Citizen, leo).keep_apart) is False


def test_those_on_her_named_case_see_her_beside_the_others(site: Site) -> None:
    ana, leo = two(site)
    join(site, ana, leo)
    flag(site, leo)
    alice = site.as_("alice")
    assert "leo" not in household(alice.get(url(site, ana)).text)
    name_case_of(site, leo)  # alice's unit: its people are on the list
    assert "leo canari" in household(alice.get(url(site, ana)).text)
    assert "leo" not in site.as_("dora").get(url(site, ana)).text


def test_who_reads_no_named_case_of_hers_does_not_end_it(both: Site) -> None:
    _, leo = two(both)
    flag(both, leo)
    again = f"{url(both, leo)}/rapprocher-de-nouveau"
    twin = invent(both, "leo canari", "1980-01-01")
    merge = f"{url(both, leo)}/reunir?avec={reference(both, twin)}"
    assert both.as_("alice").post(merge, reason="La même").status_code == 303
    name_case_of(both, twin)  # of the unit of alice; dora still reads the other one
    refused = both.as_("dora").post(again, reason="Plus besoin")
    assert refused.status_code == 403
    assert "nominati" not in refused.text
    assert both.ask(lambda: session().get_one(Citizen, leo).keep_apart) is True
    assert both.as_("alice").post(again, reason="Fini").status_code == 303


def test_why_she_is_kept_apart_is_for_the_unit_that_wrote_it(both: Site) -> None:
    _, leo = two(both)
    flag(both, leo)
    for who, told in (("alice", True), ("sonia", True), ("dora", False)):
        page = both.as_(who).get(url(both, leo)).text
        assert "À ne pas rapprocher" in page  # the protection itself, for everybody
        assert ("Violences" in page) is told, who


def test_same_name_and_address_is_a_proposal_only_where_both_addresses_are_known(
    both: Site,
) -> None:
    ana, leo = two(both)
    for one in (ana, leo):
        tell(both, one, "address", STREET, case_of(both, one))
    alice = both.as_("alice")
    page = alice.get(url(both, ana)).text
    assert "Même nom, même adresse" in household(page)
    assert both.ask(lambda: session().scalars(select(HouseholdMember)).all()) == []
    alice.post(f"{url(both, ana)}/foyer/autre", other=reference(both, leo))
    assert "Même nom" not in household(alice.get(url(both, ana)).text)
    stranger = invent(both, "tom canari", "1970-01-01")
    hidden = invent(both, "autre personne", "1971-01-01")
    tell(both, stranger, "address", STREET, case_of(both, hidden))
    name_case_of(both, hidden)
    assert "tom" not in household(both.as_("dora").get(url(both, ana)).text)


def test_the_page_asks_as_much_for_many_as_for_two(site: Site) -> None:
    ana, leo = two(site)
    join(site, ana, leo)

    def asked() -> int:
        alice = site.as_("alice")
        alice.get(url(site, ana))
        with site.app.app_context(), statements() as seen:
            alice.get(url(site, ana))
        return len(seen)

    before = asked()
    for number in range(6):
        join(site, ana, invent(site, f"enfant numero{number}", f"200{number}-01-01"))
    assert asked() == before
    assert site.ask(lambda: session().get_one(Citizen, leo).keep_apart) is False


def test_a_second_home_is_made_only_when_somebody_says_so(site: Site) -> None:
    ana, leo = two(site)
    mia = invent(site, "mia canari", "1982-01-01")
    assert join(site, leo, ana) == 303
    alice, form = site.as_("alice"), f"{url(site, mia)}/foyer"
    told = {"other": reference(site, ana), "role": "child", "proof": "jugement"}
    refused = alice.post(form, **told)
    assert refused.status_code == 422
    assert "Elle vit déjà avec d’autres personnes" in refused.text
    assert 'name="apart"' in refused.text
    assert 'name="apart"' not in alice.get(form).text
    assert alice.post(form, **told, apart="y").status_code == 303
    assert homes(site) == [{leo, ana}, {mia, ana}]


def test_who_lives_with_somebody_hidden_is_asked_nothing(site: Site) -> None:
    ana, leo = two(site)
    mia = invent(site, "mia canari", "1982-01-01")
    join(site, leo, ana)
    flag(site, leo)
    assert join(site, mia, ana) == 303
    assert homes(site) == [{leo, ana}, {mia, ana}]


def homes(site: Site) -> list[set[int]]:
    """Who lives together, the oldest household first."""

    def read() -> list[set[int]]:
        found: dict[int, set[int]] = {}
        for row in session().scalars(select(HouseholdMember).order_by(HouseholdMember.id)):
            found.setdefault(row.household_id, set()).add(row.citizen_id)
        return [found[one] for one in sorted(found)]

    return site.ask(read)  # type: ignore[no-any-return]
