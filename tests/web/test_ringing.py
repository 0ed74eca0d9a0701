"""Whose telephone rings: the number goes with the call, and an extension is one person's."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from grc.cases.phone import Ringing
from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.db import session, transaction
from grc.jobs.tidying import tidy
from grc.staff.models import User
from tests.web.conftest import Site
from tests.web.test_exchange import Exchange, sit_at


@pytest.fixture
def exchange(both: Site) -> Exchange:
    for login, extension in (("bob", "4012"), ("alice", "4013")):
        both.ask(partial(sit_at, login, extension))
    return Exchange(both)


def shown(site: Site) -> list[tuple[str, str]]:
    """The numbers that are on a screen, by extension."""
    query = select(Ringing.extension, Ringing.number).where(Ringing.number != "")
    return list(site.ask(lambda: [(row[0], row[1]) for row in session().execute(query)]))


@pytest.mark.parametrize("told", [{}, {"extension": "4012"}, {"extension": "4999"}])
def test_the_end_of_a_call_takes_its_number_off_every_screen(
    exchange: Exchange, told: dict[str, str]
) -> None:
    for extension in ("4012", "4013"):
        exchange.tell("ringing", "all", extension=extension)
    assert len(shown(exchange.site)) == 2
    exchange.tell("ended", "all", **told)
    assert shown(exchange.site) == []


def test_the_end_of_a_call_leaves_the_others(exchange: Exchange) -> None:
    exchange.tell("ringing", "one", extension="4012")
    exchange.tell("ringing", "other", extension="4013")
    exchange.tell("ended", "one")
    assert [extension for extension, _ in shown(exchange.site)] == ["4013"]


def test_a_call_whose_end_is_never_told_is_destroyed(exchange: Exchange) -> None:
    site, now = exchange.site, clock.now()
    exchange.tell("ringing", "lost", extension="4012")
    site.ask(lambda: tidy(now + timedelta(minutes=10)))
    assert len(shown(site)) == 1
    site.ask(lambda: tidy(now + timedelta(minutes=20)))
    assert site.ask(lambda: session().scalars(select(Ringing)).all()) == []


def speak(login: str, language: str) -> None:
    with transaction():
        session().execute(update(User).where(User.login == login).values(locale=language))


def test_an_extension_is_one_persons_and_the_journal_says_whose(both: Site) -> None:
    bob, alice = both.as_("bob"), both.as_("alice")
    assert bob.post("/preferences/poste", extension="4012").status_code == 303
    for language, words in (("fr", "Le poste 4012 est déjà celui"), ("en", "4012 is already")):
        both.ask(partial(speak, "alice", language))
        refused = alice.post("/preferences/poste", extension=" 4012")
        assert refused.status_code == 422
        assert words in refused.text
    for again in ("4012", ""):
        assert bob.post("/preferences/poste", extension=again).status_code == 303
    assert alice.post("/preferences/poste", extension="4012").status_code == 303
    query = select(AuditRow.data).where(AuditRow.event == "user:extension").order_by(AuditRow.id)
    assert both.ask(lambda: session().scalars(query).all()) == [
        {"old": "–", "new": "4012"},
        {"old": "4012", "new": "–"},
        {"old": "–", "new": "4012"},
    ]
