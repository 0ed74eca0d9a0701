"""An agent at a browser: signs in, fills a form in, sends it again when the answer is lost."""

import http.client
import re
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.rig.waiting import PATIENCE, eventually

PASSWORD = "correct horse battery"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LOST = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    location: str
    retry_after: str
    text: str


@dataclass
class Agent:
    """One browser and its cookies. `lost` counts the answers that never came."""

    port: int
    login: str
    cookies: dict[str, str] = field(default_factory=dict)
    lost: int = 0

    def ask(self, method: str, path: str, **form: str) -> Answer:
        """One request over a connection of its own. Raises OSError when no answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(form) or None, headers)
            said = connection.getresponse()
            text = said.read().decode()
        finally:
            connection.close()
        for cookie in said.headers.get_all("Set-Cookie", []):
            self.cookies.update({n: m.value for n, m in SimpleCookie(cookie).items()})
        return Answer(
            said.status,
            said.headers.get("Location", ""),
            said.headers.get("Retry-After", ""),
            text,
        )

    def sign_in(self) -> None:
        """Open a session."""
        given = {"csrf_token": self.token("/connexion"), "next": "", "kept": ""}
        answer = self.ask("POST", "/connexion", identifier=self.login, password=PASSWORD, **given)
        assert answer.status == 303, (answer.status, answer.text[:500])

    def token(self, path: str) -> str:
        """The token of the forms of a page."""
        page = self.ask("GET", path)
        found = _TOKEN.search(page.text)
        assert found is not None, (path, page.status, page.text[-1000:])
        return found[1]

    def write(self, case: str) -> "NoteForm":
        """Open a case and fill in a note, which is not sent yet."""
        path = f"/demandes/{case}"
        fields = {
            "csrf_token": self.token(path),
            "form_key": str(uuid.uuid4()),
            "text": f"Note {uuid.uuid4()}",
        }
        return NoteForm(self, path, fields)


@dataclass(frozen=True)
class NoteForm:
    """A filled form: sending it twice is sending it once."""

    agent: Agent
    page: str
    fields: dict[str, str]

    def send(self) -> Answer:
        """Send it now."""
        return self.agent.ask("POST", f"{self.page}/note", **self.fields)

    def send_until_answered(self) -> Answer:
        """Send it, again while nothing or "unavailable" comes back."""

        def _answer() -> Answer | None:
            try:
                answer = self.send()
            except LOST:
                self.agent.lost += 1
                return None
            return None if answer.status == 503 else answer

        answer = eventually(_answer, f"an answer from {self.page}", 30)
        assert answer is not None
        return answer
