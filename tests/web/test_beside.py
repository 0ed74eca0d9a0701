"""A case beside its list: the same rights, the same log, the list stays where it was."""

import re
from urllib.parse import quote

from sqlalchemy import func, select

from grc.core.db import session
from grc.staff.models import AccessLog
from tests.web.conftest import Site
from tests.web.test_guard import statements
from tests.web.test_pages import many, references

LIST = "/file?unit=apa"


def chosen(page: str) -> str | None:
    found = re.search(r'href="/demandes/([^"]+)" aria-current="true"', page)
    return found[1] if found else None


def test_the_address_shows_the_case_beside_its_list(both: Site) -> None:
    alice, reference = both.as_("alice"), both.cases["other"]
    page = alice.get(f"{LIST}&case={reference}").text
    assert chosen(page) == reference
    assert f'action="/demandes/{reference}/prendre"' in page
    assert len(references(page)) == 3
    assert 'data-key="t"' in page
    assert "data-close-beside" not in alice.get(LIST).text


def test_a_hidden_case_is_beside_no_list_and_looks_like_none(both: Site) -> None:
    alice = both.as_("alice")
    hidden, none = both.cases["named"], "D-2026-0000999-X"
    pages = [alice.get(f"{LIST}&case={one}").text.replace(one, "REF") for one in (hidden, none)]
    once = re.compile(r'(name="(csrf_token|form_key)" value|data-poll)="[^"]*"')
    assert once.sub("", pages[0]) == once.sub("", pages[1])
    assert "Zénobie" not in pages[0]
    for one in (hidden, none):
        assert alice.get(f"/demandes/{one}/a-cote").status_code == 404


def test_reading_beside_the_list_is_written_down_too(both: Site) -> None:
    log = select(AccessLog.what).order_by(AccessLog.id)
    alice = both.as_("alice")
    alice.get(both.url("apa", "a-cote"))
    assert both.ask(lambda: session().scalars(log).all()) == []
    alice.get(both.url("lost", "a-cote"))
    alice.get(f"/a-affecter?case={both.cases['lost']}")
    assert both.ask(lambda: session().scalars(log).all()) == ["beside", "beside"]
    counted = select(func.count()).select_from(AccessLog)
    alice.get("/a-affecter")
    assert both.ask(lambda: session().scalar(counted)) == 2


def test_an_act_leads_back_to_the_list_on_the_same_row_or_the_next(site: Site) -> None:
    alice = site.as_("alice")
    first, second = references(alice.get(LIST).text)[:2]
    back = f"{LIST}&case={first}&suivante={second}"
    answer = alice.post(f"/demandes/{first}/prendre", liste=back)
    assert answer.location == back
    assert chosen(alice.get(back).text) == first
    fields = {"outcome": "answered", "end": "closed", "liste": back}
    assert alice.post(f"/demandes/{first}/clore", **fields).location == back
    page = alice.get(back).text
    assert chosen(page) == second
    assert first not in references(page)


def test_a_reply_from_beside_can_be_taken_back_from_the_list(site: Site) -> None:
    alice, reference = site.as_("alice"), site.cases["apa"]
    back = f"{LIST}&case={reference}&suivante={site.cases['other']}"
    alice.get(LIST)
    sent = {"text": "Bonjour", "next": "resolved", "liste": back}
    assert alice.post(f"/demandes/{reference}/reponse", **sent).location == back
    page = alice.get(back).text  # it has left the list, and its reply can still be taken back
    assert chosen(page) == site.cases["other"]
    assert f'action="/demandes/{reference}/messages/2/annuler"' in page
    assert "data-undo=" in page


def test_one_is_not_led_elsewhere(site: Site) -> None:
    alice = site.as_("alice")
    alice.get(LIST)
    for bad in ("//ailleurs.example", "https://ailleurs.example/", "/" + "x" * 400):
        answer = alice.post(site.url("apa", "prendre"), liste=bad)
        assert answer.location == LIST, bad


def test_a_form_in_the_dialog_keeps_the_way_back(site: Site) -> None:
    back = f"{LIST}&case={site.cases['apa']}"
    page = site.as_("alice").get(f"{site.url('apa', 'clore')}?liste={quote(back)}").text
    assert f'name="liste" value="{back.replace("&", "&amp;")}"' in page


def test_where_a_unit_is_to_be_confirmed_the_key_that_takes_confirms(site: Site) -> None:
    fragment = site.as_("alice").get(site.url("lost", "a-cote")).text
    keyed = re.search(r'<a[^>]*href="([^"]+)" data-key="t"', fragment)
    assert keyed
    assert keyed[1].endswith("/confirmer")
    assert fragment.count('data-key="t"') == 1


def test_the_fragment_and_the_list_with_it_cost_a_fixed_number_of_statements(both: Site) -> None:
    many(both, 60)
    alice = both.as_("alice")
    for url, most in ((both.url("apa", "a-cote"), 28), (f"{LIST}&case={both.cases['apa']}", 38)):
        alice.get(url)
        with statements() as seen:
            assert alice.get(url).status_code == 200
        asked = [one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]
        assert len(asked) <= most, "\n".join(asked)
