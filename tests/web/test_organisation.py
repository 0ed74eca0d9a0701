"""The organisation on screen: units, sites, communes, closed days; what the file then says."""

import re
import uuid
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from grc.appointments import agenda
from grc.cases.models import Handling
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import PARIS, paris_date
from grc.core.db import session, transaction
from grc.core.errors import InvalidInput
from grc.organisation import files
from grc.organisation.present import present
from grc.organisation.queries import snapshot
from grc.organisation.service import load
from grc.organisation.territory import Place
from grc.organisation.writing import to_toml
from grc.routing.due import _open_day
from tests.web.conftest import PEOPLE, Browser, Site
from tests.web.test_administration import audited
from tests.web.test_exceptional import hire
from tests.web.test_guard import statements

O = "/administration/organisation"  # noqa: E741 - one letter, as everywhere in these tests
UNIT = f"{O}/services/amethyste"


def filled(page: str) -> dict[str, str]:
    """The fields of the form of a page, as they are."""
    form = page[page.index('class="panel panel-body form"') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{one}="([^"]*)"', tag) for one in ("name", "value"))
        if name and name[1] not in ("csrf_token", "form_key"):
            found[name[1]] = value[1] if value else ""
    for name, inner in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', inner)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = text.strip()
    return {name: unescape(value) for name, value in found.items()}


def send(root: Browser, url: str, **more: str) -> Any:
    """Fill the form of a page in, look at what changes, confirm."""
    given = filled(root.get(url).text) | more
    looked = root.post(url, **given)
    if looked.status_code != 200:
        return looked
    assert "Ce qui va changer" in looked.text
    return root.post(url, **(given | filled(looked.text) | {"go": "1"}))


def test_a_unit_is_changed_looked_at_and_audited(both: Site) -> None:
    root = both.as_("root")
    before = both.ask(lambda: snapshot().unit("amethyste"))
    given = filled(root.get(UNIT).text) | {"phone": "01 99 00 12 34", "reason": "Déménagement"}
    looked = root.post(UNIT, **given, go="1")  # never looked at
    assert f"<del>{before.phone or '–'}</del> → <ins>01 99 00 12 34</ins>" in looked.text
    assert both.ask(lambda: snapshot().unit("amethyste")) == before
    assert root.post(UNIT, **(given | filled(looked.text) | {"go": "1"})).status_code == 303
    assert both.ask(lambda: snapshot().unit("amethyste")) == replace(before, phone="01 99 00 12 34")
    assert [
        (data["kind"], data["code"], data["what"], data["new"])
        for _event, data in audited(both, "reference:")
    ] == [("Service", "amethyste", "téléphone", "01 99 00 12 34")]
    late = root.post(UNIT, **(given | {"phone": "01 99 00 99 99"} | filled(looked.text)))
    assert late.status_code in (200, 409)


def test_two_administrators_and_what_was_typed(site: Site) -> None:
    root = site.as_("root")
    mine = filled(root.get(UNIT).text) | {"name": "Le mien"}
    assert send(root, UNIT, name="Le leur").status_code == 303
    looked = root.post(UNIT, **mine)
    late = root.post(UNIT, **(mine | {"looked": filled(looked.text)["looked"], "go": "1"}))
    assert late.status_code == 409
    assert 'value="Le mien"' in late.text
    assert site.ask(lambda: snapshot().unit("amethyste").name) == "Le leur"


def test_a_unit_that_holds_something_is_not_closed(site: Site) -> None:
    root, url = site.as_("root"), f"{O}/services/apa/etat"
    page = root.get(url).text

    def _told() -> int:
        unit = snapshot().unit("apa").id
        rows = session().query(Handling.level).filter(Handling.unit_id == unit, Handling.is_open)
        return sum(level != "named" for (level,) in rows)

    assert f"<dd>{site.ask(_told)} <span" in page
    assert "Pas encore" in page
    assert "Zénobie" not in page
    assert "Un superviseur réaffecte" in page
    refused = root.post(url, seen=site.ask(lambda: _mark("apa")), reason="")
    assert refused.status_code == 422
    assert site.ask(lambda: snapshot().unit("apa").is_active)


def _mark(code: str) -> str:
    from grc.organisation.changing import mark
    from grc.organisation.edits import named

    return mark(named(present().units, code))


