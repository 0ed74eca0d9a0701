"""A batch of letters: cut exactly whatever the copier did to it, read where it can be."""

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grc.channels import letters, post_batch, separators
from grc.channels.letters import Letter
from grc.channels.past import Account, Part
from grc.channels.post import PostChannel
from grc.channels.protocol import ChannelError
from grc.channels.separators import Separator, Sheet
from grc.channels.splitter import Splitter
from grc.demo import scans as generator
from grc.demo.scans import Batch, as_pdf, as_tiff
from grc.parsing import ocr
from grc.parsing.limits import DEFAULT
from grc.parsing.scans import ScanLimits, opened

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sixty() -> Batch:
    """60 pages, 20 letters, skewed, turned, dusty, with blank pages."""
    return generator.batch(20, 60)


@pytest.fixture(params=[as_pdf, as_tiff])
def path(request: pytest.FixtureRequest, sixty: Batch, tmp_path: Path) -> Path:
    made = tmp_path / "lot"
    made.write_bytes(request.param(sixty, AT))
    return made


def test_sixty_pages_are_cut_exactly(sixty: Batch, path: Path) -> None:
    with opened(path, ScanLimits()) as scan:
        plan = post_batch.plan_of(scan)
        again = scan.cut(plan.cuts[0].pages)
        assert scan.cut(plan.cuts[0].pages) == again  # the same pages, the same bytes
    assert [tuple(page + 1 for page in cut.pages) for cut in plan.cuts] == [
        letter.pages for letter in sixty.letters
    ]
    assert [cut.separator for cut in plan.cuts] == [one.separator for one in sixty.letters]
    assert [page + 1 for page in plan.separators] == sixty.separators
    assert [page + 1 for page in plan.blanks] == sixty.blanks
    assert plan.dated_at is not None
    assert plan.dated_at.date() == AT.date()


def test_a_letter_has_its_own_pages_and_text(tmp_path: Path) -> None:
    words = ["cantine", "fauteuil", "logement"]
    path = tmp_path / "lot.pdf"
    path.write_bytes(generator.with_text(words))
    *parts, account = PostChannel().parts(path, {})
    assert account == Account(total=6, separators=(1, 3, 5), used=3, blanks=())
    for number, (part, word) in enumerate(zip(parts, words, strict=True), start=1):
        assert isinstance(part, Part)
        (request,) = PostChannel().read(part.raw)
        assert request.subject == f"question sur {word}"
        assert not request.warnings
        (attached,) = request.attachments
        assert attached.filename == f"courrier-{number:03}-pages-{2 * number}-{2 * number}.pdf"
        own = tmp_path / "own.pdf"
        own.write_bytes(attached.data)
        with opened(own, ScanLimits()) as scan:
            assert scan.pages == 1
            assert word in scan.text(0)


def test_pictures_are_read_and_set_upright(tmp_path: Path) -> None:
    made = generator.batch(1, 2, seed=3)
    assert made.pages[1].width > made.pages[1].height  # it lies on its side
    path = tmp_path / "lot.tif"
    path.write_bytes(as_tiff(made))
    part, account = PostChannel().parts(path, {})
    assert isinstance(part, Part)
    (request,) = PostChannel().read(part.raw)
    assert made.letters[0].word in request.text
    assert letters.BY_MACHINE in request.warnings
    assert isinstance(account, Account)
    assert not account.gap
    own = tmp_path / "own.pdf"
    own.write_bytes(request.attachments[0].data)
    with opened(own, ScanLimits()) as scan:
        shown = scan.picture(0, 20)
    assert shown.width < shown.height


def test_without_the_reading_program_a_letter_is_kept_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr.os, "defpath", str(tmp_path))
    path = tmp_path / "lot.tif"
    path.write_bytes(as_tiff(generator.batch(1, 2)))
    part, _ = PostChannel().parts(path, {})
    assert isinstance(part, Part)
    (request,) = PostChannel().read(part.raw)
    assert request.text == letters.UNREAD
    assert len(request.attachments) == 1


def test_the_process_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "lot.pdf"
    path.write_bytes(generator.with_text(["cantine", "fauteuil", "logement"]))
    with Splitter() as splitter:
        one = splitter.split("post", path, {}, after=0, most=1)
        splitter.close()  # killed: another takes it up
        two = splitter.split("post", path, {}, after=1, most=1)
        three = splitter.split("post", path, {}, after=2, most=1)
        end = splitter.split("post", path, {}, after=3, most=1)
        assert splitter.split("post", path, {}, after=3, most=1) == end  # its step failed
    whole = [part for part in PostChannel().parts(path, {}) if isinstance(part, Part)]
    assert [*one.parts, *two.parts, *three.parts] == whole
    assert end.parts == ()
    assert end.account == Account(total=6, separators=(1, 3, 5), used=3, blanks=())


