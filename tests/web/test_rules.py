"""The routing workshop: a draft in which two may write, tried on past cases, then in force."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from grc.cases.models import Message
from grc.cases.queries import by_reference
from grc.cases.service import set_level
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.organisation.queries import snapshot
from grc.routing import reading, trying, workshop
from grc.routing.models import RoutingTrial
from grc.routing.queries import rules
from grc.routing.stored import digest, read_all, written
from grc.staff.models import User, UserRole
from tests.web.conftest import Browser, Site
from tests.web.test_guard import statements

HERE = "/affectation"
DRAFT = f"{HERE}/brouillon"
APA_TO_CRIP = {"label": "Tout à la CRIP", "unit": "crip", "priority": "2", "after": ""}


def words(page: str) -> str:
    """A page as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u202f", " ").split())


def figures(page: str) -> dict[str, int]:
    """The numbers of a dry run, by their names."""
    found = re.findall(r"<dt>([^<]*)</dt><dd>(?:<a [^>]*>)?(\d+)<", page)
    return {unescape(name): int(value) for name, value in found}


def user(login: str) -> int:
    """The id of an account."""
    return session().scalars(select(User.id).where(User.login == login)).one()


def begin(browser: Browser) -> None:
    assert browser.post(DRAFT).status_code == 303


def add_rule(browser: Browser, **fields: str) -> str:
    """A new first rule; its code."""
    done = browser.post(f"{DRAFT}/regle", **APA_TO_CRIP | fields)
    assert done.status_code == 303, words(done.text)
    return str(done.location.partition("regle=")[2])


def to_crip(browser: Browser) -> None:
    """Send what comes to the mailbox of the APA elsewhere."""
    was = shown_form(browser, "boite-apa")
    fields = {"label": "Boîte APA", "unit": "crip", "sources": "apa"} | was
    assert browser.post(f"{DRAFT}/regle/boite-apa", **fields).status_code == 303


def draft(site: Site) -> list[dict[str, str]]:
    found: list[dict[str, str]] = site.ask(lambda: workshop.the_draft().rules)
    return found


def shown_form(browser: Browser, code: str) -> dict[str, str]:
    """What the form of a rule remembers of it."""
    page = browser.get(f"{DRAFT}/regle/{code}").text
    found = re.search(r'name="was"[^>]*value="(\w+)"', page)
    assert found
    return {"was": found[1], "priority": "2"}


def put_in_force(site: Site, browser: Browser, why: str = "Essai", on: str = "") -> int:
    """Try, then activate; the status of the latter."""
    assert browser.post(f"{DRAFT}/essai").status_code == 303
    site.work()
    page = browser.get(f"{DRAFT}/en-vigueur").text
    tried = re.search(r'name="tried"[^>]*value="(\w+)"', page)
    assert tried
    return browser.post(f"{DRAFT}/en-vigueur", tried=tried[1], reason=why, on=on).status_code


def test_a_draft_is_written_tried_and_put_in_force(both: Site) -> None:
    sonia = both.as_("sonia")
    assert "Modifier les règles" in sonia.get(HERE).text
    begin(sonia)
    code = add_rule(sonia)
    page = words(sonia.get(DRAFT).text)
    assert "Dans tous les autres cas, elle va à" in page
    assert "jamais atteinte : « Tout à la CRIP » prend tout avant" in page
    sonia.post(f"{DRAFT}/regles", retirer=f"{code}:{shown_form(sonia, code)['was']}")
    add_rule(sonia, keywords="dossier", request_type="amethyste", unit="amethyste")
    done = sonia.post(f"{DRAFT}/essai")
    both.work()
    page = words(sonia.get(done.location).text)
    assert "Iraient ailleurs" in page
    assert "Améthyste" in page
    assert put_in_force(both, sonia, "Réorganisation") == 303
    page = words(sonia.get(HERE).text)
    assert "Version 2" in page
    assert "Réorganisation" in page

    def first() -> tuple[str, int]:
        rule = rules(paris_date(clock.now()))[0]
        return rule.label, len(rules(paris_date(clock.now())))

    assert both.ask(first)[0] == "Tout à la CRIP"


