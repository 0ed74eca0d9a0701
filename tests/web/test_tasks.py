"""What did not leave, or did not arrive, is seen by the unit without opening the case."""

import re

from sqlalchemy import select

from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.db import add_all, session, transaction
from grc.organisation.queries import snapshot
from grc.outbox import service as outbox
from grc.outbox.models import Outgoing
from grc.work.follow_up import undelivered
from grc.work.models import Task
from tests.web.conftest import Site
from tests.web.test_acts import reply, taken


def fail_the_reply(site: Site) -> None:
    with transaction():
        outgoing_id = session().scalars(select(Outgoing.id)).one()
        outbox.mark_failed(outgoing_id, "550", now=clock.now())
        undelivered(outgoing_id, now=clock.now())


def test_a_failed_reply_is_a_task_of_the_unit_and_of_nobody_else(both: Site) -> None:
    reply(taken(both), both)
    both.ask(lambda: fail_the_reply(both))
    page = both.as_("bob").get("/recouvrement/taches").text
    assert "Une réponse n’a pas pu partir" in page
    assert both.url("apa") in page
    assert both.url("apa") not in both.as_("oscar").get("/recouvrement/taches").text


def test_the_navigation_counts_it(site: Site) -> None:
    assert counted(site.as_("bob").get("/file").text) is None
    reply(taken(site), site)
    site.ask(lambda: fail_the_reply(site))
    assert counted(site.as_("bob").get("/file").text) == "1"


def test_the_navigation_stops_counting(site: Site) -> None:
    taken(site)
    for wanted, keys in (("99", range(99)), ("99+", range(99, 150))):
        site.ask(lambda keys=keys: ask_for(site.cases["apa"], keys))
        assert counted(site.as_("bob").get("/file").text) == wanted


def ask_for(reference: str, keys: range) -> None:
    case = by_reference(reference)
    assert case is not None
    asked = {"kind": "send_failed", "case_id": case.id, "detail": "550", "due_at": clock.now()}
    unit = {"unit_id": snapshot().unit("apa").id}
    with transaction():
        add_all(Task, [asked | unit | {"key": f"asked:{key}"} for key in keys])


def counted(page: str) -> str | None:
    """The number shown beside Recouvrement in the navigation."""
    entry = page.partition('href="/recouvrement"')[2].partition("</a>")[0]
    found = re.search(r">(\d+\+?)<", entry)
    return found[1] if found else None
