"""The API as a program with a token gets it: through the whole program, one client."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask

from bench.measure import Measure, Meter
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import transaction
from grc.organisation.queries import snapshot
from grc.staff.tokens import Scope, add_token

ROOT = "/api/v1"


def measured(app: Flask, meter: Meter, cases: list[str], times: int) -> Iterator[Measure]:
    """Posting a request, a page of cases, one case; `cases` are references to read."""
    ask = _asker(app, {"Authorization": f"Bearer {token()}"})
    units = [unit.code for unit in snapshot().units]
    yield meter.repeat("API, request posted", lambda _: ask("POST", "/requests"), times)
    yield meter.repeat("API, page of 50 cases", lambda _: ask("GET", "/cases"), times)
    yield meter.repeat(
        "API, page of one unit",
        lambda number: ask("GET", f"/cases?unit={units[number % len(units)]}"),
        times,
    )
    yield meter.repeat(
        "API, one case", lambda number: ask("GET", f"/cases/{cases[number % len(cases)]}"), times
    )


def token() -> str:
    """The secret of a new token that may do everything."""
    with transaction():
        name = f"bench-{uuid.uuid4().hex[:8]}"
        return add_token(name, set(Scope), all_units=True, actor=SYSTEM, now=clock.now())


def request_body(key: str) -> dict[str, Any]:
    """A request like no other, as a program posts it."""
    return {
        "sent_at": "2026-03-02T09:15:00+01:00",
        "subject": "Dossier d'APA",
        "text": f"Je demande un dossier d'APA pour ma mère à Antony. {key}",
        "writer": {"name": "Jeanne Karim", "email": f"{key}@courriel.example"},
    }


def _asker(app: Flask, headers: dict[str, str]) -> Callable[[str, str], None]:
    client = app.test_client()

    def ask(method: str, path: str) -> None:
        key = str(uuid.uuid4())
        sent: dict[str, Any] = {"json": request_body(key)} if method == "POST" else {}
        own = headers | ({"Idempotency-Key": key} if sent else {})
        answer = client.open(ROOT + path, method=method, headers=own, **sent)
        assert answer.status_code < 300, (path, answer.text)

    return ask