def test_nothing_is_put_in_force_that_was_not_tried_as_it_is_written(site: Site) -> None:
    sonia = site.as_("sonia")
    begin(sonia)
    add_rule(sonia, keywords="jardin")
    page = sonia.get(f"{DRAFT}/en-vigueur").text
    assert "À essayer d’abord" in words(page)
    assert 'name="tried"' not in page
    digest_now = site.ask(lambda: digest(read_all(workshop.the_draft().rules)))
    refused = sonia.post(f"{DRAFT}/en-vigueur", tried=digest_now, reason="x", on="")
    assert refused.status_code == 422
    assert "Essayez d’abord ces règles" in words(refused.text)
    sonia.post(f"{DRAFT}/essai")
    site.work()
    assert 'name="tried"' in sonia.get(f"{DRAFT}/en-vigueur").text
    root = site.as_("root")
    sees = words(root.get(f"{DRAFT}/en-vigueur").text)
    assert "À essayer d’abord" in sees  # she has seen nothing yet
    sonia.post(f"{DRAFT}/regles", bas=draft(site)[0]["code"])
    late = sonia.post(f"{DRAFT}/en-vigueur", tried=digest_now, reason="x", on="")
    assert late.status_code == 422
    assert "Le brouillon a changé" in words(late.text)
    before = (paris_date(clock.now()) - timedelta(days=1)).isoformat()
    assert put_in_force(site, sonia, on=before) == 422
    assert put_in_force(site, sonia, why="") == 422
    assert site.ask(workshop.last_number) == 1


def test_two_people_write_one_draft_and_lose_nothing(site: Site) -> None:
    sonia, root = site.as_("sonia"), site.as_("root")
    begin(sonia)
    begin(root)  # the same one
    rule = draft(site)[4]
    first, second = shown_form(sonia, rule["code"]), shown_form(root, rule["code"])
    url = f"{DRAFT}/regle/{rule['code']}"
    assert (
        sonia.post(url, label="Une élue", request_type="intervention", **first).status_code == 303
    )
    other = shown_form(root, draft(site)[5]["code"])
    done = root.post(f"{DRAFT}/regle/{draft(site)[5]['code']}", label="A", unit="apa", **other)
    assert done.status_code == 303  # another rule: nobody is in the way
    late = root.post(url, label="Un élu, ou une élue", request_type="intervention", **second)
    assert late.status_code == 409
    page = words(late.text)
    assert "Elle dit maintenant : Une élue" in page
    assert "Un élu, ou une élue" in late.text  # what she typed is given back
    again = re.search(r'name="was"[^>]*value="(\w+)"', late.text)
    assert again
    kept = {**second, "was": again[1]}
    done = root.post(url, label="Un élu, ou une élue", request_type="intervention", **kept)
    assert done.status_code == 303
    assert draft(site)[4]["label"] == "Un élu, ou une élue"
    gone = shown_form(sonia, rule["code"])
    root.post(f"{DRAFT}/regles", retirer=f"{rule['code']}:{gone['was']}")
    lost = sonia.post(url, label="Trop tard", request_type="intervention", **gone)
    assert lost.status_code == 409
    assert "Trop tard" in lost.text
    root.post(f"{DRAFT}/remettre", regle=rule["code"])
    assert draft(site)[4] == site.ask(lambda: written(reading.rules_of(1)[4]))
    assert "Hélène" not in root.get(DRAFT).text
    assert "Root" in root.get(HERE).text
    root.post(f"{DRAFT}/abandonner")
    answer = sonia.post(f"{DRAFT}/regles", haut=rule["code"])
    assert answer.location == HERE
    assert "Ce brouillon n’est plus ouvert" in words(sonia.get(HERE).text)


