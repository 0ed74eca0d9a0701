"""`grc import`: every item has one outcome, again changes nothing, and codes say what to do."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.cases.models import Case, Handling, Message
from grc.core import clock
from grc.core.db import session
from grc.core.steps import Step, lease
from grc.intake.models import Item
from grc.outbox.models import Outgoing
from tests.integration.conftest import Grc, mail

OUTCOMES = {
    "opened",
    "appended",
    "duplicate",
    "applied",
    "split",
    "quarantined",
    "discarded",
    "waiting",
}


def count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A request, an answer to it that sorts first, the request again under another name."""
    folder = tmp_path / "mails"
    folder.mkdir()
    answer = mail("Voici la pièce.", message_id="deux@c.example", references="un@courriel.example")
    (folder / "a.eml").write_bytes(answer)
    (folder / "b.eml").write_bytes(mail())
    (folder / "c.bin").write_bytes(mail())
    return folder


def test_each_item_ends_in_one_outcome_and_again_changes_nothing(grc: Grc, folder: Path) -> None:
    first = grc("import", "email", folder, "--json")
    again = grc("import", "email", folder, "--json")
    assert first.code == again.code == 0
    assert first.json["stored"] == 3
    assert (again.json["stored"], again.json["already_known"]) == (0, 3)
    assert first.json["outcomes"] == again.json["outcomes"]
    assert set(first.json["outcomes"]) == OUTCOMES
    assert {k: v for k, v in first.json["outcomes"].items() if v} == {
        "opened": 1,
        "appended": 1,
        "duplicate": 1,
    }
    assert count(Case) == 1


def test_json_is_one_object_and_nothing_else(grc: Grc, folder: Path) -> None:
    done = grc("import", "email", folder, "--json")
    assert json.loads(done.out) == done.json
    assert done.err == ""
    assert set(done.json) == {"received", "stored", "already_known", "outcomes", "seconds"}


def test_items_seen_twice_in_a_run_are_counted_twice(grc: Grc, folder: Path) -> None:
    done = grc("import", "email", folder, folder, "--json").json
    assert (done["received"], done["stored"], done["already_known"]) == (6, 3, 3)
    assert sum(done["outcomes"].values()) == 6


def test_an_import_writes_to_nobody(grc: Grc, app: Flask, folder: Path) -> None:
    grc("import", "email", folder)
    assert count(Outgoing) == 0


def test_it_acknowledges_when_told_to(grc: Grc, app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "recent.eml"
    path.write_bytes(mail("Bonjour,\n\nJe demande l'APA.", date=clock.now()))
    done = grc("import", "email", path, "--source", "apa", "--acknowledge")
    assert done.code == 0
    assert session().scalars(select(Outgoing.kind)).all() == ["acknowledgement"]


def test_a_dry_run_stores_nothing_and_says_what_it_would(
    grc: Grc, app: Flask, folder: Path, tmp_path: Path
) -> None:
    done = grc("import", "email", folder, "--dry-run", "--json").json
    assert (done["dry_run"], done["received"], done["stored"]) == (True, 3, 3)
    assert count(Item) == 0
    assert not (tmp_path / "blobs").exists()
    grc("import", "email", folder)
    (folder / "d.eml").write_bytes(mail(message_id="trois@c.example"))
    done = grc("import", "email", folder, "--dry-run", "--json").json
    assert (done["stored"], done["already_known"]) == (1, 3)
    assert count(Item) == 3


def test_store_only_leaves_the_rest_to_the_worker(grc: Grc, app: Flask, folder: Path) -> None:
    done = grc("import", "email", folder, "--store-only", "--json")
    assert (done.code, done.json["outcomes"]["waiting"]) == (0, 3)
    assert count(Case) == 0
    again = grc("import", "email", folder, "--json")
    assert (again.code, again.json["outcomes"]["opened"]) == (0, 1)


def test_what_is_no_message_waits_in_quarantine(grc: Grc, tmp_path: Path) -> None:
    (tmp_path / "vide.eml").write_bytes(b"")
    (tmp_path / "bruit").write_bytes(bytes(range(256)))
    done = grc("import", "email", tmp_path / "vide.eml", tmp_path / "bruit", "--json")
    assert (done.code, done.json["outcomes"]["quarantined"]) == (65, 2)


def test_an_empty_folder_and_an_empty_mbox_are_nothing_to_do(grc: Grc, tmp_path: Path) -> None:
    (tmp_path / "rien").mkdir()
    done = grc("import", "email", tmp_path / "rien", "--json")
    assert (done.code, done.json["received"]) == (0, 0)


def test_an_unknown_path_stores_nothing_at_all(
    grc: Grc, grc_in_english: Grc, app: Flask, folder: Path
) -> None:
    done = grc("import", "email", folder, folder / "absent")
    assert (done.code, done.out) == (66, "")
    assert str(folder / "absent") in done.err
    assert count(Item) == 0
    assert grc_in_english("import", "email", folder / "absent").code == 66


def test_a_loop_of_folders_is_told_after_everything_else_is_stored(grc: Grc, folder: Path) -> None:
    (folder / "boucle").symlink_to(folder)
    done = grc("import", "email", folder, "--json")
    assert (done.code, done.json["stored"]) == (66, 3)
    assert "boucle" in done.err
    assert done.json["outcomes"]["opened"] == 1


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["telex", "."], "telex"),
        (["email", ".", "--source", "inconnue"], "inconnue"),
        (["email"], "PATH"),
        (["email", ".", "--vite"], "--vite"),
    ],
)
def test_wrong_usage_is_64_and_names_the_mistake(grc: Grc, args: list[str], named: str) -> None:
    done = grc("import", *args)
    assert (done.code, done.out) == (64, "")
    assert named in done.err
    assert "Traceback" not in done.err


