"""Training never touches a database of people who exist.

Looked at before anything is migrated, with plain SQL: the schema may be of any version.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from grc.core.db import add, session
from grc.core.errors import SettingsError
from grc.core.settings import Settings
from grc.training.models import TrainingMark


def demand(settings: Settings) -> None:
    """Refuse to train on a database in which people were entered before it was marked.

    Raises SettingsError; says nothing of a database that is empty, or not in training.
    """
    if settings.training and is_real(settings.database_url):
        raise SettingsError(
            "GRC_TRAINING=1 : cette base contient de vraies données : retirez "
            "GRC_TRAINING, ou donnez une autre GRC_TRAINING_DATABASE_URL / this database "
            "holds real data: take GRC_TRAINING away, or give another "
            "GRC_TRAINING_DATABASE_URL"
        )


def is_real(url: str) -> bool:
    """True when somebody has an account there and nothing says that all was invented."""
    path = make_url(url).database if url.startswith("sqlite") else None
    if path and not Path(path).is_file():
        return False  # connecting would make it
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        return (
            "user" in tables
            and connection.scalar(text('SELECT 1 FROM "user" LIMIT 1')) is not None
            and (
                "training_mark" not in tables
                or connection.scalar(text("SELECT 1 FROM training_mark LIMIT 1")) is None
            )
        )


def put(now: datetime) -> None:
    """Say, once, that all that follows is invented; `demand` has shown that nothing was real."""
    if not is_put():
        add(TrainingMark, made_at=now)


def is_put() -> bool:
    """True when the present database says so."""
    return session().scalar(select(TrainingMark.id).limit(1)) is not None