def test_a_unit_is_added_closed_and_opened_again(site: Site) -> None:
    root = site.as_("root")
    new = {"code": "neuf", "name": "Service neuf", "kind": "unit", "parent": "autonomie"}
    made = filled(root.get(f"{O}/services/nouveau").text) | new
    made |= filled(root.post(f"{O}/services/nouveau", **made).text) | {"go": "1"}
    key = str(uuid.uuid4())
    for _twice in range(2):  # the same form again leads where it led
        assert root.post(f"{O}/services/nouveau", **made, form_key=key).status_code == 303
    assert site.ask(lambda: snapshot().unit("neuf").short_name) == "Service neuf"
    state = f"{O}/services/neuf/etat"
    for is_active in (False, True):
        assert root.post(state, **filled(root.get(state).text)).status_code == 303
        assert site.ask(lambda: snapshot().unit("neuf").is_active) is is_active
    names = [name for name, _data in audited(site, "reference:")]
    assert names == ["reference:added", "reference:ended", "reference:reopened"]


def test_a_code_that_is_taken_names_nothing_new(site: Site) -> None:
    """However often it is sent: the page of the other thing is never taken over."""
    root = site.as_("root")
    before = site.ask(present)
    place, area = before.sites[0], before.territories[0]
    new = {
        "services": {"code": "amethyste", "name": "Autre", "kind": "unit", "parent": "autonomie"},
        "sites": vars(place) | {"name": "Autre"},
        "territoires": vars(area) | {"name": "Autre", "valid_to": ""},
    }
    for things, given in new.items():
        url = f"{O}/{things}/nouveau"
        typed = filled(root.get(url).text) | {name: str(said) for name, said in given.items()}
        for _again in range(2):
            refused = root.post(url, **typed, go="1")
            assert refused.status_code == 422
            assert "Ce code est déjà pris." in refused.text
            typed |= filled(refused.text)
    assert site.ask(present) == before


def test_a_commune_goes_to_another_territory_on_its_day(both: Site) -> None:
    root, url = both.as_("root"), f"{O}/communes/92002"
    today = paris_date(clock.now())
    then = today + timedelta(days=40)

    def _who(day: date) -> str | None:
        return snapshot().territories.find(Place(insee="92002"), day).territory

    now = both.ask(lambda: _who(today))
    other = both.ask(lambda: next(one for one in snapshot().territories_by_code if one != now))
    past = send(root, url, territory=other, since=(today - timedelta(days=1)).isoformat())
    assert past.status_code == 422
    assert "Un jour passé ne peut plus changer" in past.text
    assert send(root, url, territory=other, since=then.isoformat()).status_code == 303
    assert both.ask(lambda: (_who(today), _who(then))) == (now, other)
    # Planned for sooner instead, and back: each time one territory, and a file that says so.
    assert send(root, url, territory=other, since=today.isoformat()).status_code == 303
    assert both.ask(lambda: _who(today)) == other
    assert send(root, url, territory=now, since=today.isoformat()).status_code == 303
    assert both.ask(lambda: (_who(today), _who(then))) == (now, now)

    def _again() -> Any:
        found = files.read(to_toml(present(clock.now())))
        with transaction():
            return load(found, actor=SYSTEM, now=clock.now())

    report = both.ask(_again)
    assert (report.created, report.updated, report.retired) == ([], [], [])


def test_the_file_does_not_take_back_what_the_screen_wrote(site: Site) -> None:
    first = site.ask(lambda: to_toml(present(clock.now())))
    assert send(site.as_("root"), UNIT, name="Le nouveau nom").status_code == 303
    later = site.ask(lambda: to_toml(present(clock.now()))).replace("Le nouveau nom", "Le fichier")

    def _load(text: str, force: bool = False) -> str:
        with transaction():
            load(files.read(text), actor=SYSTEM, now=clock.now(), force=force)
        return snapshot().unit("amethyste").name

    def _refused() -> str:
        with pytest.raises(InvalidInput) as refused:
            _load(first)
        return str(refused.value.text.params["codes"])

    assert site.ask(_refused) == "unit amethyste"
    assert site.ask(lambda: snapshot().unit("amethyste").name) == "Le nouveau nom"
    assert site.ask(lambda: _load(later)) == "Le fichier"  # taken since: it knows
    send(site.as_("root"), UNIT, name="Encore un")
    assert site.ask(lambda: _load(later, force=True)) == "Le fichier"


def _meet(site: str, days: int, name: str) -> None:
    at = clock.now().astimezone(PARIS).replace(hour=12) + timedelta(days=days)
    place = next(one.id for one in snapshot().sites.values() if one.code == site)
    with transaction():
        agenda.plan(place, agenda.Planned(at, name=name), actor=SYSTEM, now=clock.now())


