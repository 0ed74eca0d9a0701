"""`grc import post FOLDER --as-batch`: a file a page, one batch; every page ends somewhere."""

import io
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from grc.cases.models import Case
from grc.cli import bundling
from grc.core import blobs
from grc.core.db import session
from grc.demo import scans
from grc.intake.models import Item
from tests.integration.conftest import Grc, searched
from tests.rig import databases

WORDS = ("cantine", "fauteuil", "logement")


@pytest.fixture
def loaded_url(loaded_sqlite: Path, tmp_path: Path) -> str:
    """SQLite only: what is asked of the database is asked elsewhere on both."""
    return databases.sqlite_url(Path(shutil.copy(loaded_sqlite, tmp_path / "grc.db")))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "QUIET", 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`page 1.tif` to `page 12.pdf`: a file a page, separators as pictures, two of the letters
    of a page and one of three; a blank page and what a desktop leaves behind."""
    made = tmp_path / "lot du matin"
    made.mkdir()
    kinds = "sbsl" + "sl" + "slll"
    with pdfium.PdfDocument(scans.with_text([*WORDS, "rampe", "yaourt"])) as whole:
        sheet = whole[0].render(scale=scans.DPI / 72, grayscale=True).to_pil()
        letters = iter(range(1, len(whole), 2))
        for number, kind in enumerate(kinds, start=1):
            if kind == "l":
                with closing(pdfium.PdfDocument.new()) as one:
                    one.import_pages(whole, [next(letters)])
                    one.save(made / f"page {number}.pdf")
            else:
                page = sheet if kind == "s" else Image.new("L", sheet.size, 250)
                page.save(made / f"page {number}.tif", dpi=(scans.DPI, scans.DPI))
    (made / ".DS_Store").write_bytes(b"\0")
    return made


def test_separators_are_found_across_files(grc: Grc, app: Flask, folder: Path) -> None:
    done = grc("import", "post", folder, "--as-batch", "--json")
    assert done.code == 0, done
    (told,) = done.json["batches"]
    assert (told["pages"], told["locator"], told["letters"]) == (10, "lot du matin.zip", 3)
    assert (told["separators"], told["blanks"], told["letter_pages"]) == ([1, 3, 5, 7], [2], 5)
    (case,) = searched("yaourt")  # the last page of the last letter
    file = grc("case", "show", case.reference, "--json").json["messages"][0]["attachments"][0]
    with pdfium.PdfDocument(blobs.store().read(file["sha256"])) as letter:
        assert len(letter) == 3
    assert grc("reconcile", "--json").json["ok"] is True
    raw = grc("raw", told["item"]).raw
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        assert container.namelist()[:2] == ["page 1.tif", "page 2.tif"]
        assert container.namelist()[-1] == "page 10.pdf"
        for name in container.namelist():
            assert container.read(name) == (folder / name).read_bytes()


def test_the_same_folder_again_is_known_wherever_it_lies(
    grc: Grc, app: Flask, folder: Path, tmp_path: Path
) -> None:
    grc("import", "post", folder, "--as-batch")
    cases = session().scalar(select(func.count()).select_from(Case))
    moved = tmp_path / "ailleurs"
    moved.mkdir()
    folder.rename(moved / folder.name)
    again = grc("import", "post", moved / folder.name, "--as-batch", "--json").json
    assert (again["stored"], again["already_known"]) == (0, cases)
    (moved / folder.name).rename(tmp_path / "autre nom")
    copy = grc("import", "post", tmp_path / "autre nom", "--as-batch", "--json").json
    assert copy["outcomes"]["duplicate"] == 1
    assert session().scalar(select(func.count()).select_from(Case)) == cases


def test_what_is_no_page_is_told_by_name(grc: Grc, app: Flask, folder: Path) -> None:
    (folder / "page 4.pdf").write_text("ceci n'est pas une page")
    done = grc("import", "post", folder, "--as-batch", "--json")
    assert (done.code, done.json["outcomes"]["quarantined"]) == (65, 1)
    assert "page 4.pdf" in done.json["reasons"][0]


def test_what_is_no_folder_of_pages_is_refused(grc: Grc, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "lot.pdf"
    file.write_bytes(scans.with_text(["cantine"]))
    empty = tmp_path / "vide"
    (empty / "dedans").mkdir(parents=True)
    for channel, path in (("post", file), ("post", empty), ("post", empty / "dedans")):
        assert grc("import", channel, path, "--as-batch").code == 64
    assert grc("import", "email", empty, "--as-batch").code == 64
    blown = tmp_path / "lot.zip"
    with zipfile.ZipFile(blown, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("page 1.tif", bytes(50_000_000))
    assert grc("import", "post", blown).code == 65
    assert session().scalar(select(func.count()).where(Item.outcome == "quarantined")) == 1


@pytest.mark.parametrize("written", ["page 4.pdf", "page 13.pdf", "page 13.pdf.part"])
def test_a_scanner_still_at_work_gives_no_batch(
    grc: Grc, app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    def scan(_seconds: float) -> None:
        with (folder / written).open("ab") as page:
            page.write(b"more")

    monkeypatch.setattr("grc.cli.bundling.sleep", scan)
    done = grc("import", "post", folder, "--as-batch")
    assert (done.code, "en train d'être écrit" in done.err) == (75, True)
    assert session().scalar(select(func.count(Item.id))) == 0
