"""`grc webhook`: shown once, listed without secrets, tried, rotated, removed."""

import base64
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from grc.channels.reader import Reader
from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.db import session
from grc.core.settings import Settings
from grc.webhooks.models import Webhook
from tests.integration.conftest import Grc, make_settings, run_command, running
from tests.integration.webhooks.conftest import receiver, settings
from tests.integration.webhooks.test_delivering import signed_by
from tests.rig.databases import sqlite_url
from tests.rig.receiver import Receiver

__all__ = ["receiver", "settings"]
on_one = pytest.mark.parametrize("loaded_url", ["sqlite"], indirect=True)
ADD = ("add", "ged", "--event", "case.opened", "--all-units", "--url")


def test_a_webhook_is_shown_once_listed_and_removed(grc: Grc, settings: Settings) -> None:
    url = "https://ged.example.fr/grc?of=92"
    words = ("--event", "case.status", "--event", "case.opened", "--unit", "tri", "--unit", "apa")
    made = grc("webhook", "add", "ged", "--url", url, *words, "--json").json
    assert made["secret"].startswith("whsec_")
    assert len(base64.b64decode(made["secret"][6:])) == 32
    told = grc("webhook", "list", "--json")
    (row,) = told.json["webhooks"]
    assert (row["url"], row["units"], row["waiting"]) == (url, ["apa", "tri"], 0)
    assert row["events"] == ["case.opened", "case.status"]
    assert made["secret"] not in str(session().execute(select(Webhook.__table__)).all()) + told.out
    assert grc("webhook", "add", "ged", "--url", url, *words).code == 64
    assert grc("webhook", "list").out.split()[:3] == ["ged", "en", "service"]
    assert grc("webhook", "enable", "ged", "--json").json == {"name": "ged", "enabled": False}
    assert grc("webhook", "remove", "ged", "--json").json == {"name": "ged", "removed": True}
    assert grc("webhook", "list", "--json").json == {"webhooks": []}
    assert {"webhook:added", "webhook:removed"} < set(session().scalars(select(AuditRow.event)))
    assert grc("webhook", "add", "ged", "--url", url, *words).code == 0


@on_one
def test_a_trial_is_signed_and_says_what_came_of_it(grc: Grc, receiver: Receiver) -> None:
    secret = grc("webhook", *ADD, receiver.url, "--json").json["secret"]
    assert grc("webhook", "test", "ged").out == "Pris : 204\n"
    receiver.answers = [404]
    refused = grc("webhook", "test", "ged", "--json")
    assert (refused.code, refused.json) == (1, {"name": "ged", "taken": False, "answer": "404"})
    assert all(signed_by(posted, secret) for posted in receiver.got)
    assert all(b'"event":"webhook.test"' in posted.body for posted in receiver.got)
    assert grc("webhook", "deliveries", "ged", "--json").json == {"name": "ged", "deliveries": []}


@on_one
def test_both_secrets_sign_for_a_day(grc: Grc, receiver: Receiver) -> None:
    old = grc("webhook", *ADD, receiver.url, "--json").json["secret"]
    new = grc("webhook", "rotate", "ged", "--json").json["secret"]
    for hours in (23, 25):
        with time_machine.travel(clock.now() + timedelta(hours=hours)):
            assert grc("webhook", "test", "ged").code == 0
    first, second = receiver.got
    assert (signed_by(first, old), signed_by(first, new)) == (True, True)
    assert (signed_by(second, old), signed_by(second, new)) == (False, True)


WRONG: list[tuple[tuple[str, ...], int, str]] = [
    (("add", "Né", *ADD[2:], "https://x.example"), 64, "40 caractères au plus"),
    ((*ADD, "http://x.example"), 64, "GRC_WEBHOOK_NETWORKS"),
    ((*ADD, "ftp://x.example"), 64, "https://"),
    ((*ADD, "https://me:secret@x.example"), 64, "sans mot de passe"),
    ((*ADD, "https://x.example", "--event", "case.read"), 64, "connus : case.opened"),
    ((*ADD, "https://x.example", "--unit", "licorne"), 64, "licorne"),
    (("add", "a", "--event", "case.opened", "--url", "https://x.example"), 64, "--all-units"),
    (("add", "a", "--url", "https://x.example", "--all-units"), 64, "--event"),
    (("remove", "absent"), 66, "absent"),
    (("rotate", "absent"), 66, "absent"),
    (("test", "absent"), 66, "absent"),
    (("enable", "absent"), 66, "absent"),
    (("deliveries", "absent"), 66, "absent"),
]


def test_what_is_wrong_is_said(loaded_sqlite: Path, tmp_path: Path, reader: Reader) -> None:
    url = sqlite_url(Path(shutil.copy(loaded_sqlite, tmp_path / "grc.db")))
    settings = make_settings(url, tmp_path)
    with running(settings, reader) as app:
        for words, code, said in WRONG:
            done = run_command(settings, app, "webhook", *words)
            assert (done.code, done.out) == (code, ""), words
            assert said in done.err, words
        assert session().scalars(select(Webhook)).all() == []
