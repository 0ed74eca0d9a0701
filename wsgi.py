"""The WSGI entry point: `gunicorn wsgi:app`. What prevents a start is one sentence."""

import sys

from flask import Flask
from sqlalchemy.exc import DBAPIError

from config import from_env
from grc.app import create_app
from grc.channels.registry import RegistryError
from grc.cli import demo_accounts
from grc.core.db import db
from grc.core.errors import SettingsError
from grc.training import mark

BOOT_ERROR = 3  # gunicorn then ends instead of starting the process again and again


def _made() -> Flask:
    settings = from_env()
    mark.demand(settings)
    made = create_app(settings)
    if settings.production:
        _demand_closed(made)
    return made


def _demand_closed(made: Flask) -> None:
    """A database that is away says nothing now: pages wait for it, and doctor looks again."""
    with made.app_context():
        try:
            demo_accounts.demand_closed()
        except DBAPIError:
            return
        finally:
            db.session.remove()
            db.engine.dispose()  # this process may be forked


try:
    app = _made()
except (SettingsError, RegistryError) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(BOOT_ERROR)