def test_closed_days_move_due_dates_and_refuse_appointments(site: Site) -> None:
    root, url = site.as_("root"), f"{O}/jours-fermes"
    day = paris_date(clock.now()) + timedelta(days=20)
    given = {"on": day.isoformat(), "until": (day + timedelta(days=1)).isoformat(), "site": ""}
    desk = hire(site, "ines", "sst-14", "counter")
    site.ask(lambda: _meet("pole-social-14", 21, "Mme Été"))
    site.ask(lambda: _meet("pole-social-14", 22, "M. Noël"))  # a day that stays open
    site.ask(lambda: _meet("bus-solidarites", 21, "M. Mai"))
    assert "Mme Été" not in desk.get("/accueil").text
    assert root.post(url, **given, reason="Pont").status_code == 303
    told = root.get(url).text
    assert "2 rendez-vous y sont déjà donnés" in told
    assert re.findall(r'déjà donnés">(\d+)<', told) == ["0", "2"]
    seen = desk.get("/accueil").text
    assert [name in seen for name in ("Mme Été", "M. Noël", "M. Mai")] == [True, False, False]
    (cancel,) = re.findall(r'action="(/accueil/rendez-vous/[^"]+/annule)"', seen)
    assert desk.post(cancel).status_code == 303
    assert "Mme Été" not in desk.get("/accueil").text
    assert (
        root.post(url, **given, reason="Pont de mai").status_code == 303
    )  # said again: the motive
    late = day + timedelta(days=1)
    due, why = site.ask(lambda: _open_day(late, day - timedelta(days=9)))
    assert (due, why[0].params["why"]) == (day - timedelta(days=1), "Pont de mai")
    assert site.ask(lambda: _open_day(late, late)) == (late, [])  # never before it came

    def _plan() -> str:
        at = clock.now().astimezone(PARIS).replace(hour=12) + timedelta(days=20)
        site_id = next(iter(snapshot().sites))
        with pytest.raises(InvalidInput) as refused, transaction():
            agenda.plan(site_id, agenda.Planned(at), actor=SYSTEM, now=clock.now())
        return str(refused.value.text.params["why"])

    assert site.ask(_plan) == "Pont de mai"
    one = f"{url}/{day.isoformat()}"
    assert root.post(one, **filled(root.get(one).text)).status_code == 303
    assert site.ask(lambda: snapshot().closed(day)) is None
    assert site.ask(lambda: snapshot().closed(late)) == "Pont de mai"


def test_a_site_closes_when_nobody_is_expected_there(both: Site) -> None:
    """Its reception page goes with it: nobody would tell them."""
    root, code = both.as_("root"), "pole-social-14"
    state, desk = f"{O}/sites/{code}/etat", hire(both, "ines", "sst-14", "counter")
    free = filled(root.get(state).text)
    both.ask(lambda: _meet(code, 21, "Mme Été"))
    both.ask(lambda: _meet("bus-solidarites", 21, "M. Mai"))  # elsewhere
    page = root.get(state).text
    assert "<dd>1 rendez-vous</dd>" in page
    assert f'<a href="{O}/jours-fermes">Fermez d’abord ces jours' in page
    assert "Mme Été" not in page
    refused = root.post(state, **free)  # the button of the page of before
    assert refused.status_code == 422
    day = paris_date(clock.now()) + timedelta(days=21)
    assert f"1 rendez-vous à venir, le dernier le {day:%d/%m/%Y}." in unescape(refused.text)
    assert both.ask(lambda: _open_site(code))
    closing = {"on": day.isoformat(), "until": "", "site": code, "reason": "Déménagement"}
    assert root.post(f"{O}/jours-fermes", **closing).status_code == 303
    told = desk.get("/accueil").text
    (cancel,) = set(re.findall(r'action="(/accueil/rendez-vous/[^"]+/annule)"', told))
    assert desk.post(cancel).status_code == 303
    assert root.post(state, **filled(root.get(state).text)).status_code == 303
    assert not both.ask(lambda: _open_site(code))


def _open_site(code: str) -> bool:
    return next(one.is_active for one in snapshot().sites.values() if one.code == code)


