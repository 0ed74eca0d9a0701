"""What is forgotten though its row stays: names said at a counter. By an index, in batches."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grc.appointments.models import Appointment, Visit
from grc.core import clock
from grc.core.db import add_all, session, transaction
from grc.jobs import tidying
from grc.organisation.models import Site
from tests.web.test_pages import plans

TODAY = date(2026, 3, 31)
MODELS: tuple[type[Visit | Appointment], ...] = (Visit, Appointment)


def come(*days: date) -> None:
    """A visit and an appointment of each day, with a name."""
    with transaction():
        site_id, now = session().scalars(select(Site.id)).first(), clock.now()
        own = {"site_id": site_id, "name": "Mme Exemple"}
        visit = own | {"arrived_at": now, "queued_at": now, "kind": "visit", "is_expected": False}
        kept = own | {"starts_at": now, "minutes": 30, "host": "", "source": "grc", "state": "kept"}
        add_all(Visit, [visit | {"on_date": day} for day in days])
        add_all(Appointment, [kept | {"on_date": day} for day in days])


@pytest.mark.usefixtures("app")
def test_names_are_forgotten_a_little_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "BATCH", 3)
    come(*[TODAY - timedelta(days=1)] * 7, TODAY)
    told: list[int] = []
    once = tidying._names

    def counted(model: type[Visit | Appointment], before: date) -> int:
        told.append(once(model, before))
        return told[-1]

    monkeypatch.setattr(tidying, "_names", counted)
    assert tidying.forget_names(TODAY) == 14
    assert told == [3, 3, 1] * 2
    for model in MODELS:
        named = select(model.on_date).where(model.name.is_not(None))
        assert session().scalars(named).all() == [TODAY]


@pytest.mark.parametrize("model", MODELS)
def test_names_are_found_by_an_index(app: Flask, model: type[Visit | Appointment]) -> None:
    with plans() as seen:
        session().scalars(tidying.named(model, TODAY)).all()
    assert f"ix_{model.__tablename__}_named" in " ".join(seen), seen
