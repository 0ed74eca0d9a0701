"""Steps that fail for reasons of ours wait; those that kill their process are given up."""

import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from grc.channels.reader import Reader
from grc.core import clock
from grc.core.db import session, transaction
from grc.core.steps import Step
from grc.intake.models import Item
from grc.jobs.receiving import CutShort, take_in
from grc.jobs.runner import INTERRUPTED, drain
from grc.jobs.worker import tools
from tests.integration.conftest import mail, make_settings, running


@pytest.fixture
def bare(sqlite_template: Path, tmp_path: Path, reader: Reader) -> Iterator[Flask]:
    """An application without any organisation."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'grc.db')}"
    with running(make_settings(url, tmp_path), reader) as app:
        yield app


def receive(raw: bytes) -> int:
    """The id of the item of one message."""
    return take_in("email", "contact", io.BytesIO(raw), len(raw))


def step() -> Step:
    """The only step there is, as it is now."""
    session().rollback()
    found: Step = session().scalars(select(Step)).one()
    return found


def test_what_misses_an_organisation_waits_uncounted(bare: Flask) -> None:
    receive(mail())
    assert drain(tools()) == 0
    waiting = step()
    assert waiting.attempts == 0
    assert waiting.due_at > clock.now() + timedelta(seconds=30)
    assert "organisation" in (waiting.last_error or "")


def test_what_killed_its_process_each_time_is_quarantined(app: Flask) -> None:
    item_id = receive(mail())
    with transaction():
        session().execute(update(Step).values(attempts=3))
    drain(tools())
    item = session().get_one(Item, item_id)
    assert (item.outcome, item.detail) == ("quarantined", INTERRUPTED)
    assert step().failed_at is not None


def test_a_lease_of_another_is_respected_until_it_ends(app: Flask) -> None:
    receive(mail())
    with transaction():
        later = clock.now() + timedelta(minutes=1)
        session().execute(update(Step).values(leased_until=later, lease_token="theirs"))
    assert drain(tools()) == 0
    with transaction():
        session().execute(update(Step).values(leased_until=clock.now()))
    assert drain(tools()) >= 1


def test_a_step_of_a_later_version_waits(bare: Flask) -> None:
    receive(mail())
    with transaction():
        session().execute(update(Step).values(name="from-the-future"))
    assert drain(tools()) == 0
    assert step().attempts == 0


def test_a_drain_that_is_told_to_stop_begins_nothing(bare: Flask) -> None:
    receive(mail())
    assert drain(tools(), stopped=lambda: True) == 0
    assert step().last_error is None


def test_the_same_bytes_are_one_item(bare: Flask) -> None:
    assert receive(mail()) == receive(mail())


def test_bytes_cut_short_are_not_stored(bare: Flask, tmp_path: Path) -> None:
    with pytest.raises(CutShort):
        take_in("email", "contact", io.BytesIO(b"only this"), 1000)
    assert session().scalars(select(Item.id)).all() == []
    assert list((tmp_path / "blobs").iterdir()) == []
