"""`grc case` and the file of a case: everything, in the shape scripts rely on, at a fixed cost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from grc.cases import links
from grc.cases.models import Case, case_reference
from grc.cases.service import set_level
from grc.core import clock
from grc.core.actor import SYSTEM, Actor
from grc.core.db import session, transaction
from grc.recovery.service import promise
from grc.routing.service import reroute
from grc.staff.policy import LEVEL_LABELS
from grc.supervision.case_file import case_file
from grc.supervision.words import machine
from grc.work import service as work
from tests.integration.conftest import Grc, mail

SHAPE = {
    "reference",
    "status",
    "nature",
    "subject",
    "channel",
    "unit",
    "territory",
    "request_type",
    "priority",
    "level",
    "assignee",
    "citizen",
    "parties",
    "handlings",
    "facts",
    "deadlines",
    "messages",
    "routing",
    "timeline",
}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The SQL statements sent meanwhile."""
    sent: list[str] = []

    def _note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", _note)
    yield sent
    event.remove(Engine, "before_cursor_execute", _note)


@pytest.fixture
def worked(
    grc: Grc, app: Flask, make_user: Callable[..., Actor], tmp_path: Path
) -> tuple[Case, Actor]:
    """A case of the unit APA with an attachment, taken, noted, answered, promised."""
    path = tmp_path / "demande.eml"
    path.write_bytes(mail(files={"avis.pdf": b"%PDF-1.4 avis", "photo.png": b"\x89PNG\r\n\x1a\n"}))
    grc("import", "email", path, "--source", "apa")
    alice = make_user("alice", agent="apa")
    case = session().scalars(select(Case)).one()
    now = clock.now()
    with transaction():
        work.take(case, actor=alice, now=now)
        work.note(case, "Appelée, absente.", actor=alice, now=now)
        work.reply(case, "Bonjour", expected=None, actor=alice, now=now, then="waiting_citizen")
        promise(case, "call_back", why="Promis au téléphone.", actor=alice, now=now)
    return session().scalars(select(Case)).one(), alice


def test_show_has_the_shape_of_the_contract(grc: Grc, worked: tuple[Case, Actor]) -> None:
    shown = grc("case", "show", worked[0].reference, "--json").json
    assert set(shown) >= SHAPE
    assert (shown["unit"], shown["assignee"], shown["request_type"]) == ("apa", "alice", "apa")
    assert (shown["status"], shown["level"]) == ("waiting_citizen", "normal")
    assert shown["citizen"]["name"] == "Marie Durand"
    assert shown["citizen"]["contact_points"][0]["value"] == "marie.durand@courriel.example"
    assert shown["citizen"]["match"] == "matched"
    first, answer = shown["messages"]
    assert (first["direction"], answer["direction"]) == ("in", "out")
    assert first["from"] == "Marie Durand <marie.durand@courriel.example>"
    assert [file["filename"] for file in first["attachments"]] == ["avis.pdf", "photo.png"]
    assert set(first["attachments"][0]) == {"filename", "content_type", "size", "sha256"}
    assert shown["routing"]["rule"]
    assert all(set(rejected) == {"rule", "because"} for rejected in shown["routing"]["rejected"])
    assert {"at", "event", "actor", "sentence", "data"} <= set(shown["timeline"][0])
    assert shown["timeline"][0]["event"] == "case:opened"
    assert shown["deadlines"][0]["reasons"]


def test_show_speaks_to_people_too(grc: Grc, worked: tuple[Case, Actor]) -> None:
    done = grc("case", "show", worked[0].reference)
    assert done.code == 0
    assert "Dossier APA" in done.out
    assert "Prise par Alice" in done.out


def test_people_read_words_and_scripts_codes(
    grc: Grc, grc_in_english: Grc, worked: tuple[Case, Actor]
) -> None:
    reference = worked[0].reference
    with transaction():
        set_level(worked[0], "restricted", actor=SYSTEM, now=clock.now())
    shown, listed = grc("case", "show", reference), grc("case", "list")
    assert "restreinte au service" in shown.out
    assert "En attente de l'usager" in listed.out
    assert "Import « apa »" in shown.out
    english = grc_in_english("case", "show", reference).out
    assert "Import 'apa'" in english
    assert LEVEL_LABELS["restricted"] not in english
    assert not [
        code
        for code in ("restricted", "waiting_citizen", "import:")
        if code in shown.out + listed.out
    ]
    (row,) = grc("case", "list", "--json").json["cases"]
    assert (row["status"], row["level"]) == ("waiting_citizen", "restricted")
    actors = {act["actor"] for act in grc("case", "show", reference, "--json").json["timeline"]}
    assert "import:apa" in actors


@pytest.mark.parametrize(
    ("label", "fr", "en"),
    [
        ("system", "Programme", "Program"),
        ("import:receive", "Réception du courrier", "Mail reception"),
        ("import:fetch", "Relève des boîtes aux lettres", "Mailbox fetching"),
        ("import:files", "Import « files »", "Import 'files'"),
        ("cli:root", "Ligne de commande (root)", "Command line (root)"),
        ("Alice", "Alice", "Alice"),
    ],
)
def test_whoever_acts_has_a_name(label: str, fr: str, en: str) -> None:
    assert (machine(label, "fr"), machine(label, "en")) == (fr, en)


