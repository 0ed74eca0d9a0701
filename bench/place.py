"""Where measuring takes place: databases of our own, and the program running on one."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from grc.app import create_app
from grc.catalogue.service import load as load_catalogue
from grc.catalogue.service import load_canned
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import db, transaction
from grc.core.settings import Settings
from grc.organisation.queries import snapshot
from grc.organisation.service import load as load_organisation
from grc.routing.folder import read_folder
from grc.routing.loading import load_rules
from tests.rig.databases import migrate

DEMO = Path(__file__).parents[1] / "demo"


def settings(url: str, var: Path) -> Settings:
    """Settings over one database, everything else under `var`, nobody written to."""
    return Settings(
        env="test",
        var=var,
        database_url=url,
        redis_url="none",
        blob_url=f"file://{var / 'blobs'}",
        smtp_url="console:",
        mail_from="Département <contact@exemple-departement.fr>",
        mail_domain="exemple-departement.fr",
        secret_key="s" * 40,
        token_keys=("t" * 40,),
        base_url="http://127.0.0.1:8000",
        locale="fr",
    )


def environment(chosen: Settings) -> dict[str, str]:
    """What a process of this installation is told; it finds its own way to the rest."""
    return os.environ | {
        "GRC_VAR": str(chosen.var),
        "GRC_DATABASE_URL": chosen.database_url,
        "GRC_REDIS_URL": "none",
    }


@contextmanager
def running(chosen: Settings) -> Iterator[Flask]:
    """The program on its database, brought to the newest schema, with an organisation."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    migrate(chosen.database_url)
    app = create_app(chosen, nudges=False)
    with app.app_context():
        try:
            _need_organisation()
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _need_organisation() -> None:
    """The demo's organisation, unless the database has one."""
    if snapshot().units:
        return
    files, now = read_folder(DEMO), clock.now()
    with transaction():
        load_organisation(files.organisation, actor=SYSTEM, now=now)
        load_catalogue(files.request_types, actor=SYSTEM, now=now)
        load_rules(files.rules, actor=SYSTEM, now=now)
        load_canned(files.canned, actor=SYSTEM, now=now)
