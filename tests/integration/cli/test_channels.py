"""Which channels there are, and what a closed one answers."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.core.db import session
from grc.core.settings import Settings
from grc.intake.models import Item
from tests.integration.conftest import Grc, mail, run_command

PHONE = {
    "fr": "Le canal « phone » est fermé par GRC_CHANNELS",
    "en": "The channel 'phone' is closed",
}
CALL = b'{"at":"2026-03-02T08:15:00+00:00","values":{"subject":"APA","text":"Un dossier."}}'


def test_the_list_says_who_brings_each(grc: Grc) -> None:
    found = {one["name"]: one for one in grc("channels", "list", "--json").json["channels"]}
    assert found["phone"] == {
        "name": "phone",
        "label": "Appel",
        "icon": "phone",
        "has_form": True,
        "from": "grc 0.1.0",
        "enabled": True,
        "loads": True,
    }
    assert found["email"]["has_form"] is False


def test_the_list_for_people(grc: Grc, grc_in_english: Grc) -> None:
    def lines(given: Grc) -> list[list[str]]:
        return [line.split() for line in given("channels", "list").out.splitlines()]

    assert ["phone", "Appel", "grc", "0.1.0", "formulaire"] in lines(grc)
    assert ["phone", "Call", "grc", "0.1.0", "form"] in lines(grc_in_english)


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("command", ["import", "receive"])
def test_nothing_comes_in_by_a_closed_channel(
    settings: Settings, app: Flask, tmp_path: Path, locale: str, command: str
) -> None:
    told = app.extensions["grc.settings"] = replace(settings, channels=("email",), locale=locale)
    (tmp_path / "appel.json").write_bytes(CALL)
    (tmp_path / "m.eml").write_bytes(mail())
    given = (tmp_path / "appel.json",) if command == "import" else ("--source", "accueil")
    done = run_command(told, app, command, "phone", *given, stdin=CALL)
    assert (done.code, done.out) == (64, "")
    assert PHONE[locale] in done.err
    assert run_command(told, app, "import", "email", tmp_path / "m.eml").code == 0
    assert session().scalar(select(func.count()).select_from(Item)) == 1
    shown = run_command(told, app, "channels", "list").out
    assert {"fr": "fermé, formulaire", "en": "closed, form"}[locale] in shown


def test_a_call_kept_as_a_file_is_imported_like_a_mail(grc: Grc, tmp_path: Path) -> None:
    (tmp_path / "appel.json").write_bytes(CALL)
    done = grc("import", "phone", tmp_path / "appel.json", "--json")
    assert (done.code, done.json["outcomes"]["opened"]) == (0, 1)
    (case,) = grc("case", "list", "--json").json["cases"]
    assert (case["channel"], case["subject"], case["received_at"]) == (
        "phone",
        "APA",
        "2026-03-02T08:15:00+00:00",
    )
    assert grc("reconcile").code == 0