def test_an_answer_read_before_the_request_finds_its_case(grc: Grc, folder: Path) -> None:
    (folder / "a.eml").unlink()
    late = mail("Réponse.", message_id="r@c.example", references="un@courriel.example")
    (folder / "a.eml").write_bytes(late)
    grc("import", "email", folder / "a.eml")
    grc("import", "email", folder / "b.eml", "--source", "apa")
    assert session().scalars(select(func.count(Message.case_id.distinct()))).all() == [1]


def test_what_a_killed_import_left_is_taken_up(grc: Grc, app: Flask, folder: Path) -> None:
    """Killed between understanding and routing: the case exists, its step waits."""
    from grc.core.db import transaction
    from grc.jobs import runner
    from grc.jobs.worker import tools

    grc("import", "email", folder / "b.eml", "--store-only")
    (understand,) = session().scalars(select(Step.id)).all()
    runner.run(understand, tools())
    assert session().scalars(select(Handling.routed_at)).all() == [None]
    grc("import", "email", folder / "b.eml")
    session().expire_all()
    with transaction():
        assert session().scalars(select(Handling.routed_at)).one() is not None


def test_a_step_held_by_a_dead_process_is_waited_for(
    grc: Grc, app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from grc.core.db import transaction

    grc("import", "email", folder / "b.eml", "--store-only")
    (step_id,) = session().scalars(select(Step.id)).all()
    with transaction():
        lease(step_id, clock.now() - timedelta(seconds=89, milliseconds=500))
    done = grc("import", "email", folder / "b.eml", "--json")
    assert (done.code, done.json["outcomes"]["opened"]) == (0, 1)


@pytest.mark.shared
def test_all_awkward_samples_on_both_databases(grc: Grc, app: Flask) -> None:
    samples = Path(__file__).parents[4] / "shared" / "samples" / "mail"
    if not samples.is_dir():
        pytest.skip("../shared is absent")
    first = grc("import", "email", samples, "--json")
    again = grc("import", "email", samples, "--json")
    assert first.code in (0, 65)
    assert first.json["received"] == sum(first.json["outcomes"].values())
    assert first.json["outcomes"]["waiting"] == 0
    assert again.json["outcomes"] == first.json["outcomes"]
    assert (again.json["stored"], again.json["already_known"]) == (0, first.json["received"])
    assert count(Outgoing) == 0
    for locator, item_id in session().execute(select(Item.locator, Item.id)).all():
        if "@" not in locator:
            assert grc("raw", item_id).raw == (samples / locator).read_bytes()
    assert grc("verify", "--json").json["ok"]
    assert grc("reconcile", "--json").json["ok"]
