"""`grc import post`: every page ends somewhere, each letter in a case of its own."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from grc.cases.models import Case, CaseFact, CaseLink
from grc.channels.past import Account, Parts
from grc.core import blobs, clock
from grc.core.db import session, transaction
from grc.demo import scans as generator
from grc.intake import splitting
from grc.intake.models import Item, PageAccount
from grc.outbox.models import Outgoing
from tests.integration.conftest import Grc, mail, searched
from tests.unit.parsing.pdfs import ENCRYPTED

WORDS = ("cantine", "fauteuil", "logement")


def count(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Three letters for a unit, with the text under their pages."""
    path = tmp_path / "lot.pdf"
    path.write_bytes(generator.with_text(WORDS, unit="handicap"))
    return path


def test_letters_become_cases_of_the_unit_of_their_separator(
    grc: Grc, app: Flask, batch: Path
) -> None:
    done = grc("import", "post", batch, "--json")
    assert done.code == 0, done
    assert {k: v for k, v in done.json["outcomes"].items() if v} == {"opened": 3, "split": 1}
    assert (done.json["received"], done.json["files"]) == (3, 1)
    (told,) = done.json["batches"]
    assert told["pages"] == told["letter_pages"] + len(told["separators"]) + len(told["blanks"])
    for word in WORDS:
        (case,) = searched(word)
        shown = grc("case", "show", case.reference, "--json").json
        assert shown["unit"] == "handicap"
        assert shown["routing"]["reasons"] == ["service donné par la feuille de séparation"]
        assert case.commune is None  # a machine read it: nothing is set from it
        (message,) = shown["messages"]
        (attached,) = message["attachments"]
        assert attached["content_type"] == "application/pdf"
        assert blobs.store().read(attached["sha256"]).startswith(b"%PDF-")
        assert [fact["kind"] for fact in shown["facts"]] == ["received"]  # no document date
    shown = grc("post", "show", told["item"], "--json").json
    assert [one["outcome"] for one in shown["parts"]] == ["opened"] * 3
    assert shown["separators"] == [1, 3, 5]
    assert count(Outgoing) == 0
    assert grc("reconcile", "--json").json["ok"] is True


def test_again_changes_nothing_and_a_copy_is_a_duplicate(grc: Grc, app: Flask, batch: Path) -> None:
    grc("import", "post", batch)
    again = grc("import", "post", batch, "--json").json
    assert (again["stored"], again["already_known"]) == (0, 3)
    copy = batch.with_name("copie.pdf")
    copy.write_bytes(batch.read_bytes())
    assert grc("import", "post", copy, "--json").json["outcomes"]["duplicate"] == 1
    assert (count(Case), count(Item), count(PageAccount)) == (3, 5, 1)


def test_the_day_of_the_scan_is_the_day_of_reception(grc: Grc, app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "lot.tif"
    made = generator.batch(1, 2, seed=3)
    path.write_bytes(generator.as_tiff(made, datetime(2026, 3, 2, 9, 0, tzinfo=UTC)))
    assert grc("import", "post", path).code == 0
    (case,) = searched(made.letters[0].word)  # read on the picture
    fact = session().scalars(select(CaseFact).where(CaseFact.case_id == case.id)).one()
    assert (fact.kind, fact.on_date, fact.source) == ("received", date(2026, 3, 2), "scan")


def test_a_reference_that_was_read_is_proposed_never_followed(
    grc: Grc, app: Flask, tmp_path: Path
) -> None:
    message = tmp_path / "un.eml"
    message.write_bytes(mail())
    grc("import", "email", message)
    (known,) = session().scalars(select(Case)).all()
    path = tmp_path / "lot.pdf"
    path.write_bytes(generator.with_text(["rampe"], more=f"Dossier {known.reference}."))
    grc("import", "post", path)
    assert count(Case) == 2
    link = session().scalars(select(CaseLink)).one()
    assert (link.kind, {link.case_id, link.other_id}) == ("cited", {1, 2})


def test_what_cannot_be_cut_waits_for_a_person(grc: Grc, app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "lot.pdf"
    path.write_bytes(ENCRYPTED)
    done = grc("import", "post", path, "--json")
    assert (done.code, done.json["outcomes"]["quarantined"]) == (65, 1)
    assert done.json["reasons"] == ["le fichier est protégé par un mot de passe : demandez-le sans"]
    (one,) = grc("quarantine", "list", "--json").json["items"]
    assert grc("quarantine", "retry", one["reference"]).code in (0, 65)
    assert grc("quarantine", "list", "--json").json["items"][0]["reference"] == one["reference"]


def test_a_page_that_is_not_accounted_for_is_an_alarm(grc: Grc, app: Flask, batch: Path) -> None:
    grc("import", "post", batch)
    with transaction():
        session().scalars(select(PageAccount)).one().total += 1
    done = grc("reconcile", "--json")
    assert (done.code, done.json["ok"]) == (1, False)


def test_separator_sheets_are_made_for_units_that_exist(
    grc: Grc, app: Flask, tmp_path: Path
) -> None:
    out = tmp_path / "feuilles.pdf"
    units = ("--units", "apa, handicap", "--unit", "apa")  # a code given twice is one sheet
    done = grc("post", "separators", *units, "--type", "apa", out)
    assert (done.code, done.out.split()[0]) == (0, "2"), done
    assert out.read_bytes().startswith(b"%PDF-")
    refused = grc("post", "separators", "--unit", "nulle-part", out)
    assert refused.code == 64
    assert "nulle-part" in refused.err


def test_a_gap_quarantines_the_batch(grc: Grc, app: Flask, batch: Path) -> None:
    grc("import", "post", batch, "--store-only")
    (item,) = session().scalars(select(Item)).all()
    told = Parts((), Account(total=3, separators=(1,), used=1, blanks=()))
    refused = splitting.read(item.id, lambda *_, **__: told)
    with transaction():
        splitting.apply(item.id, refused, now=clock.now())
    (shown,) = grc("quarantine", "list", "--json").json["items"]
    assert shown["reason"] == "page_gap"
    assert "1 pages sur 3" in shown["detail"]
