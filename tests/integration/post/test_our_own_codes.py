"""A paper of ours that comes back: its QR code is a lead with its reason, never followed."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from flask import Flask
from sqlalchemy import select

from grc.cases.models import Case, CaseLink
from grc.channels.own_codes import decode
from grc.core.db import session
from grc.demo import scans
from grc.intake import letters
from grc.intake.models import Item, Letter
from grc.mailroom import pages
from grc.supervision import slip
from grc.supervision.slip import Slip
from tests.integration.conftest import Grc, mail
from tests.rig import databases


@pytest.fixture
def loaded_url(loaded_sqlite: Path, tmp_path: Path) -> str:
    """SQLite only: what is asked of the database is asked elsewhere on both."""
    return databases.sqlite_url(Path(shutil.copy(loaded_sqlite, tmp_path / "grc.db")))


def returned(reference: str, path: Path, *, medical: bool = False) -> None:
    """A letter of two pages, the second our own receipt as it comes out of a copier."""
    url = f"https://grc.exemple.fr/suivi?demande={reference}"
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    kept = Slip("D-2026-9999999-Z", at, "Antenne", "", "Reçu", "", (), (), url, "SECRET", None)
    with (
        pdfium.PdfDocument(scans.with_text(["rampe"], medical=medical)) as whole,
        pdfium.PdfDocument(slip.printed(kept)) as ours,
    ):
        whole.import_pages(ours)
        whole.save(path)


@pytest.mark.parametrize("which", ["case", "item"])
def test_the_code_proposes_the_case_and_says_on_which_page(
    grc: Grc, app: Flask, tmp_path: Path, which: str
) -> None:
    (tmp_path / "un.eml").write_bytes(mail())
    grc("import", "email", tmp_path / "un.eml")
    known, item = session().scalars(select(Case)).one(), session().scalars(select(Item)).one()
    returned(known.reference if which == "case" else item.reference, tmp_path / "lot.pdf")
    assert grc("import", "post", tmp_path / "lot.pdf").code == 0
    link = session().scalars(select(CaseLink)).one()
    assert (link.kind, {link.case_id, link.other_id}) == ("cited", {1, 2})
    letter = session().scalars(select(Letter)).one()
    opened = letters.opened(letter.item_id)
    assert opened is not None
    assert pages.coded(opened) == {known.reference: 2}
    assert any("code QR" in warning for warning in opened.message.warnings)


def test_the_code_of_a_medical_letter_is_not_kept(grc: Grc, app: Flask, tmp_path: Path) -> None:
    (tmp_path / "un.eml").write_bytes(mail())
    grc("import", "email", tmp_path / "un.eml")
    known = session().scalars(select(Case)).one()
    returned(known.reference, tmp_path / "lot.pdf", medical=True)
    assert grc("import", "post", tmp_path / "lot.pdf").code == 65  # there is no medical unit
    assert session().scalars(select(CaseLink)).all() == []


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("D-2026-0000123-K", "D-2026-0000123-K"),
        ("https://a.example/grc/suivi?demande=E-2026-0000123-X", "E-2026-0000123-X"),
        ("https://a.example/suivi?demande=D-2026-0000123-K&x=1", None),
        ("https://a.example/?u=https://b.example/suivi?demande=D-2026-0000123-K", None),
        ("javascript:D-2026-0000123-K", None),
        ("GRC-SEP:1:apa:", None),
        ("", None),
    ],
)
def test_only_our_codes_are_read(text: str, reference: str | None) -> None:
    assert decode(text) == reference
