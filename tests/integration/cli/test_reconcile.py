"""`grc reconcile` is no tautology: every planted loss shows as a gap."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from grc.core.blobs import store
from grc.core.db import session
from grc.core.settings import Settings
from grc.intake.models import Item
from tests.integration.cli.behind import run
from tests.integration.conftest import Grc, mail


@pytest.fixture
def received(grc: Grc, tmp_path: Path) -> Grc:
    """One request, its answer, its copy, something unreadable, something not yet understood."""
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "1.eml").write_bytes(mail())
    answer = mail("Oui.", message_id="deux@c.example", references="un@courriel.example")
    (folder / "2.eml").write_bytes(answer)
    (folder / "3.eml").write_bytes(mail())
    (folder / "4.bin").write_bytes(b"rien d'un message")
    grc("import", "email", folder)
    late = tmp_path / "5.eml"
    late.write_bytes(mail(message_id="cinq@c.example", subject="Autre"))
    grc("import", "email", late, "--store-only")
    session().rollback()
    return grc


def source(grc: Grc) -> dict[str, Any]:
    (found,) = grc("reconcile", "--json").json["sources"]
    return dict(found)


def items(outcome: str) -> list[Item]:
    session().rollback()
    found = session().scalars(select(Item).where(Item.outcome == outcome).order_by(Item.id)).all()
    session().expunge_all()
    session().rollback()
    return list(found)


def item(outcome: str) -> Item:
    (found,) = items(outcome)
    return found


def test_everything_received_has_one_outcome(received: Grc) -> None:
    done = received("reconcile", "--json")
    assert (done.code, done.json["ok"]) == (0, True)
    found = source(received)
    assert (found["channel"], found["source"]) == ("email", "files")
    assert (found["received"], found["gap"]) == (5, 0)
    names = ("opened", "appended", "duplicate", "quarantined", "waiting")
    assert [found[name] for name in names] == [1, 1, 1, 1, 1]


STEP = "subject_kind = 'item' AND subject_id = :id"
PLANTED = (
    ("opened", "UPDATE message SET item_id = NULL WHERE item_id = :id", "case"),
    ("appended", "DELETE FROM message WHERE item_id = :id", "case"),
    ("appended", "UPDATE item SET case_id = NULL WHERE id = :id", "case"),
    ("duplicate", "UPDATE item SET duplicate_of = NULL WHERE id = :id", "original"),
    ("duplicate", "UPDATE item SET duplicate_of = id WHERE id = :id", "original"),
    ("quarantined", "UPDATE item SET unit_id = NULL WHERE id = :id", "owner"),
    ("waiting", f"DELETE FROM step WHERE {STEP}", "step"),
    ("waiting", f"UPDATE step SET failed_at = due_at WHERE {STEP}", "step"),
    ("waiting", f"UPDATE step SET done_at = due_at WHERE {STEP}", "step"),
    ("waiting", "UPDATE item SET outcome = 'applied' WHERE id = :id", "target"),
    ("waiting", "UPDATE item SET outcome = 'split' WHERE id = :id", "children"),
    ("waiting", "UPDATE item SET outcome = 'perdu' WHERE id = :id", "outcome"),
    ("waiting", "UPDATE item SET outcome = 'discarded' WHERE id = :id", "remark"),
)


def test_each_outcome_that_does_not_hold_is_one_more_gap(
    received: Grc, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "plus"
    folder.mkdir()
    second = mail("Aussi.", message_id="a@c.example", references="un@courriel.example")
    (folder / "a.eml").write_bytes(second)
    (folder / "b.eml").write_bytes(mail())
    received("import", "email", folder)
    for number in range(6):
        path = tmp_path / f"attend-{number}.eml"
        path.write_bytes(mail(message_id=f"{number}@c.example"))
        received("import", "email", path, "--store-only")
    taken: set[int] = set()
    for gap, (outcome, statement, check) in enumerate(PLANTED, start=1):
        broken = next(one for one in items(outcome) if one.id not in taken)
        taken.add(broken.id)
        run(settings.database_url, statement, id=broken.id)
        done = received("reconcile", "--json")
        (found,) = done.json["sources"]
        assert (done.code, done.json["ok"], found["gap"]) == (1, False, gap)
        named = {problem["check"]: problem["items"] for problem in found["problems"]}
        assert broken.reference in named[check]


def test_a_vanished_item_is_a_gap(received: Grc, settings: Settings) -> None:
    run(settings.database_url, "DELETE FROM item WHERE outcome = 'quarantined'")
    assert source(received)["gap"] == 1


def test_a_loss_is_not_hidden_by_an_excess_on_another_day(
    received: Grc, settings: Settings
) -> None:
    """One item lost today, one more counted the day before: the sums agree, the days do not."""
    moved = item("quarantined")
    earlier = moved.stored_at.replace(year=moved.stored_at.year - 1)
    url = settings.database_url
    shown = earlier.strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if "sqlite" in url else "+00:00")
    run(url, "UPDATE item SET stored_at = :at WHERE id = :id", at=shown, id=moved.id)
    assert source(received)["gap"] == 2


@pytest.mark.parametrize("size", [None, 3])
def test_lost_or_cut_bytes_are_a_gap(received: Grc, size: int | None) -> None:
    lost = item("quarantined")
    path = store().path(lost.sha256)
    if size is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:size])
    found = source(received)
    assert found["problems"] == [{"check": "blob", "count": 1, "items": [lost.reference]}]


def test_since_looks_at_the_days_asked_for(received: Grc, settings: Settings) -> None:
    run(settings.database_url, "DELETE FROM step")
    assert received("reconcile", "--since", "2999-01-01", "--json").json == {
        "ok": True,
        "sources": [],
        "orphans": 0,
    }
    assert received("reconcile", "--since", "2020-01-01").code == 1
    assert received("reconcile", "--since", "hier").code == 64


def test_a_file_that_nothing_names_is_told_and_is_no_gap(received: Grc) -> None:
    import io

    store().put(io.BytesIO(b"reste d'un arret brutal"))
    done = received("reconcile", "--json")
    assert (done.code, done.json["orphans"]) == (0, 1)


def test_the_gap_is_told_in_words_with_the_items(received: Grc, settings: Settings) -> None:
    broken = item("waiting")
    run(settings.database_url, "DELETE FROM step")
    done = received("reconcile")
    assert broken.reference in done.out
    assert "étape" in done.out
    assert done.err.count("\n") == 1


def test_nothing_received_yet_is_no_gap(grc: Grc) -> None:
    assert grc("reconcile").code == 0
