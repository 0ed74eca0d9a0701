"""The page "Réception": does every source still deliver?"""

import re
from dataclasses import asdict

from sqlalchemy import select, update

from grc.channels.source import MailFolder
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import execute, session, transaction
from grc.core.i18n import Text
from grc.jobs.fetching import Mailbox as FetchedMailbox
from grc.jobs.fetching import note
from grc.organisation import cache
from grc.organisation.models import Mailbox
from grc.webhooks.models import Webhook
from grc.webhooks.service import add_webhook
from tests.web.conftest import Site


def test_reception_shows_how_fetching_fares(both: Site) -> None:
    """A mailbox that is fetched is listed before anything came from it, with what fails."""

    def _told(problem: Text | None) -> str:
        both.ask(lambda: _fetch_from("rsa-recours", problem))
        page = both.as_("sonia").get("/reception").text
        return page.replace("\N{NARROW NO-BREAK SPACE}", " ")

    assert "rsa-recours" not in both.as_("sonia").get("/reception").text
    away = Text("le serveur %(host)s ne répond pas (%(why)s)", {"host": "imap.x", "why": "coupé"})
    assert "relève en échec : le serveur imap.x ne répond pas (coupé)" in _told(away)
    assert "relevée " in _told(None)


def test_reception_shows_the_programs_that_are_told_and_whether_they_take_it(both: Site) -> None:
    assert "Programmes prévenus" not in both.as_("sonia").get("/reception").text
    both.ask(_add_webhook)
    page = both.as_("sonia").get("/reception").text
    assert "Programmes prévenus" in page
    assert "example.fr" not in page  # an address may be a secret of its own
    both.ask(lambda: _webhook_is(failing_since=clock.now()))
    assert re.search(r"ged</th>.*?en échec", both.as_("sonia").get("/reception").text)
    both.ask(lambda: _webhook_is(off_at=clock.now(), off_why="410"))
    assert re.search(r"ged</th>.*?coupé", both.as_("sonia").get("/reception").text)


def _add_webhook() -> None:
    with transaction():
        told = {"all_units": True, "actor": SYSTEM, "now": clock.now()}
        add_webhook("ged", "https://ged.example.fr/grc", ["case.opened"], **told)


def _webhook_is(**values: object) -> None:
    with transaction():
        execute(update(Webhook).values(**values))


def _fetch_from(source: str, problem: Text | None) -> None:
    where = MailFolder("imap.x", 993, "tls", source)
    with transaction():
        row = session().scalars(select(Mailbox).where(Mailbox.source == source)).one()
        row.fetched_from = asdict(where)
    cache.forget()
    note(FetchedMailbox("email", source, where), problem)
