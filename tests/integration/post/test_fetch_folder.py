"""`grc fetch post`: a folder of scans, taken up file by file; the ledger first, then `done/`."""

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from grc.channels import dropped
from grc.channels.source import FileFolder, Trouble
from grc.core import blobs
from grc.core.db import session, transaction
from grc.demo import scans
from grc.intake.models import Item
from grc.jobs import fetching, refusing
from tests.integration.conftest import Grc
from tests.unit.parsing.pdfs import ENCRYPTED
from tests.web.test_pages import plans


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(fetching, "QUIET", timedelta(seconds=0.02))
    made = tmp_path / "numérisation"
    made.mkdir()
    return made


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def items() -> list[Item]:
    query = select(Item).where(Item.parent_id.is_(None)).order_by(Item.id)
    return list(session().scalars(query))


def test_a_file_is_stored_then_put_away_and_never_over_another(
    grc: Grc, app: Flask, folder: Path
) -> None:
    first, second = scans.with_text(["cantine"]), scans.with_text(["rampe", "logement"])
    for number, raw in enumerate((first, second, second)):
        (folder / "lot.pdf").write_bytes(raw)
        done = grc("fetch", "post", "--folder", folder, "--json")
        assert done.code == 0, done
        (told,) = done.json["sources"]
        assert (told["seen"], told["stored"]) == (1, 1 if number < 2 else 0)
    assert names(folder) == []
    assert names(folder / "done") == ["lot-2.pdf", "lot-3.pdf", "lot.pdf"]
    assert [blobs.store().read(item.sha256) for item in items()] == [first, second]
    assert {item.locator for item in items()} == {"lot.pdf"}
    (looked,) = grc("doctor", "--json").json["mailboxes"]
    assert (looked["channel"], looked["answers"], bool(looked["fetched_at"])) == (
        "post",
        True,
        True,
    )


def test_what_is_not_complete_stays(grc: Grc, app: Flask, folder: Path) -> None:
    for name in (".lot.pdf", "lot.pdf.part", "~lot.tmp", "Thumbs.db"):
        (folder / name).write_bytes(b"%PDF-")
    (folder / "lien.pdf").symlink_to("/etc/hostname")
    (folder / "un-dossier").mkdir()
    assert grc("fetch", "post", "--folder", folder, "--json").json["sources"][0]["seen"] == 0
    (folder / "lot.pdf.part").rename(folder / "lot.pdf")
    assert grc("fetch", "post", "--folder", folder, "--json").json["sources"][0]["stored"] == 1
    assert len(names(folder)) == 4


def test_a_file_that_grows_is_not_taken(folder: Path) -> None:
    (folder / "lot.pdf").write_bytes(b"%PDF-")
    with dropped.opened(FileFolder(str(folder)), quiet=0.02) as opened:
        (uid,) = opened.uids()
        (letter,) = opened.describe([uid])
        with (folder / "lot.pdf").open("ab") as file:
            file.write(b"more")
        ((_, stream),) = opened.read([letter])
        assert stream.read(100)
        with pytest.raises(Trouble, match="en train d'être écrit"):
            stream.read(100)
        opened.acknowledge([uid])
        assert names(folder) == ["lot.pdf"]


def test_what_cannot_be_understood_is_put_aside_until_it_is_understood(
    grc: Grc, app: Flask, folder: Path
) -> None:
    (folder / "0001.pdf").write_bytes(ENCRYPTED)
    (folder / "0002.pdf").write_bytes(scans.with_text(["cantine"]))
    grc("fetch", "post", "--folder", folder)
    grc("sweep")
    grc("fetch", "post", "--folder", folder)
    assert (names(folder / "refused"), names(folder / "done")) == (["0001.pdf"], ["0002.pdf"])
    with transaction():  # a later version of the product reads it
        session().execute(update(Item).where(Item.locator == "0001.pdf").values(outcome="split"))
    grc("fetch", "post", "--folder", folder)
    assert (names(folder / "refused"), names(folder / "done")) == ([], ["0001.pdf", "0002.pdf"])


