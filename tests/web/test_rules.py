"""The routing workshop: a draft in which two may write, tried on past cases, then in force."""

import re
from html import unescape

from grc.core import clock
from grc.core.clock import paris_date
from grc.routing import workshop
from grc.routing.queries import rules
from tests.web.conftest import Browser, Site

HERE = "/affectation"
DRAFT = f"{HERE}/brouillon"
APA_TO_CRIP = {"label": "Tout à la CRIP", "unit": "crip", "priority": "2", "after": ""}


def words(page: str) -> str:
    """A page as it is read."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u202f", " ").split())


def begin(browser: Browser) -> None:
    assert browser.post(DRAFT).status_code == 303


def add_rule(browser: Browser, **fields: str) -> str:
    """A new first rule; its code."""
    done = browser.post(f"{DRAFT}/regle", **APA_TO_CRIP | fields)
    assert done.status_code == 303, words(done.text)
    return str(done.location.partition("regle=")[2])


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
    assert "demandes regardées" in page
    assert "Améthyste" in page
    assert put_in_force(both, sonia, "Réorganisation") == 303
    page = words(sonia.get(HERE).text)
    assert "Version 2" in page
    assert "Réorganisation" in page

    def first() -> tuple[str, int]:
        rule = rules(paris_date(clock.now()))[0]
        return rule.label, len(rules(paris_date(clock.now())))

    assert both.ask(first)[0] == "Tout à la CRIP"
