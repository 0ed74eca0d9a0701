"""Every form of the product, as its page gives it: sent twice (a double click, the back button)
it acts once, and under a key that served for something else nothing is done."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import Engine, event
from werkzeug.exceptions import HTTPException

from grc.core import clock
from grc.core.db import add, db, session, transaction
from grc.organisation.queries import snapshot
from grc.staff.models import User, UserRole
from grc.staff.policy import Role
from tests.web.conftest import Browser, Site
from tests.web.test_guard import readable, statements, written

SEATS = {  # one for each role; who opens most comes first
    Role.SUPERVISOR: "sonia",
    Role.ADMINISTRATOR: "root",
    Role.AGENT: "alice",
    Role.MAIL_ROOM: "malo",
    Role.COUNTER: "carl",
    Role.RECOVERY: "rita",
    Role.AUDITOR: "aude",
    Role.READER: "rene",
}
HIRED = (Role.MAIL_ROOM, Role.COUNTER, Role.AUDITOR, Role.READER)  # the site has the others
WITHOUT_KEY = {
    "auth.logout": "who is signed out is signed out",
    "bulk.act": "from a list it only looks; the form that carries out has a key",
    "preferences.save": "the same choice again",
    "public.look": "it reads",
}
NOTED = {"form_key", "access_log"}  # the attempt to take a key, and what was read
LEAST = 12  # forms that act as they stand: fewer, and this test looks at nothing


@dataclass
class Form:
    """A form of a page, filled in as a hasty person would."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads the forms of a page that are sent by POST."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._url, self._in, self._select = url, False, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag: a form begins, or a field of it."""
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in = has.get("method", "").lower() == "post"
            if self._in:
                self.found.append(Form(has.get("action") or self._url))
        elif self._in:
            self._field(tag, has)

    def handle_endtag(self, tag: str) -> None:
        """The end of a form."""
        self._in = self._in and tag != "form"

    def _field(self, tag: str, has: dict[str, str]) -> None:
        fields, name = self.found[-1].fields, has.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and has.get("value") and self._select:
            fields.setdefault(self._select, has["value"])
        elif tag == "textarea" and name:
            fields[name] = "Tapé avec soin"
        elif tag in {"input", "button"} and name:
            self._typed(fields, name, has)

    @staticmethod
    def _typed(fields: dict[str, str], name: str, has: dict[str, str]) -> None:
        kind, value = has.get("type", "text"), has.get("value", "")
        if kind == "hidden":
            fields[name] = value
        elif kind in {"radio", "submit", "checkbox"} or not value:
            fields.setdefault(name, value or ("" if kind != "text" else "Tapé"))
        else:
            fields[name] = value


def hire(site: Site) -> None:
    """The people the site does not have."""

    def add_them() -> None:
        with transaction():
            unit_id = snapshot().unit("apa").id
            for role in HIRED:
                one = SEATS[role]
                user_id = add(
                    User, login=one, name=one.title(), password_hash="", created_at=clock.now()
                )
                session().add(UserRole(user_id=user_id, unit_id=unit_id, role=role))

    site.ask(add_them)


def forms(site: Site, browser: Browser, opened: set[str]) -> Iterator[tuple[str, Form]]:
    """One form of each endpoint that the pages of a person offer, those opened before aside:
    a case has other acts for each role, and is always read."""
    seen: set[str] = set()
    adapter = site.app.url_map.bind("localhost")
    for url in readable(site):
        if url in opened - {site.url("apa")}:
            continue
        answer = browser.get(url)
        if answer.status_code == 200:
            opened.add(url)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        parser = Forms(url)
        parser.feed(answer.text)
        for form in parser.found:
            try:
                endpoint, _ = adapter.match(form.action.partition("?")[0], method="POST")
            except HTTPException as error:
                raise AssertionError(f"{url}: a form leads to {form.action}") from error
            if endpoint not in seen:
                seen.add(endpoint)
                yield endpoint, form


class Committed:
    """Rows of the database, to see whether anything changed."""

    def __init__(self, site: Site) -> None:
        with site.app.app_context():
            self._path = str(db.engine.url.database)

    def rows(self) -> dict[str, Any]:
        """How many rows each table has, with what was noted left out."""
        connection = sqlite3.connect(self._path)
        try:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = [name for (name,) in names if name not in NOTED and "fts" not in name]
            count = 'SELECT count(*) FROM "{}"'
            return {one: connection.execute(count.format(one)).fetchone() for one in tables}
        finally:
            connection.close()


def test_every_form_sent_twice_acts_once(site: Site) -> None:
    assert set(SEATS) == set(Role)
    hire(site)
    acted: set[str] = set()
    keyless: set[str] = set()
    opened: set[str] = set()
    base = Committed(site)
    for login in SEATS.values():
        browser = site.as_(login)
        for endpoint, form in list(forms(site, browser, opened)):
            if endpoint in acted:
                continue
            if not form.fields.get("form_key"):
                keyless.add(endpoint)
                continue
            first = browser.client.post(form.action, data=form.fields)
            if first.status_code not in {302, 303}:
                continue
            acted.add(endpoint)
            _again(browser, endpoint, form, first.location, base)
    assert keyless == set(WITHOUT_KEY)
    assert len(acted) >= LEAST, sorted(acted)


def _again(browser: Browser, endpoint: str, form: Form, where: str, base: Committed) -> None:
    before = base.rows()
    with statements() as seen:
        again = browser.client.post(form.action, data=form.fields)
    assert (again.status_code, again.location) == (303, where), endpoint
    assert written(seen) <= NOTED, endpoint
    other = form.fields | {"unheard_of": "autre chose"}
    with statements() as seen:
        browser.client.post(form.action, data=other)
    assert written(seen) <= NOTED, endpoint
    assert base.rows() == before, endpoint


def test_a_key_is_looked_at_by_the_database(site: Site) -> None:
    """The test above sees what is written: it would see a second act."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        browser = site.as_("alice")
        browser.post(site.url("apa", "note"), text="Une fois")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert "note" in written(seen)
