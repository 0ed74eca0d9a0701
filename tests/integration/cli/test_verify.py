"""`grc verify`: whatever is altered behind the program's back is found and named."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text

from grc.core.audit import AuditRow, AuditSeal
from grc.core.blobs import store
from grc.core.db import session
from grc.core.settings import Settings
from tests.integration.cli.behind import run
from tests.integration.conftest import Grc, mail


@pytest.fixture
def sealed(grc: Grc, tmp_path: Path) -> Grc:
    """A journal of some rows, sealed and whole."""
    for number in range(3):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(mail(message_id=f"{number}@c.example", subject=f"Demande {number}"))
        grc("import", "email", path)
    assert grc("verify", "--json").json["ok"]
    session().rollback()
    return grc


def rows() -> int:
    found = session().scalar(select(func.count()).select_from(AuditRow)) or 0
    session().rollback()
    return found


def test_a_whole_journal_is_whole_and_its_head_stands(sealed: Grc) -> None:
    done = sealed("verify", "--json")
    assert done.code == 0
    assert done.json["audit_rows"] == done.json["sealed"] == rows()
    assert (done.json["first_broken"], done.json["triggers_missing"]) == (None, [])
    assert (done.json["blobs"], done.json["blobs_broken"]) == (3, [])
    assert sealed("verify", "--json").json["head"] == done.json["head"]
    assert sealed("verify", "--head", done.json["head"]).code == 0


def test_a_changed_row_is_named(sealed: Grc, settings: Settings) -> None:
    run(settings.database_url, "UPDATE audit SET actor = 'personne' WHERE id = 5")
    done = sealed("verify", "--json")
    assert (done.code, done.json["ok"]) == (1, False)
    assert done.json["first_broken"]["audit_id"] == 5
    assert done.json["triggers_missing"] == []
    assert "5" in done.err


def test_a_row_changed_together_with_its_hash_breaks_the_chain(
    sealed: Grc, settings: Settings
) -> None:
    from grc.core.audit import HASHED, content_hash

    columns = [getattr(AuditRow, name) for name in HASHED]
    row = session().execute(select(*columns).where(AuditRow.id == 5)).one()
    session().rollback()
    forged = content_hash({**row._mapping, "actor": "personne"})
    run(
        settings.database_url,
        "UPDATE audit SET actor = 'personne', row_hash = :forged WHERE id = 5",
        forged=forged,
    )
    assert sealed("verify", "--json").json["first_broken"]["audit_id"] == 5


def test_a_row_cut_from_the_end_is_missed(sealed: Grc, settings: Settings) -> None:
    last = rows()
    run(settings.database_url, "DELETE FROM audit WHERE id = :last", last=last)
    assert sealed("verify", "--json").json["first_broken"]["audit_id"] == last


def test_an_end_cut_together_with_its_seals_is_told_by_the_head_kept_elsewhere(
    sealed: Grc, settings: Settings
) -> None:
    head = sealed("verify", "--json").json["head"]
    last = rows()
    run(settings.database_url, "DELETE FROM audit_seal WHERE audit_id = :last", last=last)
    run(settings.database_url, "DELETE FROM audit WHERE id = :last", last=last)
    assert sealed("verify").code == 0
    done = sealed("verify", "--head", head, "--json")
    assert (done.code, done.json["ok"], done.json["head_found"]) == (1, False, False)


def test_what_cannot_be_a_head_is_wrong_usage(grc: Grc) -> None:
    for head in ("foo", "", "f" * 63, "g" * 64):
        done = grc("verify", "--head", head, "--json")
        assert (done.code, done.out) == (64, "")
    assert grc("verify", "--head", f" {'F' * 64}\n").code == 1


def test_a_removed_link_is_named(sealed: Grc, settings: Settings) -> None:
    run(settings.database_url, "DELETE FROM audit_seal WHERE position = 4")
    done = sealed("verify", "--json").json
    assert done["first_broken"]["position"] == 5


def test_an_invented_row_is_named(sealed: Grc, settings: Settings) -> None:
    columns = "event, at, subject_kind, subject_id, case_id, actor_id, actor, data, remark_id"
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:  # INSERT is allowed to the program: no trigger helps
        connection.execute(
            text(
                f"INSERT INTO audit (id, {columns}, row_hash) SELECT 9999, {columns}, :hash "
                "FROM audit WHERE id = 3"
            ),
            {"hash": "0" * 64},
        )
    engine.dispose()
    assert sealed("verify", "--json").json["first_broken"]["audit_id"] == 9999


def test_a_missing_trigger_is_named(sealed: Grc, settings: Settings) -> None:
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        name = "audit_no_update" if is_sqlite else "audit_no_change"
        connection.exec_driver_sql(f"DROP TRIGGER {name}" + ("" if is_sqlite else " ON audit"))
    engine.dispose()
    done = sealed("verify", "--json")
    assert (done.code, done.json["triggers_missing"]) == (1, [name])


def test_altered_and_absent_files_are_named(sealed: Grc) -> None:
    first, second, _ = store().all()
    store().path(first).chmod(0o600)
    store().path(first).write_bytes(b"autre chose")
    store().path(second).unlink()
    done = sealed("verify", "--json")
    assert (done.code, done.json["blobs_broken"]) == (1, [first, second])


def test_triggers_refuse_what_the_tests_do_behind_them(sealed: Grc, settings: Settings) -> None:
    from sqlalchemy.exc import DBAPIError

    engine = create_engine(settings.database_url)
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit_seal"):
        with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))
    engine.dispose()


def test_sealing_in_small_batches_gives_one_chain(sealed: Grc, tmp_path: Path) -> None:
    from grc.core import verify
    from grc.core.db import transaction

    path = tmp_path / "autre.eml"
    path.write_bytes(mail(message_id="autre@c.example"))
    sealed("import", "email", path)
    after, counts = 0, []
    while True:
        with transaction():
            count, after = verify.seal(after, limit=2)
        counts.append(count)
        if not count:
            break
    assert max(counts) == 2
    assert sum(counts) >= 3
    positions = session().scalars(select(AuditSeal.position).order_by(AuditSeal.position)).all()
    assert positions == list(range(1, len(positions) + 1))
    assert sealed("verify", "--json").json["ok"]