def test_a_form_sent_twice_adds_one_rule_and_a_wrong_one_says_where(site: Site) -> None:
    sonia = site.as_("sonia")
    begin(sonia)
    key = "11111111-1111-4111-8111-111111111111"
    fields = APA_TO_CRIP | {"keywords": "jardin"}
    for _ in range(2):
        assert sonia.post(f"{DRAFT}/regle", key=key, **fields).status_code == 303
    assert len([r for r in draft(site) if r["label"] == "Tout à la CRIP"]) == 1
    refused = sonia.post(
        f"{DRAFT}/regle", label="Mots vides", priority="2", keywords="de la\njardin"
    )
    assert refused.status_code == 422
    page = words(refused.text)
    assert "« de la » ne contient que des mots trop courants" in page.lower()
    assert "la règle ne donne ni service ni nature de demande" in page.lower()
    assert "jardin</textarea>" in refused.text
    days = APA_TO_CRIP | {"since": "2031-03-02", "until": "2031-03-01"}
    backwards = sonia.post(f"{DRAFT}/regle", **days)
    assert backwards.status_code == 422
    assert "la fin est avant le début" in words(backwards.text).lower()
    add_rule(sonia, **days | {"until": "2031-03-31"})
    listed = words(sonia.get(DRAFT).text)
    assert "Si elle est affectée du 02/03/2031 au 31/03/2031, alors" in listed
    assert "hors de ses dates aujourd’hui" in listed
    forged = sonia.post(f"{DRAFT}/regle", label="x", priority="2", unit="nulle-part")
    assert forged.status_code == 422
    assert len(draft(site)) == 53
    past = {"label": "Jardins", "keywords": "jardin", "since": "2001-03-02", "until": "2001-03-31"}
    add_rule(sonia, **APA_TO_CRIP | past)
    trial = words(sonia.get(sonia.post(f"{DRAFT}/essai").location).text)
    assert "Jardins · ses dates sont passées" in trial


@pytest.mark.parametrize("login", ["alice", "rita", "dora", "oscar"])
def test_the_rules_are_closed_to_who_neither_supervises_nor_administers(
    site: Site, login: str
) -> None:
    browser = site.as_(login)
    begin(site.as_("sonia"))
    for url in (HERE, DRAFT, f"{HERE}/versions/1", f"{DRAFT}/regle", f"{DRAFT}/en-vigueur"):
        assert browser.get(url).status_code == 403, url
    for act in ("regles", "remettre", "abandonner", "essai", "en-vigueur"):
        assert browser.post(f"{DRAFT}/{act}").status_code == 403, act
    assert "Voir les règles" not in browser.get(site.url("apa")).text


def test_another_supervisor_reads_the_rules_and_changes_none(site: Site) -> None:
    def elsewhere() -> None:
        with transaction():
            session().add(UserRole(user_id=user("dora"), unit_id=snapshot().unit("amethyste").id,
                                   role="supervisor"))  # fmt: skip

    site.ask(elsewhere)
    begin(site.as_("sonia"))
    dora = site.as_("dora")
    page = dora.get(HERE).text
    assert "Boîte APA" in page
    assert "Ouvrir le brouillon" not in page
    assert dora.get(DRAFT).status_code == 403
    assert dora.post(DRAFT).status_code == 403
    assert dora.post(f"{DRAFT}/essai").status_code == 403


def test_a_named_case_is_nowhere_for_an_outsider(both: Site) -> None:
    """root reads no content at all; the named case is sonia's alone."""
    seen = {}
    for login in ("root", "sonia"):
        browser = both.as_(login)
        begin(browser)
        if login == "root":
            to_crip(browser)
        done = browser.post(f"{DRAFT}/essai")
        both.work()
        seen[login] = browser.get(done.location).text
    assert figures(seen["root"])["Demandes regardées"] == 3  # nor what waits for the triage alone
    assert "trop peu de demandes pour le dire" in words(seen["root"])
    assert "trop peu" not in words(seen["sonia"])
    assert figures(seen["sonia"])["Demandes regardées"] == 5
    assert "/demandes/" not in seen["root"]
    assert "Zénobie" not in seen["root"]
    assert both.cases["named"] not in seen["root"]
    assert both.cases["named"] in seen["sonia"]
    trials = both.ask(lambda: list(session().scalars(select(RoutingTrial.id))))
    assert both.as_("root").get(f"{HERE}/essais/{trials[1]}").status_code == 404
    counts = both.ask(lambda: reading.decided(rules(paris_date(clock.now())), clock.now()))
    assert counts["boite-apa"] == 3  # apa, other, hostile; not the named one


