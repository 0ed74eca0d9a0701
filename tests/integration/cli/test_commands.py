"""The smaller commands: exact bytes, quarantine, accounts, reference data, sweep."""

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.appointments.models import Appointment, Visit
from grc.cases.models import Case
from grc.cli.demo_accounts import PASSWORD, SHOWN
from grc.core.audit import AuditRow
from grc.core.db import session
from grc.coverage.models import ChannelCount
from grc.intake.models import Item, Letter
from grc.staff.models import User
from grc.staff.passwords import verify
from grc.staff.service import opened_by
from grc.work.models import CallBack
from tests.integration.conftest import DEMO, Grc, mail

AWKWARD = b"From: a@b.example\r\n\r\n\x00\xff\xfe accents \xe9\n\rfin"


@pytest.fixture
def item(grc: Grc, tmp_path: Path) -> str:
    """The reference of one item in quarantine."""
    path = tmp_path / "bruit"
    path.write_bytes(b"rien d'un message")
    grc("import", "email", path)
    (found,) = grc("quarantine", "list", "--json").json["items"]
    return str(found["reference"])


def test_raw_gives_the_exact_bytes(grc: Grc, tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_bytes(AWKWARD)
    grc("import", "email", tmp_path / "m.eml")
    reference = session().scalars(select(Item)).one().reference
    session().rollback()
    assert grc("raw", reference).raw == AWKWARD
    assert grc("raw", "1", "--output", tmp_path / "copie").code == 0
    assert (tmp_path / "copie").read_bytes() == AWKWARD


@pytest.mark.parametrize("name", ["E-2026-0000001-0", "999", "rien", "-1", "9" * 30])
def test_raw_of_nothing_is_not_found(grc: Grc, name: str) -> None:
    done = grc("raw", "--", name)
    assert (done.code, done.raw) == (66, b"")


def test_quarantine_shows_why_and_what(grc: Grc, item: str) -> None:
    shown = grc("quarantine", "show", item, "--json").json
    assert (shown["outcome"], shown["reason"], shown["unit"]) == (
        "quarantined",
        "not_a_message",
        "tri",
    )
    assert shown["preview"] == "rien d'un message"
    assert item in grc("quarantine", "list").out
    assert "rien d'un message" in grc("quarantine", "show", item).out


def test_retry_says_what_became_of_it(grc: Grc, item: str) -> None:
    done = grc("quarantine", "retry", item, "--json")
    assert (done.code, done.json["outcome"]) == (0, "quarantined")


def test_open_makes_a_routed_case_with_the_bytes_attached(grc: Grc, item: str) -> None:
    done = grc(
        "quarantine", "open", item, "--subject", "Demande d'APA", "--name", "Marie Durand",
        "--email", "marie@c.example", "--json",
    )  # fmt: skip
    assert (done.code, done.json["outcome"]) == (0, "opened")
    shown = grc("case", "show", done.json["case"], "--json").json
    assert shown["subject"] == "Demande d'APA"
    assert shown["routing"] is not None
    assert shown["messages"][0]["attachments"][0]["sha256"] == done.json["sha256"]
    assert grc("reconcile").code == 0


def test_discard_needs_a_reason_and_is_said_once(grc: Grc, item: str) -> None:
    assert grc("quarantine", "discard", item).code == 64
    assert grc("quarantine", "discard", item, "--reason", " ").code == 64
    assert grc("quarantine", "discard", item, "--reason", "publicité").code == 0
    again = grc("quarantine", "discard", item, "--reason", "publicité")
    assert again.code == 64
    assert item in again.err
    row = session().scalars(select(AuditRow).where(AuditRow.event == "item:discarded")).one()
    assert row.actor.startswith("cli:")
    assert grc("reconcile").code == 0


def test_a_user_gets_a_password_of_their_own_or_one_that_is_shown_once(grc: Grc) -> None:
    args = ("--name", "Marie", "--role", "agent@apa", "--role", "supervisor@autonomie")
    done = grc("user", "add", "M.Durand", *args)
    shown = done.out.strip().rpartition(" ")[2]
    user = session().scalars(select(User).where(User.login == "m.durand")).one()
    assert verify(user.password_hash, shown)
    session().rollback()
    given = "une phrase assez longue"
    assert grc("user", "add", "b", *args, "--password-stdin", stdin=given + "\n").code == 0
    user = session().scalars(select(User).where(User.login == "b")).one()
    assert verify(user.password_hash, given)


@pytest.mark.parametrize(
    ("args", "stdin", "said"),
    [
        (["x", "--name", "X", "--role", "chef@apa"], "", "supervisor"),
        (["x", "--name", "X", "--role", "agent@nulle-part"], "", "nulle-part"),
        (["x", "--name", "X", "--role", "agent"], "", "connus"),
        (["x", "--name", "X"], "", "--role"),
        (["x", "--name", "X", "--role", "agent@apa", "--password-stdin"], "court\n", "12"),
    ],
)
def test_a_wrong_account_is_refused_with_what_to_write(
    grc: Grc, app: Flask, args: list[str], stdin: str, said: str
) -> None:
    done = grc("user", "add", *args, stdin=stdin)
    assert done.code == 64
    assert said in done.err
    assert session().scalar(select(func.count()).select_from(User)) == 0


def test_loading_the_same_organisation_again_changes_nothing(grc: Grc) -> None:
    done = grc("organisation", "load", DEMO / "organisation.toml", "--json").json
    assert done["ok"]
    for part in ("organisation", "catalogue", "routing"):
        assert done[part]["unchanged"] > 0
        assert done[part]["created"] == done[part]["updated"] == done[part]["retired"] == 0


def test_every_mistake_is_told_with_its_line_and_nothing_is_written(
    grc: Grc, grc_in_english: Grc, tmp_path: Path
) -> None:
    for path in DEMO.glob("*.toml"):
        shutil.copy(path, tmp_path)
    wrong = tmp_path / "routing.toml"
    wrong.write_text(wrong.read_text() + '\n[[rules]]\ncode = "x"\nlabel = "x"\nunit = "nul"\n')
    line = wrong.read_text().splitlines().index('unit = "nul"') + 1
    done = grc("organisation", "load", tmp_path, "--json")
    assert (done.code, done.json["ok"]) == (65, False)
    assert any(problem["line"] == line for problem in done.json["problems"])
    assert f"routing.toml, ligne {line}" in done.err
    assert grc_in_english("organisation", "load", tmp_path).code == 65
    again = grc("organisation", "load", DEMO, "--dry-run", "--json").json
    assert again == {"ok": True}


def test_an_absent_file_of_the_organisation_is_named(grc: Grc, tmp_path: Path) -> None:
    shutil.copy(DEMO / "organisation.toml", tmp_path)
    done = grc("organisation", "load", tmp_path)
    assert done.code == 66
    assert "catalogue.toml" in done.err
    assert grc("organisation", "load", tmp_path / "rien").code == 66


def test_sweep_runs_what_is_due_and_seals(grc: Grc, tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_bytes(mail())
    grc("import", "email", tmp_path / "m.eml", "--store-only")
    done = grc("sweep", "--json").json
    assert done["ran"] == {"understand": 1, "route": 1, "acknowledge": 1}
    assert done["sealed"] > 0
    assert grc("sweep", "--json").json == {"ran": {}, "sealed": 0, "destroyed": 0}
    assert session().scalar(select(func.count()).select_from(Case)) == 1


def test_the_demonstration_is_told_once_and_is_sound(grc: Grc, app: Flask) -> None:
    first = grc("demo", "--messages", "12", "--seed", "3", "--json").json
    again = grc("demo", "--messages", "12", "--seed", "3", "--json").json
    assert (first["added"], again["added"]) == (19, 0)
    other = grc("demo", "--messages", "5", "--seed", "3", "--json").json
    assert other["added"] == 5  # what is to be examined is told once, whatever the story
    assert {"agent.apa", "responsable", "recouvrement", "admin"} <= {
        login["login"] for login in first["logins"]
    }
    assert grc("reconcile", "--json").json["ok"]
    assert grc("verify", "--json").json["ok"]
    shown = sorted(account.login for account in SHOWN)
    others = session().scalars(select(User.login).where(User.login.not_in(shown)).limit(2)).all()
    assert len(others) == 2  # trying each costs a fifth of a second, of all of them too many
    assert opened_by(PASSWORD, [*shown, *others]) == shown
    strays = [
        item["locator"]
        for item in grc("quarantine", "list", "--json").json["items"]
        if item["locator"].startswith("demo/contact/")
    ]
    assert sorted(strays) == ["demo/contact/note", "demo/contact/scan", "demo/contact/vide"]
    # Two of the three calls are of one number.
    today = {Letter: 3, CallBack: 2, Visit: 3, Appointment: 2, ChannelCount: 17}
    told = {one: session().scalar(select(func.count()).select_from(one)) for one in today}
    assert told == today


@pytest.mark.parametrize(
    "args",
    [
        ["import"],
        ["reconcile"],
        ["verify"],
        ["raw"],
        ["sweep"],
        ["demo"],
        ["db", "upgrade"],
        ["organisation", "load"],
        ["user", "add"],
        ["case", "list"],
        ["case", "show"],
        ["case", "access"],
        ["quarantine", "list"],
        ["quarantine", "show"],
        ["quarantine", "retry"],
        ["quarantine", "open"],
        ["quarantine", "discard"],
        ["recovery", "actions"],
    ],
)
def test_every_command_has_help_with_examples(args: list[str]) -> None:
    from click.testing import CliRunner

    from grc.cli import cli
    from grc.cli.program import Program

    def _none(*_: object, **__: object) -> Flask:
        raise AssertionError("help needs no settings and no application")

    done = CliRunner().invoke(cli, [*args, "--help"], obj=Program(_none, _none))
    assert done.exit_code == 0
    assert f"grc {' '.join(args)}" in done.output.split("Exemple", 1)[1]


def test_lists_are_one_valid_object_even_when_empty(grc: Grc) -> None:
    assert json.loads(grc("quarantine", "list", "--json").out) == {"items": []}
    assert json.loads(grc("case", "list", "--json").out) == {"cases": []}