def test_a_machine_only_proposes(tmp_path: Path) -> None:
    text = "Madame\n92160 Antony\nObjet : ma demande D-2026-0000123-K"
    made = Letter(1, 1, (2,), 2, Separator("apa", "pch"), AT, (text,), True, b"%PDF-1.7\n")
    request = letters.read(letters.write(made), DEFAULT)
    assert request.doubtful
    assert {(hint.kind, hint.value) for hint in request.hints} >= {
        ("unit", "apa"), ("request_type", "pch"), ("reference", "D-2026-0000123-K"),
    }  # fmt: skip
    assert letters.CITED in request.warnings
    (fact,) = request.facts
    assert (fact.kind, fact.source, fact.at) == ("received", "scan", AT)
    undated = letters.read(letters.write(replace(made, scanned_at=None)), DEFAULT)
    assert undated.facts == ()


def test_a_sheet_says_its_code_in_words_too(tmp_path: Path) -> None:
    sheet = Sheet(Separator("apa", "apa"), "Service de l'APA", "Aide à domicile", "À poser avant")
    path = tmp_path / "feuilles.pdf"
    path.write_bytes(separators.printed([sheet, sheet], "Feuilles", "fr"))
    with opened(path, ScanLimits()) as scan:
        assert scan.pages == 2
        assert "Service de l'APA" in scan.text(0).replace("’", "'")
        assert post_batch.plan_of(scan).separators == (0, 1)


def test_other_codes_are_no_separators() -> None:
    assert separators.decode("https://exemple.fr/") is None
    assert separators.decode("GRC-SEP:1:apa:;DROP") is None
    assert separators.decode(Separator("apa").code) == Separator("apa", "")


def test_a_medical_letter_is_read_by_no_machine(tmp_path: Path) -> None:
    """Neither its pictures, nor the text a copier put under its pages."""
    path = tmp_path / "lot.pdf"
    pictures = as_pdf(generator.batch(1, 3))
    said, known = {"medical": True}, {"medical_units": ["apa"]}
    printed = generator.with_text(["cantine"], unit="autre", medical=True)
    for raw, guide in (
        (pictures, said),
        (pictures, known),
        (generator.with_text(["cantine"]), known),
        (printed, {}),
    ):
        path.write_bytes(raw)
        part, account = PostChannel().parts(path, guide)
        assert isinstance(part, Part)
        head = json.loads(part.raw.partition(b"\n")[0])
        assert (set(head["texts"]), head["machine"], head["medical"]) == ({None}, False, True)
        read = letters.read(part.raw, DEFAULT)
        assert (read.text, read.subject[:16]) == (letters.MEDICAL, "Courrier médical")
        assert [hint.kind for hint in read.hints if hint.kind != "unit"] == ["medical"]
        assert isinstance(account, Account)
        assert not account.gap


@pytest.mark.parametrize(
    ("seconds", "medical", "told"),
    [
        (60.0, True, {"medical": True}),
        (60.0, False, {"medical": False}),
        (-1.0, False, {}),  # not all was looked at: nobody knows
    ],
)
def test_what_was_seen_of_a_batch_that_is_refused_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, medical: bool, told: object
) -> None:
    monkeypatch.setattr(post_batch, "LOOK_SECONDS", seconds)
    with zipfile.ZipFile(tmp_path / "lot.zip", "w") as container:
        container.writestr("1.pdf", generator.with_text(["rampe"], medical=medical))
        container.writestr("2.pdf", b"%PDF-1.7 broken")
    with pytest.raises(ChannelError) as refused:
        list(PostChannel().parts(tmp_path / "lot.zip", {}))
    params = refused.value.params
    assert {name: params[name] for name in params if name == "medical"} == told


def test_only_the_letters_of_medical_units_are_left_unread(tmp_path: Path) -> None:
    path = tmp_path / "lot.pdf"
    path.write_bytes(generator.with_text(["cantine"], unit="apa"))
    part, _ = PostChannel().parts(path, {"medical_units": ["pmi"]})
    assert isinstance(part, Part)
    assert "cantine" in letters.read(part.raw, DEFAULT).text