def test_a_folder_that_cannot_be_fetched_is_told_in_words(
    grc: Grc, grc_in_english: Grc, app: Flask, tmp_path: Path
) -> None:
    away = grc("fetch", "post", "--folder", tmp_path / "absent")
    assert (away.code, "n'existe pas" in away.err) == (64, True)
    (tmp_path / "fichier").touch()
    assert grc("fetch", "post", "--folder", tmp_path / "fichier").code == 64
    away = grc_in_english("fetch", "post", "--folder", tmp_path / "absent")
    assert "does not exist" in away.err


def test_the_organisation_file_names_the_folder(grc: Grc, app: Flask, folder: Path) -> None:
    told = Path("demo/organisation.toml").read_text()
    more = '\n[[mailboxes]]\nchannel = "post"\nsource = "scanner"\nunit = "tri"\n'
    path = folder.parent / "organisation.toml"
    for name in ("catalogue.toml", "routing.toml"):
        shutil.copy(f"demo/{name}", path.with_name(name))
    path.write_text(f'{told}{more}\n[mailboxes.fetch]\npath = "numérisation"\n')
    assert "depuis /" in grc("organisation", "load", path).err
    path.write_text(f'{told}{more}\n[mailboxes.fetch]\npath = "{folder}"\n')
    assert grc("organisation", "load", path).code == 0
    (folder / "lot.pdf").write_bytes(scans.with_text(["cantine"]))
    done = grc("fetch", "post", "--json")
    assert (done.code, done.json["sources"][0]["source"]) == (0, "scanner")
    assert session().scalar(select(func.count()).where(Item.source == "scanner")) == 1


def test_pages_come_in_the_order_people_count(folder: Path) -> None:
    at = time.time() - 60
    for name in ("page 10.tif", "page 9.tif", "Page 1.tif"):
        (folder / name).touch()
        os.utime(folder / name, (at, at))
    with dropped.opened(FileFolder(str(folder)), quiet=0.02) as opened:
        found = [opened.locator(uid) for uid in opened.uids()]
    assert found == ["Page 1.tif", "page 9.tif", "page 10.tif"]


@pytest.mark.usefixtures("app")
def test_what_is_refused_is_found_by_an_index_at_every_look() -> None:
    with plans() as seen:
        assert refusing.refused_of("post", "scanner") == []
    assert "ix_item_refused" in " ".join(seen), seen


@pytest.mark.parametrize("name", ["done", "refused", ".leaving"])
def test_a_link_in_place_of_one_of_our_folders_is_refused(folder: Path, name: str) -> None:
    other = folder.parent / "ailleurs"
    other.mkdir()
    (folder / name).symlink_to(other)
    with pytest.raises(Trouble, match="est un lien"), dropped.opened(FileFolder(str(folder))):
        pass


def test_a_file_replaced_while_it_is_put_away_stays_to_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scanner begins again at 0001.pdf between the look and the rename."""
    page = folder / "0001.pdf"
    page.write_bytes(b"read")
    new = folder.parent / "new"
    new.write_bytes(b"never read")
    with dropped.opened(FileFolder(str(folder)), quiet=0.02) as opened:
        uids = opened.uids()
        rename = Path.rename

        def late(path: Path, target: Path) -> Path:
            if path == page and new.exists():
                rename(new, page)
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", late)
        opened.acknowledge(uids)
    assert (names(folder), page.read_bytes()) == (["0001.pdf"], b"never read")
    assert names(folder / "done") == []
    assert not (folder / ".leaving").exists()


def test_two_who_fetch_put_a_file_away_once(folder: Path) -> None:
    (folder / "0001.pdf").write_bytes(b"read")
    where = FileFolder(str(folder))
    with dropped.opened(where, quiet=0.02) as one, dropped.opened(where, quiet=0.02) as other:
        uids, same = one.uids(), other.uids()
        one.acknowledge(uids)
        other.acknowledge(same)
    assert (names(folder), names(folder / "done")) == ([], ["0001.pdf"])


def test_what_was_leaving_when_a_process_died_is_looked_at_again(folder: Path) -> None:
    (folder / ".leaving").mkdir()
    (folder / ".leaving" / "0001.pdf").write_bytes(b"perhaps never read")
    with dropped.opened(FileFolder(str(folder)), quiet=0.02) as opened:
        assert len(opened.uids()) == 1
