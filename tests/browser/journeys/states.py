"""What a page becomes after an act, for pictures: refused, changed meanwhile, waiting, failed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import BadRequest, MethodNotAllowed, RequestEntityTooLarge, TooManyRequests

from grc.core.errors import Unavailable
from grc.core.i18n import N_
from grc.staff.policy import Permission
from tests.browser.journeys.tour import FIRST_ROW

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEND = ".form .is-primary"
FAILURES: dict[str, Exception] = {
    "panne-400": BadRequest(),
    "panne-405": MethodNotAllowed(),
    "panne-413": RequestEntityTooLarge(),
    "panne-429": TooManyRequests(),
    "panne-500": RuntimeError("as the page of a failure looks"),
    "panne-503": Unavailable(N_("Le service est indisponible un moment")),
}


@dataclass(frozen=True)
class State:
    """`reach` leads a person who has signed in there from the address of the product."""

    name: str
    login: str
    reach: Callable[["Page", str], None]


def case_of(page: "Page", address: str, at: str = "/file") -> str:
    """Open the first case of a list; its address."""
    page.goto(address + at)
    page.goto(f"{address}{page.locator(FIRST_ROW).first.get_attribute('href')}")
    return page.url


def _note(page: "Page", address: str) -> None:
    case_of(page, address)
    page.locator(".compose-kind input[value=note]").check(force=True)
    page.fill("#note-text", "Vu avec sa fille au téléphone : elle enverra le certificat lundi.")


def _noted(page: "Page") -> None:
    with page.expect_navigation():
        page.click(".compose-note button.is-primary")


def changed_meanwhile(page: "Page", address: str) -> None:
    """409: two windows on one form, the other one sent first."""
    case = case_of(page, address)
    with page.context.new_page() as other:
        for one, choice in ((page, -1), (other, 0)):
            one.goto(f"{case}/etat")
            one.locator("[name=status]").nth(choice).check(force=True)
            one.fill("#reason", "On attend la caisse de retraite.")
        for one in (other, page):
            with one.expect_navigation():
                one.locator(SEND).first.click()


def stale_form(page: "Page", address: str) -> None:
    """400: a form of another session; what was typed is given back."""
    _note(page, address)
    page.locator(".compose-note [name=csrf_token]").evaluate("field => field.value = 'old'")
    _noted(page)


def refused(page: "Page", address: str) -> None:
    """422: a form sent empty."""
    page.goto(f"{case_of(page, address)}/reaffecter")
    with page.expect_navigation():
        page.locator(SEND).first.click()


def seen_before_leaving(page: "Page", address: str) -> None:
    """What the citizen will see."""
    case_of(page, address)
    page.fill("#reply-text", "Votre dossier est complet : la visite aura lieu mardi.")
    with page.expect_navigation():
        page.click("#compose-reply [formaction$='/apercu']")


def many_at_once(page: "Page", address: str) -> None:
    """An act on several cases, looked at before it is done."""
    page.goto(f"{address}/file")
    for key in ("j", "x", "j", "x", "s"):
        page.keyboard.press(key)
    page.wait_for_selector(".bulk-page form")


def tried(page: "Page", address: str) -> None:
    """The draft of the rules being tried on past cases."""
    page.goto(f"{address}/affectation/brouillon")
    with page.expect_navigation():
        page.keyboard.press("t")


def _opened(key: str, what: str, at: str = "/file") -> Callable[["Page", str], None]:
    def reach(page: "Page", address: str) -> None:
        page.goto(f"{address}{at}")
        page.keyboard.press(key)
        page.wait_for_selector(what)

    return reach


STATES = (
    State("conflit-409", "agent.apa", changed_meanwhile),
    State("formulaire-perime-400", "agent.apa", stale_form),
    State("refuse-422", "agent.apa", refused),
    State("apercu", "agent.apa", seen_before_leaving),
    State("acte-groupe", "agent.apa", many_at_once),
    State("regles-essai", "responsable", tried),
    State("fenetre-danger", "agent.apa", _opened("!", "#modal[open] form")),
    State("fenetre-aide", "agent.apa", _opened("?", "#modal[open] kbd")),
    State("palette", "agent.apa", _opened("Control+k", "#palette[open] li")),
)


def failing(app: Flask) -> Flask:
    """A product whose addresses `/panne-…` fail, each in its way."""
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a page, as in production
    for name, failure in FAILURES.items():

        def fail(failure: Exception = failure) -> str:
            raise failure

        fail.needs = Permission.PUBLIC  # type: ignore[attr-defined]
        app.add_url_rule(f"/{name}", name, fail)
    return app
