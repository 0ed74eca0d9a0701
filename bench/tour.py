"""Every page of the product, as the person it is made for sees it, in a filled database.

The accounts and what they have on their desks are those of the demonstration, told on top of
the filled database: queues, lists and counts are as long as the database makes them.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from flask import Flask
from sqlalchemy import func, select, update

from bench.measure import Measure, Meter
from bench.pages import Browser
from grc.cases.models import Case, Handling, Message, Party, SearchDoc, case_reference
from grc.cli.demo import fill
from grc.cli.demo_accounts import PASSWORD
from grc.cli.program import Program
from grc.core import blobs, clock, verify
from grc.core.db import add, end_read, session, transaction
from grc.core.settings import settings
from grc.core.steps import Step
from grc.intake.models import Item
from grc.jobs.keeper import seal_journal
from grc.organisation.queries import snapshot
from grc.supervision.statistics import checking, folding
from grc.supervision.statistics.models import FigureState
from tests.browser.journeys.tour import FIRST_ENDED, TOUR, Stop

MANY_CASES, MANY_MESSAGES = 1000, 5000  # of one citizen, of one case
_ROW = re.compile(r"<a\b[^>]*\brow-link\b[^>]*>")
_HREF = re.compile(r'href="([^"#]+)')
# By its state: the edge of a row whose day is far is "fine" as well.
_IN = r"(?:(?!</li>).)*?"
_ENDED = re.compile(rf'<li\b{_IN}\brow-state\b{_IN}data-tone="?fine{_IN}</li>', re.DOTALL)


class NotThere(RuntimeError):
    """A page the filled database does not lead to."""


def measured(app: Flask, meter: Meter, times: int) -> Iterator[Measure]:
    """Every page of the tour, then the pages that hold most; those not there are said."""
    _settle_steps()
    _count()
    fill(Program(settings, lambda: app))
    _bring_bytes()
    seats: dict[str | None, Browser] = {}
    for stop in chain(TOUR, _heavy()):
        if stop.login not in seats:
            seats[stop.login] = Browser(app, stop.login, PASSWORD)
        try:
            yield page(seats[stop.login], meter, stop, times)
        except NotThere as missing:
            print(f"not measured: {missing}", file=sys.stderr, flush=True)


def page(browser: Browser, meter: Meter, stop: Stop, times: int) -> Measure:
    """One page, whose size the note tells. Raises NotThere on another status."""
    path = address(browser, stop)
    sizes: list[int] = []

    def once(_: int) -> None:
        answer = browser.ask("GET", path)
        if answer.status_code != stop.status:
            raise NotThere(f"{stop.name}: {path}: {answer.status_code}")
        sizes.append(len(answer.data))

    found = meter.repeat(f"page {stop.name}", once, times)
    return replace(found, note=f"{max(sizes) / 1000:.1f} kB")


def address(browser: Browser, stop: Stop) -> str:
    """Where a stop is: itself, or what its list leads to. Raises NotThere for an empty list."""
    if stop.then is None:
        return browser.ask("GET", stop.path).location or stop.path
    listed = browser.ask("GET", stop.path).text
    rows = _ENDED.findall(listed) if stop.row == FIRST_ENDED else [listed]
    link = _ROW.search("".join(rows))
    where = _HREF.search(link[0]) if link else None
    if where is None:
        raise NotThere(f"{stop.name}: no row at {stop.path}")
    return where[1].replace("&amp;", "&") + stop.then


def _settle_steps() -> None:
    """What copied cases have planned is done: telling would else run it all, for minutes."""
    with transaction():
        session().execute(update(Step).where(Step.done_at.is_(None)).values(done_at=clock.now()))


def _count() -> None:
    """Seal and count everything, as a worker would have on the way here: what is told on top
    then counts what it tells, and not each act of years."""
    seal_journal(0)
    position = verify.last_link()[0]
    checking.rebuild()
    with transaction():
        if folding.counted_at() is None:
            add(FigureState, id=1, position=position, counted_at=clock.now())


def _bring_bytes() -> None:
    """The bytes of what waits to be looked at: a filled database only names them."""
    waiting = select(Item.sha256).where(Item.outcome == "quarantined").order_by(Item.id)
    for sha256 in session().scalars(waiting.limit(50)):
        path = blobs.store().path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"Subject: Bonjour\n\nIllisible.\n")
    end_read()


def _heavy() -> Iterator[Stop]:
    """A citizen of a thousand cases and a case of five thousand messages, in the queue of an
    agent: rows that were there are given to them."""
    mine = select(Handling.case_id).where(Handling.unit_id == _unit(), Handling.level == "normal")
    cases = select(Case).where(Case.id.in_(mine), Case.citizen_id.is_not(None))
    hers, long = session().scalars(cases.order_by(Case.id).limit(2)).all()
    places = (_place(hers), _place(long))
    with transaction():
        _give_cases(hers)
        _give_messages(long)
    yield Stop("usager-1000-demandes", "agent.apa", f"{places[0]}/usager")
    yield Stop("demande-1000-voisines", "agent.apa", places[0])
    yield Stop("demande-5000-messages", "agent.apa", places[1])


def _unit() -> int:
    return snapshot().unit("apa").id


def _place(case: Case) -> str:
    return f"/demandes/{case_reference(case.id, case.opened_at)}"


def _give_cases(case: Case) -> None:
    normal = select(Case.id).where(Case.level == "normal").order_by(Case.id).limit(MANY_CASES)
    some = session().scalars(normal).all()
    given = {"citizen_id": case.citizen_id}
    session().execute(update(Case).where(Case.id.in_(some)).values(given))
    session().execute(update(Party).where(Party.case_id.in_(some)).values(given))


def _give_messages(case: Case) -> None:
    newest = select(Message.id).order_by(Message.id.desc()).limit(MANY_MESSAGES)
    lowest = session().scalar(select(func.min(newest.subquery().c.id)))
    session().execute(update(Message).where(Message.id >= lowest).values(case_id=case.id))
    docs = SearchDoc.kind == "message", SearchDoc.subject_id >= lowest
    session().execute(update(SearchDoc).where(*docs).values(case_id=case.id))
