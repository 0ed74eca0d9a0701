"""Pages as an agent gets them: signed in, through the whole program, a filled database."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bench import staff
from bench.measure import Measure, Meter
from bench.source import Source
from grc.cases.models import Case, Handling, case_reference
from grc.citizens.models import ContactPoint
from grc.core import clock
from grc.core.actor import Actor
from grc.core.db import end_read, session
from grc.organisation.queries import snapshot
from grc.supervision.statistics import checking
from grc.work import queries

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
COMMON = 0.04  # the share of cases where the common word is found


@dataclass(frozen=True)
class Probes:
    """What is asked for."""

    agent: Actor
    unit_id: int
    cases: list[str]  # references
    everywhere: str
    common: str
    rare: str
    email: str


def probes(source: Source) -> Probes:
    """An agent of the busiest unit, cases she works on, words of known frequency."""
    busiest = (
        select(Handling.unit_id)
        .where(Handling.is_open)
        .group_by(Handling.unit_id)
        .order_by(func.count().desc())
    )
    unit_id = session().scalars(busiest.limit(1)).one()
    recent = (
        select(Case.id, Case.opened_at)
        .join(Handling, Handling.case_id == Case.id)
        .where(Handling.unit_id == unit_id, Handling.level == "normal")
        .order_by(Case.id.desc())
    )
    references = [case_reference(*row) for row in session().execute(recent.limit(60))]
    newest = select(ContactPoint.value).order_by(ContactPoint.id.desc()).limit(1)
    email = session().scalars(newest).one()
    end_read()
    words = _words(source)
    return Probes(staff.hired()[unit_id][0], unit_id, references, *words, email)


def _words(source: Source) -> tuple[str, str, str]:
    """The word found in most cases, one found in about 4 % of them, and one found in a single
    case of the sample."""
    docs = source.tables["search_doc"]
    stems: dict[int, set[str]] = {}
    for case_id, body in zip(docs["case_id"], docs["body"], strict=True):
        stems.setdefault(case_id, set()).update(body.split())
    found = Counter(stem for body in stems.values() for stem in body if stem.isalpha())
    everywhere = max(found, key=lambda stem: (found[stem], stem))
    common = min(found, key=lambda stem: (abs(found[stem] / len(stems) - COMMON), stem))
    rare = min(found, key=lambda stem: (found[stem], -len(stem), stem))
    return everywhere, common, rare


class Browser:
    """A person, signed in when she has a login. Each request starts without our context, as a
    server's does: Flask would otherwise keep what belongs to one request for the next."""

    def __init__(self, app: Flask, login: str | None, password: str = staff.PASSWORD) -> None:
        self._client = app.test_client()
        if login is not None:
            self._sign_in(login, password)

    def _sign_in(self, login: str, password: str) -> None:
        token = _TOKEN.search(self.ask("GET", "/connexion").text)
        fields = {"identifier": login, "password": password, "next": "", "kept": ""}
        fields["csrf_token"] = token[1] if token else ""
        answer = self.ask("POST", "/connexion", data=fields)
        if answer.status_code != 303:
            raise RuntimeError(f"cannot sign in: {answer.status_code}")

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        """One request and its answer."""
        return Context().run(self._client.open, path, method=method, **more)


Get = Callable[[int], None]


def _getter(browser: Browser, asked: Probes) -> Callable[..., Get]:
    """`get(path)` asks for a page, of another case each time when it names one."""

    def get(path: str, expected: int = 200) -> Get:
        def once(number: int) -> None:
            url = path.format(case=asked.cases[number % len(asked.cases)])
            answer = browser.ask("GET", url)
            if answer.status_code != expected:
                raise RuntimeError(f"{path}: {answer.status_code}")

        return once

    return get


def queue_pages(app: Flask, meter: Meter, asked: Probes, times: int) -> Iterator[Measure]:
    """The queue of a unit: its queries alone, then the page."""
    get = _getter(Browser(app, asked.agent.label), asked)
    unit = snapshot().unit_by_id(asked.unit_id).code
    yield meter.repeat("queue query", lambda _: _queue(asked), times)
    yield meter.repeat("queue page", get(f"/file?unit={unit}"), times)


def measured(app: Flask, meter: Meter, asked: Probes, times: int) -> Iterator[Measure]:
    """Every page."""
    get = _getter(Browser(app, asked.agent.label), asked)
    yield from queue_pages(app, meter, asked, times)
    yield meter.repeat("case page", get("/demandes/{case}"), times)
    for name, typed in (
        ("search, the most common word", asked.everywhere),
        ("search, 4 % of cases", asked.common),
        ("search, rare word", asked.rare),
        ("search, e-mail", asked.email),
    ):
        yield meter.repeat(name, get(f"/recherche?q={typed}"), times, note=typed)
    yield meter.repeat("search, reference", get("/recherche?q={case}", 302), times)
    yield from statistics_pages(app, meter, asked, times)


def statistics_pages(app: Flask, meter: Meter, asked: Probes, times: int) -> Iterator[Measure]:
    """A year of the whole département, from the figures that are kept."""
    checking.rebuild()
    get = _getter(Browser(app, staff.overseer()), asked)
    for name, by in (("period", "periode"), ("channel", "canal"), ("nature", "nature")):
        address = f"/statistiques?par={by}&du={_year_ago()}"
        yield meter.repeat(f"statistics by {name}", get(address), times)


def _year_ago() -> str:
    return (clock.paris_date(clock.now()) - timedelta(days=365)).isoformat()


def _queue(asked: Probes) -> None:
    """The queries of a queue page alone: a page of rows and the counts."""
    where = queries.of_unit(asked.agent, asked.unit_id, clock.now())
    queries.page(where, sort="due", filters=queries.Filters(), cursor=None)
    queries.count(where)
    end_read()
