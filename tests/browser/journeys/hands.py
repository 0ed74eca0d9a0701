"""The same acts by two kinds of hands: with a mouse, and with a keyboard alone.

Both have the same methods; each ends when the page it leads to is there.
"""

from grc.cli.demo_accounts import PASSWORD
from tests.browser.journeys.desk import Desk

FOCUSED_ROW = "document.activeElement.closest('.row')?.querySelector('.row-link').textContent"
ROWS = "document.querySelectorAll('.row-link').length"


class Mouse:
    """Points and clicks; types only words."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page

    def sign_in(self, login: str) -> None:
        self.desk.open("/")
        self.page.fill("#identifier", login)
        self.page.fill("#password", PASSWORD)
        self.desk.press("Se connecter")

    def go_to_route(self) -> None:
        self._follow("À affecter")

    def go_to_queue(self) -> None:
        self._follow("Ma file")

    def open_case(self, subject: str) -> None:
        self.page.get_by_role("link", name=subject, exact=True).click()
        self.page.wait_for_selector("#conversation")

    def confirm(self) -> None:
        self._follow("Confirmer le service")
        self._send("Confirmer")

    def reroute(self, unit: str, why: str) -> None:
        self._follow("Réaffecter")
        self.page.select_option("#modal #unit", label=unit)
        self.page.fill("#modal #reason", why)
        self._send("Réaffecter")

    def take(self) -> None:
        self.desk.press("Prendre")

    def reply(self, text: str) -> None:
        self.page.fill("#reply-text", text)
        self.desk.press("Envoyer")

    def undo(self) -> None:
        with self.page.expect_navigation():
            self.page.click("[data-undo] button")

    def note(self, text: str) -> None:
        self.page.locator(".compose-kind label", has_text=self.desk.words("Note interne")).click()
        self.page.fill("#note-text", text)
        self.desk.press("Noter")

    def promise(self, action: str) -> None:
        self.page.locator(".case-acts a[href$='/suivi']").click()
        self._send(action)

    def finish(self, action: str) -> None:
        self.page.get_by_role("link", name=action).click()
        self._choose("réussie")
        self._send("Noter le résultat")

    def end(self) -> None:
        self._follow("Clore")
        self._choose("réponse donnée")
        self._send("Clore")

    def reopen(self, why: str) -> None:
        self._follow("Rouvrir")
        self.page.fill("#modal #reason", why)
        self._send("Rouvrir")

    def find(self, words: str) -> None:
        self.page.fill("#search", words)
        self.page.press("#search", "Enter")
        self.page.locator("[data-list] .row-link").first.click()
        self.page.wait_for_selector("#conversation")

    def _follow(self, label: str) -> None:
        name = self.desk.words(label)
        self.page.get_by_role("link", name=name).first.click()

    def _choose(self, label: str) -> None:
        name = self.desk.words(label).capitalize()
        self.page.locator("#modal").get_by_label(name, exact=True).check()

    def _send(self, label: str) -> None:
        button = self.page.locator("#modal button", has_text=self.desk.words(label))
        with self.page.expect_navigation():
            button.click()


class Keys:
    """Never touches a mouse: what has no key is found by the palette."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page, self.keys = desk, desk.page, desk.page.keyboard

    def sign_in(self, login: str) -> None:
        self.desk.open("/")
        self.keys.type(login)
        self.keys.press("Tab")
        self.keys.type(PASSWORD)
        self._leave("Enter")

    def go_to_route(self) -> None:
        self.keys.press("g")
        self._leave("o")

    def go_to_queue(self) -> None:
        self.keys.press("g")
        self._leave("f")

    def open_case(self, subject: str) -> None:
        self._walk_to(subject)
        self._leave("Enter")

    def confirm(self) -> None:
        self._command("Confirmer le service")
        self._leave("Enter")

    def reroute(self, unit: str, why: str) -> None:
        self._open("o")
        self.keys.type(unit)
        self.keys.press("Tab")
        self.keys.press("Tab")
        self.keys.type(why)
        self._leave("Control+Enter")

    def take(self) -> None:
        self._leave("t")

    def reply(self, text: str) -> None:
        self.keys.press("r")
        self.keys.press("Control+a")
        self.keys.type(text)
        self._leave("Control+Enter")

    def undo(self) -> None:
        self._leave("z")

    def note(self, text: str) -> None:
        self.keys.press("n")
        self.keys.type(text)
        self._leave("Control+Enter")

    def promise(self, action: str) -> None:
        self._open("c")
        key = self.page.locator("#modal button", has_text=action).get_attribute("data-key")
        self._leave(key or "")

    def finish(self, action: str) -> None:
        self._command(action)
        self.keys.press("Space")
        self._leave("Enter")

    def end(self) -> None:
        self._open("e")
        self.keys.press("Space")
        self._leave("Enter")

    def reopen(self, why: str) -> None:
        self._command("Rouvrir")
        self.keys.type(why)
        self._leave("Control+Enter")

    def find(self, words: str) -> None:
        self.keys.press("/")
        self.keys.type(words)
        self._leave("Enter")
        self.keys.press("j")
        self._leave("Enter")

    def _walk_to(self, subject: str) -> None:
        for _ in range(int(self.page.evaluate(ROWS))):
            self.keys.press("j")
            if self.page.evaluate(FOCUSED_ROW) == subject:
                return
        raise AssertionError(f"no row {subject}")

    def _command(self, label: str) -> None:
        self.keys.press("Control+k")
        self.keys.type(self.desk.words(label))
        self.keys.press("Enter")
        self._wait_modal()

    def _open(self, key: str) -> None:
        self.keys.press(key)
        self._wait_modal()

    def _wait_modal(self) -> None:
        self.page.wait_for_selector("#modal[open] form :focus")

    def _leave(self, key: str) -> None:
        with self.page.expect_navigation():
            self.keys.press(key)
