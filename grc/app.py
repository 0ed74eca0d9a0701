"""The factory: connects what points up, and nothing else."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask

from grc.channels import registry
from grc.core import db as database
from grc.core import steps
from grc.core.blobs import BlobStore
from grc.core.db import db
from grc.core.settings import Settings
from grc.outbox import transport
from grc.pipeline import AFTER, AROUND, DERAILS, TOLD
from grc.supervision import derailed
from grc.webhooks import telling

ROOT = Path(__file__).resolve().parents[1]


def create_app(settings: Settings, *, nudges: bool = True, pages: bool = True) -> Flask:
    """The application for these settings.

    `nudges` False: this process runs its own steps (an import), so it rings nobody.
    `pages` False: it shows nothing in a browser, and starts in half the time.
    """
    app = Flask("grc", root_path=str(ROOT))
    registry.installed()  # two channels of one name stop the start
    furnish(app, settings)
    db.init_app(app)
    database.end_reads_of(app)
    steps.install(AFTER, telling.follower(TOLD), derailed.follower(DERAILS, AROUND))
    if nudges:
        from grc.jobs import queue

        queue.install(app)
    else:
        database.on_commit(None)
    if pages:
        from grc import web

        web.install(app)
    return app


def furnish(app: Flask, settings: Settings) -> None:
    """Give an application its settings and what they name: database, files, mail server."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        TESTING=settings.env == "test",
    )
    app.extensions["grc.settings"] = settings
    app.extensions["grc.blobs"] = BlobStore(Path(unquote(urlsplit(settings.blob_url).path)))
    app.extensions["grc.transport"] = transport.from_settings(settings)


# Compiling a plan costs more than our short queries: an estimate gone wrong must not start it.
_POSTGRESQL = "-c lock_timeout=10s -c jit=off -c plan_cache_mode=force_generic_plan"


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}, "hide_parameters": True}
    return {
        "hide_parameters": True,  # what citizens write must not reach a log by an exception
        "pool_pre_ping": True,
        "pool_size": 10,
        "connect_args": {"connect_timeout": 5, "options": _POSTGRESQL},
    }
