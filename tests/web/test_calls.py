"""The call screen: who is it, what is under way, what is noted; nothing she may not know."""


from sqlalchemy import func, select

from grc.core.db import session
from grc.intake import information
from grc.intake.models import Information, Item
from tests.web.conftest import Site

URL = "/contact/phone"
KEY = "5e8c1f1e-8d53-4b4a-9f0e-2a3c6c8b4d12"


def look(site: Site, typed: str, login: str = "alice") -> str:
    page = site.as_(login).get(URL, query_string={"q": typed})
    assert page.status_code == 200
    return page.text


def latest(site: Site, model: type) -> object:
    return site.ask(lambda: session().scalars(select(model).order_by(model.id.desc())).first())


def test_information_only_is_one_form_sent_empty(both: Site) -> None:
    alice = both.as_("alice")
    for _ in range(2):  # the same form twice is one
        answer = alice.post(URL, key=KEY, q="", retour="/file?unit=apa")
        assert (answer.status_code, answer.location) == (303, "/file?unit=apa")
    assert "Information comptée" in alice.get("/file").text
    row = latest(both, Information)
    assert (row.channel, row.theme) == ("phone", None)
    today = row.on_date
    (one,) = both.ask(lambda: list(information.counts([row.unit_id], today, today)))
    assert (one.number, one.channel) == (1, "phone")
    before = both.ask(lambda: session().scalar(select(func.count()).select_from(Item)))
    alice.post(URL, q="0612345678", act="information", theme="apa")
    assert latest(both, Information).theme == "apa"
    assert both.ask(lambda: session().scalar(select(func.count()).select_from(Item))) == before


def test_a_known_person_is_found_with_what_she_has_under_way(both: Site) -> None:
    answer = both.as_("alice").post(URL, q="Marie Durand", retour="/file")
    assert answer.location == "/contact/phone?q=Marie+Durand&retour=/file"
    for typed in ("DURAND marie", "durand mar", "marie.durand@courriel.example"):
        page = look(both, typed)
        assert both.cases["apa"] in page, typed
