"""An application lent to one test after the other: making one, and its first pages, cost as much
as most tests.

Its settings, what hangs on it and its database are those of the test that has it. A test that
adds addresses makes its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from grc import app as factory
from grc.core import db as database
from grc.core.db import db
from grc.core.settings import Settings
from grc.organisation import cache

_at_rest: dict[str, list["_Kept"]] = {}


@dataclass
class _Kept:
    """An application, what it had when it was made, and the reference data of the template."""

    app: Flask
    extensions: dict[str, Any]
    config: dict[str, Any]
    known: dict[cache.Cache[Any], cache._Entry[Any]] = field(default_factory=dict)


@contextmanager
def lent(settings: Settings, *, is_loaded: bool = False) -> Iterator[Flask]:
    """An application over these settings that rings nobody. Nested, the inner one is another.

    `is_loaded`: its database is a fresh copy of one with reference data, which are read once for
    all tests. What a test makes of them is forgotten with its engine.
    """
    free = _at_rest.setdefault(_alike(settings), [])
    kept = free.pop() if free else _make(settings)
    try:
        yield _furnish(kept, settings, is_loaded)
    finally:
        with kept.app.app_context():
            db.session.remove()
            db.engine.dispose()
        free.append(kept)


def _alike(settings: Settings) -> str:
    """The same for settings that make the same pages over the same kind of database."""
    kind = settings.database_url.partition(":")[0]
    return repr(replace(settings, var=Path(), database_url=kind, blob_url=""))


def _make(settings: Settings) -> _Kept:
    app = factory.create_app(settings, nudges=False)
    return _Kept(app, dict(app.extensions), dict(app.config))


def _furnish(kept: _Kept, settings: Settings, is_loaded: bool) -> Flask:
    app = kept.app
    app.extensions = dict(kept.extensions)
    app.config.clear()
    app.config.update(kept.config)
    factory.furnish(app, settings)
    database.on_commit(None)
    with app.app_context():
        engine = _connect(app)
        if is_loaded:
            _remember(kept, engine)
    return app


def _connect(app: Flask) -> Engine:
    options = {"url": app.config["SQLALCHEMY_DATABASE_URI"]}
    options |= app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    db._apply_driver_defaults(options, app)
    engine = db._make_engine(None, options, app)
    db.engines[None] = engine  # type: ignore[index]
    return engine


def _remember(kept: _Kept, engine: Engine) -> None:
    """Reference data of the same version are those of the same template."""
    versions = cache._versions()
    for one in cache._caches:
        entry = kept.known.get(one)
        if entry is None or entry.versions != versions:
            one.get()
            entry = kept.known[one] = one._entries[engine]
        one._entries[engine] = replace(entry, checked_at=float("-inf"))  # looked at when used
