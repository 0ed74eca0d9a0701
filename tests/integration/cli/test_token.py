"""`grc token`: shown once, listed without secrets, ended for good."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from grc.channels.reader import Reader
from grc.core.db import session
from grc.staff.models import Token
from tests.integration.conftest import Grc, make_settings, run_command, running
from tests.rig.databases import sqlite_url


def test_a_token_is_shown_once_listed_and_ended(grc: Grc) -> None:
    made = grc("token", "add", "portail", "--scope", "requests:write", "--expires", "2099-12-31")
    assert made.code == 0
    secret = made.out.split()[-1]
    assert secret.startswith("grc_")
    assert len(secret) > 40
    told = grc("token", "list", "--json")
    assert secret not in told.out
    (row,) = told.json["tokens"]
    assert (row["name"], row["valid"], row["scopes"]) == ("portail", True, ["requests:write"])
    assert row["expires_at"] == "2099-12-31T22:59:59+00:00"
    assert secret not in str(session().execute(select(Token.__table__)).all())
    assert grc("token", "revoke", "portail", "--json").json == {"name": "portail", "revoked": True}
    assert grc("token", "revoke", "portail", "--json").json["revoked"] is False
    assert grc("token", "list", "--json").json["tokens"][0]["valid"] is False
    assert "terminé" in grc("token", "list").out


def test_units_and_channel_are_told(grc: Grc) -> None:
    add = ("token", "add", "--json", "--scope", "cases:read", "--scope", "raw:write")
    assert grc(*add, "one", "--unit", "apa", "--unit", "tri", "--channel", "email").code == 0
    assert grc(*add, "two", "--all-units").code == 0
    one, two = grc("token", "list", "--json").json["tokens"]
    assert (one["units"], one["channel"]) == (["apa", "tri"], "email")
    assert (two["units"], two["channel"]) == (None, None)


WRONG: list[tuple[tuple[str, ...], int, str]] = [
    (("add", "Né", "--scope", "raw:write"), 64, "40 caractères au plus"),
    (("add", "a", "--scope", "everything"), 64, "n'existe pas ; connus : raw:write"),
    (("add", "a", "--scope", "cases:read"), 64, "--all-units"),
    (("add", "a", "--scope", "cases:read", "--unit", "licorne"), 64, "licorne"),
    (("add", "a", "--scope", "raw:write", "--channel", "pigeon"), 64, "pigeon"),
    (("add", "a", "--scope", "raw:write", "--expires", "31/12/2027"), 64, "31/12/2027"),
    (("add", "a", "--scope", "raw:write", "--expires", "2020-01-01"), 64, "passée"),
    (("revoke", "absent"), 66, "absent"),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_said(
    loaded_sqlite: Any, tmp_path: Path, reader: Reader, words: tuple[str, ...], code: int, said: str
) -> None:
    url = sqlite_url(Path(shutil.copy(loaded_sqlite, tmp_path / "grc.db")))
    settings = make_settings(url, tmp_path)
    with running(settings, reader) as app:
        done = run_command(settings, app, "token", *words)
        assert (done.code, done.out) == (code, "")
        assert said in done.err
        assert session().scalars(select(Token)).all() == []


def test_a_name_is_given_once(grc: Grc) -> None:
    add = ("token", "add", "one", "--scope", "raw:write")
    assert [grc(*add).code for _ in range(2)] == [0, 64]