@pytest.mark.parametrize(
    ("url", "wrong", "says"),
    [
        (UNIT, {"parent": ""}, "Un service reste dans sa direction"),
        (f"{O}/services/tri", {"kind": "unit"}, "il faut un service de tri"),
        (f"{O}/services/nouveau", {"code": "Neuf !", "name": "N", "parent": "tri"}, "tirets."),
        (f"{O}/communes/92002", {"territory": "nul"}, "choisissez dans la liste"),
    ],
)
def test_it_is_judged_as_the_file_is(site: Site, url: str, wrong: Any, says: str) -> None:
    refused = send(site.as_("root"), url, **wrong)
    assert refused.status_code == 422
    assert says in refused.text


def test_only_administrators_and_few_statements(site: Site) -> None:
    place = site.ask(lambda: present().sites[0].code)
    area = site.ask(lambda: present().territories[0].code)
    urls = [O, UNIT, f"{UNIT}/etat", f"{O}/services/nouveau", f"{O}/sites/{place}"]
    urls += [f"{O}/sites/{place}/etat", f"{O}/sites/nouveau", f"{O}/territoires/{area}"]
    urls += [f"{O}/territoires/nouveau", f"{O}/communes/92002", f"{O}/jours-fermes"]
    urls += [f"{O}/communes", f"{O}/boites", f"{O}/boites/nouvelle", f"{O}/boites/email/apa"]
    for browser in [site.as_(one) for one in PEOPLE if one != "root"] + [
        hire(site, "auditor", "tri", "x")
    ]:
        assert {browser.get(url).status_code for url in urls} == {403}
    assert site.as_("alice").post(UNIT, name="x").status_code == 403
    root = site.as_("root")
    for url in urls:
        with statements() as seen:
            page = root.get(url)
        assert page.status_code == 200, url
        assert len(page.text.encode()) < 60_000
        # A closing reads the organisation, what it would become, natures and rules.
        assert len(seen) <= (24 if url.endswith("/etat") else 14), (url, seen)


def test_a_mailbox_is_given_to_another_unit(both: Site) -> None:
    root, url = both.as_("root"), f"{O}/boites/email/apa"
    before = both.ask(lambda: snapshot().mailbox("email", "apa"))
    file = both.ask(lambda: to_toml(present(clock.now())))
    assert 'href="/administration/organisation/boites/email/apa"' in root.get(f"{O}/boites").text
    assert send(root, url, unit="amethyste", acknowledges="").status_code == 303
    after = both.ask(lambda: snapshot().mailbox("email", "apa"))
    changed = {
        "unit_code": "amethyste",
        "unit_id": both.ask(lambda: snapshot().unit("amethyste")).id,
    }
    assert after == replace(before, acknowledges=False, **changed)
    told = [(data["kind"], data["what"], data["new"]) for _, data in audited(both, "reference:")]
    assert told == [
        ("Boîte", "service", "amethyste"),
        ("Boîte", "accusé automatique", "non"),
    ]

    def _load() -> None:
        with pytest.raises(InvalidInput, match="email/apa"), transaction():
            load(files.read(file), actor=SYSTEM, now=clock.now())

    both.ask(_load)  # the file of before does not take it back
    new = {"code": "neuve", "channel": "email", "address": "neuve@exemple.fr", "unit": "apa"}
    assert send(root, f"{O}/boites/nouvelle", **new).status_code == 303
    assert both.ask(lambda: snapshot().mailbox("email", "neuve")).unit_code == "apa"
    again = send(root, f"{O}/boites/nouvelle", **new)
    assert (again.status_code, "déjà pris" in again.text) == (422, True)
    taken = send(root, f"{O}/boites/email/neuve", address=before.address.upper())
    assert taken.status_code == 422
    assert root.get(f"{O}/boites/email/nulle").status_code == 404


def test_communes_are_searched_with_what_is_planned(site: Site) -> None:
    root, url = site.as_("root"), f"{O}/communes"
    then = paris_date(clock.now()) + timedelta(days=40)
    other = site.ask(lambda: present().territories[0])
    assert (
        send(root, f"{url}/92002", territory=other.code, since=then.isoformat()).status_code == 303
    )
    page = root.get(f"{url}?q=92160").text
    assert re.findall(rf'href="{url}/(\d+)"', page) == ["92002"]
    assert f"{other.name} le {then:%d/%m/%Y}" in unescape(page)
    assert "92002" in root.get(f"{url}?q=ANTONY").text
    assert f'href="{url}/92002"' in root.get(f"{url}?territoire={other.code}").text
    assert "Rien ne correspond" in root.get(f"{url}?q=zzz").text
