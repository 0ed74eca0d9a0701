"""The page "Réception": does every source still deliver?"""

from dataclasses import asdict

from sqlalchemy import select

from grc.channels.source import MailFolder
from grc.core.db import session, transaction
from grc.core.i18n import Text
from grc.jobs.fetching import Mailbox as FetchedMailbox
from grc.jobs.fetching import note
from grc.organisation import cache
from grc.organisation.models import Mailbox
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


def _fetch_from(source: str, problem: Text | None) -> None:
    where = MailFolder("imap.x", 993, "tls", source)
    with transaction():
        row = session().scalars(select(Mailbox).where(Mailbox.source == source)).one()
        row.fetched_from = asdict(where)
    cache.forget()
    note(FetchedMailbox("email", source, where), problem)
