"""What the mail room learns when it gives a reference: the same of a hidden case and of none."""

import pytest
from sqlalchemy import select

from grc.cases.models import CaseFact, CaseLink, Handling
from grc.cases.reference import reference
from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.db import session
from tests.web.conftest import Browser, Site
from tests.web.test_mail import batch, case_of, clerk, fields

ABSENT = reference("D", clock.now().year, 9_876_543)
Answer = tuple[int, str | None, str]


def shown(page: str, *known: str) -> str:
    """What a page says, without what changes from one letter to the next."""
    for one in known:
        page = page.replace(one, "…")
    return page


def given(post: Browser, letter: str, typed: str, how: str) -> Answer:
    """Give this reference for a letter; the answer, and the page after it."""
    page = fields(post.get(f"/courrier/{letter}").text) | {"same_as": typed, "how": how}
    done = post.post(f"/courrier/{letter}" + ("/retour" if how else ""), **page)
    after = post.get(done.location) if done.location else done
    return done.status_code, done.location, shown(after.text, typed, letter)


@pytest.mark.parametrize("how", ["", "unknown"])
def test_a_hidden_case_and_none_are_told_alike(site: Site, how: str) -> None:
    canary, post = site.cases["named"], clerk(site)
    first, second = batch(site, ("rampe", "cantine"))
    hidden, absent = given(post, first, canary, how), given(post, second, ABSENT, how)
    assert (hidden[0], hidden[1]) == (303, f"/courrier/{second}")
    assert (absent[0], absent[1]) == (303, "/courrier")
    for _status, _location, page in (hidden, absent):
        assert "courrier confié au tri" in page
    for letter, typed in ((first, canary), (second, ABSENT)):
        case = case_of(site, letter)
        handling = site.ask(
            lambda case=case: (
                session().scalars(select(Handling).where(Handling.case_id == case.id)).one()
            )
        )
        assert (case.status, case.level, handling.to_route) == ("received", "restricted", True)
        assert site.as_("alice").get(f"/demandes/{case.reference}").text.count(typed) == 1


def test_who_may_see_both_finds_them_linked(site: Site) -> None:
    (letter,) = batch(site, ("rampe",))
    canary = site.cases["named"]
    given(clerk(site), letter, canary, "")
    case = case_of(site, letter)
    assert site.ask(lambda: session().scalars(select(CaseLink.kind)).all()) == ["cited"]
    assert case.reference in site.as_("sonia").get(site.url("named")).text
    assert site.as_("sonia").get(f"/demandes/{case.reference}").text.count(canary) > 1
    told = site.ask(
        lambda: (
            session().scalars(select(AuditRow).where(AuditRow.event == "letter:reference")).one()
        )
    )
    assert (told.case_id, told.data["typed"]) == (case.id, canary)


def test_a_hidden_reference_that_was_read_is_not_offered(site: Site) -> None:
    canary = site.cases["named"]
    (letter,) = batch(site, ("rampe",), more=f"Notre dossier {canary}.")
    page = clerk(site).get(f"/courrier/{letter}").text
    assert f"Nouveau contact sur {canary}" not in page
    assert 'name="same"' not in page


def test_what_is_no_reference_comes_back_as_typed(site: Site) -> None:
    (letter,) = batch(site, ("rampe",))
    post = clerk(site)
    for typed in (ABSENT[:-1] + ("A" if ABSENT[-1] != "A" else "B"), "dossier 12", letter):
        status, _, page = given(post, letter, typed, "")
        assert status == 422
        assert "incomplète, ou mal lue" in page
    assert site.ask(lambda: session().scalars(select(CaseFact.kind)).all()).count("postmark") == 0
