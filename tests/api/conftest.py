"""The filled back-office of tests/web, seen by programs.

`api("portail", "requests:write")` makes a token and gives a client that shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import transaction
from grc.organisation.queries import snapshot
from grc.staff.tokens import add_token
from tests.web.conftest import (
    Site,
    _sites,
    both,
    filled_postgres,
    filled_sqlite,
    loaded_postgres,
    loaded_sqlite,
    reader,
    site,
)

__all__ = [
    "_sites",
    "both",
    "filled_postgres",
    "filled_sqlite",
    "loaded_postgres",
    "loaded_sqlite",
    "reader",
    "site",
]

ROOT = "/api/v1"


@dataclass
class Script:
    """A program with a token."""

    client: FlaskClient
    secret: str

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """One request below /api/v1."""
        headers = {"Authorization": f"Bearer {self.secret}"} | options.pop("headers", {})
        url = path if path.startswith(ROOT) else ROOT + path
        return self.client.open(url, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Look at something."""
        return self.send("GET", path, **options)

    def raw(
        self, channel: str, data: bytes, key: str | None = None, **options: Any
    ) -> TestResponse:
        """Bring one item."""
        headers = {"Content-Type": "application/octet-stream"} | options.pop("headers", {})
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.send("POST", f"/raw/{channel}", data=data, headers=headers, **options)

    def request(self, body: Any, key: str = "1", **options: Any) -> TestResponse:
        """Post one request."""
        given = {"data": body} if isinstance(body, bytes) else {"json": body}
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        headers |= options.pop("headers", {})
        return self.send("POST", "/requests", headers=headers, **given, **options)


def script(site: Site, name: str, *scopes: str, units: tuple[str, ...] = (), **more: Any) -> Script:
    """A new token on a site, and a client that shows it."""

    def make() -> str:
        with transaction():
            return add_token(
                name,
                scopes,
                unit_ids={snapshot().unit(code).id for code in units},
                actor=SYSTEM,
                now=clock.now(),
                **more,
            )

    return Script(site.app.test_client(), site.ask(make))


Make = Callable[..., Script]


@pytest.fixture
def api(site: Site) -> Make:
    """Make tokens of the site on SQLite."""
    return lambda name, *scopes, **more: script(site, name, *scopes, **more)