def test_a_trial_tells_nobody_who_wrote_a_word(site: Site) -> None:
    """A supervisor reads the words of her units; an administrator must not find them by trying."""

    def told() -> None:
        with transaction():
            for name, level in (("other", "restricted"), ("lost", "normal")):
                case = by_reference(site.cases[name])
                assert case is not None
                set_level(case, level, actor=SYSTEM, now=clock.now())
                said = Message.case_id == case.id
                session().execute(update(Message).where(said).values(text=f"Kerguelen {name}"))

    site.ask(told)
    root = site.as_("root")
    begin(root)
    seen = []
    for word in ("kerguelen", "bretagne"):
        code = add_rule(root, label="Essai", keywords=word)
        done = root.post(f"{DRAFT}/essai")
        site.work()
        page = root.get(done.location).text
        seen.append((words(page), words(root.get(DRAFT).text)))
        root.post(f"{DRAFT}/regles", retirer=f"{code}:{shown_form(root, code)['was']}")
    (trial, draft_page), (other_trial, other_draft) = seen
    told = figures(page)
    assert told["Demandes regardées"] == 3  # neither restricted nor named
    assert told["Iraient ailleurs"] == 0
    assert "par lots de 5" in trial
    assert trial == other_trial
    assert draft_page == other_draft.replace("bretagne", "kerguelen")
    assert "moins de 5 demandes à l’essai" in draft_page


def test_a_case_tells_the_rule_as_it_was_when_it_decided(site: Site) -> None:
    sonia = site.as_("sonia")
    begin(sonia)
    code = "boite-apa"
    page = words(sonia.get(site.url("apa")).text)
    assert "Règle « Boîte APA (version 1) » : Si la boîte est « apa »" in page
    assert f'href="{HERE}?regle={code}#r-{code}"' in sonia.get(site.url("apa")).text
    to_crip(sonia)
    assert put_in_force(site, sonia) == 303
    now = site.ask(lambda: {rule.code: rule for rule in rules(paris_date(clock.now()))})
    assert (now[code].then.unit, now[code].version) == ("crip", 2)
    page = words(sonia.get(site.url("apa")).text)
    assert "Règle « Boîte APA (version 1) » : Si la boîte est « apa », alors elle devient" in page
    assert sonia.post(DRAFT, version="1").status_code == 303  # back to what it was
    assert "1 changée" in words(sonia.get(DRAFT).text)
    assert put_in_force(site, sonia, "Erreur") == 303

    def equal() -> bool:
        return digest(reading.rules_of(3)) == digest(reading.rules_of(1))

    assert site.ask(equal)
    told = select(AuditRow.event).where(AuditRow.event.like("rules:%")).order_by(AuditRow.id)
    events = site.ask(lambda: list(session().scalars(told)))
    assert events[0] == "rules:in-force"
    assert events.count("rules:in-force") == 3
    assert {"rules:drafted", "rules:tried"} <= set(events)


def test_a_long_trial_goes_on_in_steps_and_shows_how_far_it_is(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "CHUNK", 1)
    sonia = site.as_("sonia")
    begin(sonia)
    to_crip(sonia)
    done = sonia.post(f"{DRAFT}/essai")
    half = sonia.get(done.location)
    assert half.headers["Refresh"] == "2"
    assert 'value="2"' in half.text  # two steps while she waited
    site.work()
    whole = sonia.get(done.location)
    assert "Refresh" not in whole.headers
    told = figures(whole.text)
    assert told["Demandes regardées"] == 5
    assert told["Iraient ailleurs"] == 4
    rows = re.search(r'id="ailleurs".*?</table>', whole.text, re.DOTALL)
    assert rows  # the number leads to its list, which has that length
    counts = re.findall(r'class="number" data-label="[^"]*">(\d+)<', rows[0])
    assert sum(map(int, counts)) == told["Iraient ailleurs"]
    assert 'href="#ailleurs"' in whole.text
    assert len(re.findall(r'class="reference', whole.text)) == 4  # those of the mailbox, once each


def test_pages_of_rules_ask_the_same_however_many_there_are(site: Site) -> None:
    sonia = site.as_("sonia")
    begin(sonia)
    for n in range(20):
        add_rule(sonia, label=f"Règle {n}", keywords=f"mot{n}", after="boite-apa")
    assert put_in_force(site, sonia) == 303
    begin(sonia)
    for url, most in ((HERE, 9), (DRAFT, 11), (f"{HERE}/versions/2", 9), (f"{DRAFT}/regle", 7)):
        sonia.get(url)
        with statements() as seen:
            page = sonia.get(url)
        assert len(seen) <= most, (url, len(seen), seen)
        assert len(page.data) < 60_000, url
    rest = sonia.get(f"{HERE}?de=61").text
    assert "61 à 71 sur 71" in words(rest)
    assert "La nature est déjà connue" in rest
    there = sonia.get(f"{DRAFT}?regle=nature-connue").text
    assert "data-autofocus>La nature est déjà connue" in there