def test_a_mistyped_reference_is_usage_and_an_absent_one_is_not_found(
    grc: Grc, worked: tuple[Case, Actor]
) -> None:
    good = worked[0].reference
    wrong = good[:-1] + ("A" if good[-1] != "A" else "B")
    assert grc("case", "show", wrong).code == 64
    assert grc("case", "show", case_reference(9_999_999, clock.now())).code == 66
    assert grc("case", "show", "bonjour").code == 66


def test_the_file_costs_the_same_whatever_its_size(app: Flask, worked: tuple[Case, Actor]) -> None:
    case, alice = worked
    with counted() as small:
        before = case_file(alice, case, "fr")
    with transaction():
        for number in range(12):
            work.note(case, f"Note {number}", actor=alice, now=clock.now())
    session().refresh(case)
    with counted() as large:
        after = case_file(alice, case, "fr")
    assert len(after.notes) == len(before.notes) + 12
    assert _of_the_case(large) <= _of_the_case(small) <= 16


def _of_the_case(statements: list[str]) -> int:
    """Without the look, every few seconds, whether the organisation has changed."""
    return sum("loaded_data" not in one for one in statements)


def test_the_file_numbers_what_an_address_may_name(app: Flask, worked: tuple[Case, Actor]) -> None:
    file = case_file(worked[1], worked[0], "fr")
    assert [message.number for message in file.messages] == [1, 2]
    assert [one.number for message in file.messages for one in message.attachments] == [1, 2]
    assert (file.messages[1].sending, file.messages[1].author) == ("planned", "Alice")
    assert file.messages[0].item is not None
    assert (file.notes[0].author, file.actions[0].reason) == ("Alice", "Promis au téléphone.")
    assert file.handlings[0].assignee_name == "Alice"


def test_links_name_only_what_the_reader_may_know_of(
    app: Flask, worked: tuple[Case, Actor]
) -> None:
    case, alice = worked
    now = clock.now()
    with transaction():
        other_id = _second_case(case, now)
        links.link(case.id, other_id, "follows", actor=SYSTEM, now=now)
    case = session().get_one(Case, case.id)
    assert case_file(alice, case, "fr").links == ()
    (link,) = case_file(SYSTEM, case, "fr").links
    assert (link.kind, link.is_from) == ("follows", True)


def _second_case(like: Case, now: object) -> int:
    from grc.core.db import add

    return add(
        Case,
        opened_at=now,
        received_at=now,
        channel="email",
        source="files",
        nature="information",
        subject="Secret",
        status="received",
        level="named",
        citizen_match="none",
        match_reasons=[],
    )


def test_a_decision_by_hand_comes_first_with_its_reason(
    app: Flask, worked: tuple[Case, Actor]
) -> None:
    case, alice = worked
    with transaction():
        reroute(
            case, "handicap", "Relève du handicap.", expected=None, actor=alice, now=clock.now()
        )
    file = case_file(SYSTEM, session().get_one(Case, case.id), "fr")
    assert [decision.unit for decision in file.routing] == ["handicap", "apa"]
    assert "Relève du handicap." in file.routing[0].sentence
    assert file.routing[0].rule == ""
    assert "Relève du handicap." in [line.remark for line in file.timeline]


def test_list_filters_and_says_unknown_words(grc: Grc, worked: tuple[Case, Actor]) -> None:
    (one,) = grc("case", "list", "--json").json["cases"]
    assert (one["reference"], one["unit"]) == (worked[0].reference, "apa")
    assert grc("case", "list", "--status", "closed", "--json").json == {"cases": []}
    assert len(grc("case", "list", "--unit", "apa", "--json").json["cases"]) == 1
    assert grc("case", "list", "--unit", "handicap", "--json").json == {"cases": []}
    assert grc("case", "list", "--status", "fini").code == 64
    assert grc("case", "list", "--unit", "rien").code == 66
    assert worked[0].reference in grc("case", "list").out


def test_recovery_actions_are_listed_by_unit_and_lateness(
    grc: Grc, worked: tuple[Case, Actor]
) -> None:
    (action,) = grc("recovery", "actions", "--unit", "apa", "--json").json["actions"]
    assert (action["code"], action["family"], action["late"]) == ("call_back", "FOLLOW_UP", False)
    assert grc("recovery", "actions", "--unit", "rsa", "--json").json == {"actions": []}
    assert grc("recovery", "actions", "--late", "--json").json == {"actions": []}
    with transaction():
        promise(worked[0], "escalate", actor=worked[1], now=clock.now() - timedelta(days=9))
    (late,) = grc("recovery", "actions", "--late", "--json").json["actions"]
    assert (late["code"], late["late"]) == ("escalate", True)
    assert "Alerter la hiérarchie" in grc("recovery", "actions").out
