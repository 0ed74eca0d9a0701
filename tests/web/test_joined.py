"""What is joined to a letter is printed behind it, and named by it."""

import re
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from sqlalchemy import select

from grc.core import blobs
from grc.core.db import session
from grc.correspondence import leaving
from grc.correspondence.models import LetterFile, OurLetter, PrintRun
from tests.unit.parsing.pdfs import ENCRYPTED
from tests.unit.parsing.test_behind import picture
from tests.web.conftest import Browser, Site
from tests.web.test_correspondence import WORDS, acted, letter, load, signed, written
from tests.web.test_guard import statements
from tests.web.test_mail import clerk
from tests.web.test_writing import box, taken


def _docx() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "x")
    return made.getvalue()


DOCX = _docx()
PICTURE = picture("PNG", size=(300, 200))


@cache
def printed(pages: int, words: str = "Plan", width: int = 595, height: int = 842) -> bytes:
    """A PDF with so many pages, which say so."""
    import typst

    told = "#pagebreak()".join(f"{words} {number}" for number in range(1, pages + 1))
    made: bytes = typst.compile(f"#set page(width: {width}pt, height: {height}pt)\n{told}".encode())
    return made


def joined_to(site: Site) -> list[tuple[str, int]]:
    """The files joined to letters: name and pages."""
    query = select(LetterFile.filename, LetterFile.pages).order_by(LetterFile.place)
    return [tuple(row) for row in site.ask(lambda: session().execute(query).all())]


def kept(site: Site) -> list[str]:
    """The files of a letter as its page has them ticked."""
    query = select(LetterFile.id).order_by(LetterFile.place)
    return [str(one) for one in site.ask(lambda: session().scalars(query).all())]


def upload(browser: Browser, site: Site, name: str, data: bytes) -> Any:
    """Beside the reply box."""
    return browser.post(site.url("apa", "joindre/choisir"), files=(BytesIO(data), name))


def held(page: str) -> dict[str, str]:
    """What the reply box of a case page holds beside its words."""
    form = page[page.index('id="compose-reply" method') :].partition("</form>")[0]
    return dict(re.findall(r'name="(version|seen|draft|files)" value="([^"]*)"', form))


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as found:
        return [page.get_textpage().get_text_bounded() for page in found]


def draft(site: Site, by: Browser, case: str = "apa", **words: str) -> str:
    """A letter that waits to be finished; its address."""
    answer = by.post(site.url(case, "lettre"), **(WORDS | words), brouillon="1")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def join(by: Browser, url: str, *files: tuple[str, bytes], **fields: Any) -> Any:
    given = [(BytesIO(data), name) for name, data in files]
    return by.post(f"{url}/joindre", files=given, **fields)


def run_of(post: Browser) -> tuple[str, bytes]:
    """A print run: its number and its file."""
    number = post.post("/departs/tirage").location.partition("=")[2]
    return number, post.get(f"/departs/tirage/{number}.pdf").data


@pytest.fixture
def letters(site: Site) -> Site:
    load(site)
    return site


def test_what_is_joined_is_printed_behind_its_letter(both: Site) -> None:
    load(both)
    alice, sonia, post = both.as_("alice"), both.as_("sonia"), clerk(both)
    url = draft(both, alice)
    assert (
        join(alice, url, ("Plan d'aide.pdf", printed(3)), ("b.pdf", printed(1, "Note"))).status_code
        == 303
    )
    shown = pages(alice.get(f"{url}.pdf").data)
    assert [one.strip() for one in shown[2:]] == ["Plan 1", "Plan 2", "Plan 3", "", "Note 1", ""]
    assert "Pièces jointes (4 pages)" in shown[0]
    assert shown[0].index("Plan d'aide (3 pages)") < shown[0].index("b (1 page)")
    assert acted(alice, url, "parapheur").status_code == 303
    assert acted(sonia, url, "signer").status_code == 303
    number, whole = run_of(post)
    told = pages(whole)
    assert [one.strip() for one in told[1:]] == ["", "Plan 1", "Plan 2", "Plan 3", "", "Note 1", ""]
    assert "Mme Marie Durand" in told[0]
    assert "- Plan d&#39;aide.pdf" in alice.get(both.url("apa")).text  # in the conversation
    ours = letter(both, url)
    run: PrintRun = both.ask(lambda: session().get_one(PrintRun, int(number)))
    assert ours.pages == run.pages == len(told) == 8
    signed = both.ask(lambda: blobs.store().read(ours.sha256 or ""))
    with pypdfium2.PdfDocument(signed) as paper:
        named = paper.get_metadata_value("Keywords").replace(",", " ").split()
    files = both.ask(lambda: session().scalars(select(LetterFile).order_by(LetterFile.id)).all())
    assert named == [one.printed_sha256 for one in files]  # who signs one signs the others
    assert all(both.ask(lambda: [blobs.store().check(one) for one in named]))
    assert join(alice, url, ("c.pdf", printed(1))).status_code == 409


def test_each_letter_of_a_run_begins_on_a_sheet_of_its_own(letters: Site) -> None:
    alice, sonia, post = letters.as_("alice"), letters.as_("sonia"), clerk(letters)
    for case, files in (
        ("apa", [("a.pdf", printed(2))]),
        ("apa", []),
        ("apa", [("i.png", PICTURE)]),
    ):
        url = draft(letters, alice, case)
        assert join(alice, url, *files).status_code == 303
        acted(alice, url, "parapheur")
        assert acted(sonia, url, "signer").status_code == 303
    number, whole = run_of(post)
    found = pages(whole)
    firsts = [place for place, words in enumerate(found, start=1) if "Nos références" in words]
    assert (firsts, len(found)) == ([1, 5, 7], 10)
    sheet = post.get(f"/departs/tirage/{number}")
    lines = re.findall(r'class="figures">([^<]*)</td>', sheet.text)
    assert lines == ["2", "1", "1 à 4", "1", "–", "5 à 6", "2", "1", "7 à 10"]
    assert "5 feuilles" in post.get("/departs").text.replace("\xa0", " ")
    for word in (letters.cases["apa"], "demande d&#39;APA", "i.png"):
        assert word not in sheet.text  # the mail room reads no case
    assert alice.get(f"/departs/tirage/{number}").status_code == 403
    assert post.get("/departs/tirage/999").status_code == 404
    with statements() as seen:
        post.get(f"/departs/tirage/{number}")
    assert len(seen) <= 10


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("plan.docx", DOCX, "enregistrez-le en PDF"),
        ("secret.pdf", ENCRYPTED, "mot de passe"),
        ("cassé.pdf", b"%PDF-1.7\nabc", "abîmé"),
        ("long.pdf", printed(51), "plus de 50 pages"),
        ("x.exe", b"MZ\x90\x00\x03" + bytes(60), "bureautique"),
    ],
    ids=["docx", "locked", "broken", "long", "program"],
)
def test_what_cannot_be_printed_is_told_and_nothing_is_lost(
    letters: Site, name: str, data: bytes, told: str
) -> None:
    alice, url = letters.as_("alice"), draft(letters, letters.as_("alice"))
    assert join(alice, url, ("plan.pdf", printed(30))).status_code == 303
    answer = join(alice, url, (name, data), kept=kept(letters))
    assert answer.status_code == 422
    text = answer.text.replace("\xa0", " ").replace("\u202f", " ")
    assert told in text
    assert name in text
    assert joined_to(letters) == [("plan.pdf", 30)]


def test_a_letter_has_fifty_pages_behind_it_and_a_file_once(letters: Site) -> None:
    alice, url = letters.as_("alice"), draft(letters, letters.as_("alice"))
    again = ("a.pdf", printed(30))
    assert join(alice, url, again, again).status_code == 303
    answer = join(alice, url, ("b.pdf", printed(21)), kept=kept(letters))
    assert answer.status_code == 422
    assert "51 pages" in answer.text
    assert join(alice, url, ("b.pdf", printed(20)), kept=kept(letters)).status_code == 303
    assert joined_to(letters) == [("a.pdf", 30), ("b.pdf", 20)]
    assert join(alice, url, kept=kept(letters)[1]).status_code == 303
    assert joined_to(letters) == [("b.pdf", 20)]


def test_they_are_named_and_printed_in_the_order_they_were_put_in(both: Site) -> None:
    load(both)
    alice, url = both.as_("alice"), draft(both, both.as_("alice"))
    join(alice, url, ("a.pdf", printed(1, "Un")), ("b.pdf", printed(1, "Deux")))
    first, second = kept(both)
    moved = join(alice, url, ("c.pdf", printed(1, "Trois")), kept=[first, second], haut=second)
    assert moved.location == f"{url}/joindre?place={second}"
    assert joined_to(both) == [("b.pdf", 1), ("a.pdf", 1), ("c.pdf", 1)]
    shown = pages(alice.get(f"{url}.pdf").data)
    assert [one.strip() for one in shown[2:] if one.strip()] == ["Deux 1", "Un 1", "Trois 1"]
    assert shown[0].index("b (1 page)") < shown[0].index("a (1 page)") < shown[0].index("c (1")
    acted(alice, url, "parapheur")
    again = join(alice, url, kept=kept(both), bas=second)
    assert again.status_code == 303
    assert letter(both, url).state == "draft"  # another letter: to be signed as it is now
    assert joined_to(both) == [("a.pdf", 1), ("b.pdf", 1), ("c.pdf", 1)]


def test_what_is_joined_after_a_visa_asks_for_it_again(letters: Site) -> None:
    bob, sonia = letters.as_("bob"), letters.as_("sonia")
    url = written(letters, bob, type_code="decision")
    assert acted(sonia, url, "viser").status_code == 303
    page = bob.get(url).text
    seen = dict(re.findall(r'name="(version|seen)" value="([^"]*)"', page))
    assert "redevient un brouillon" in bob.get(f"{url}/joindre").text
    assert join(bob, url, ("a.pdf", printed(1)), version=seen["version"]).status_code == 303
    assert letter(letters, url).state == "draft"
    assert bob.post(f"{url}/signer", **seen).status_code == 409  # a letter without it
    stale = join(bob, url, ("b.pdf", printed(1)), version=seen["version"], kept=kept(letters))
    assert stale.status_code == 409
    assert joined_to(letters) == [("a.pdf", 1)]


def test_a_form_sent_twice_joins_once(letters: Site) -> None:
    alice, url = letters.as_("alice"), draft(letters, letters.as_("alice"))
    key = {"form_key": "11111111-1111-4111-8111-111111111111"}
    for _twice in range(2):
        assert join(alice, url, ("a.pdf", printed(1)), **key).location == url
    assert joined_to(letters) == [("a.pdf", 1)]


def test_documents_of_the_case_are_joined_and_of_no_other(letters: Site) -> None:
    alice, url = letters.as_("alice"), draft(letters, letters.as_("alice"))
    page = alice.get(f"{url}/joindre").text
    found = re.search(r'name="document" value="(\d+)"[^>]*><span>certificat\.txt', page)
    assert found
    answer = alice.post(f"{url}/joindre", document=found[1])
    assert answer.status_code == 422  # a text is no page
    assert "checked" in answer.text
    assert alice.post(f"{url}/joindre", document="999").status_code == 404


def test_of_a_named_case_nobody_joins_or_reads(letters: Site) -> None:
    sonia, post = letters.as_("sonia"), clerk(letters)
    url = draft(letters, sonia, "named")
    assert join(sonia, url, ("CANARI.pdf", printed(1, "Zénobie"))).status_code == 303
    for name in ("alice", "bob", "rita", "dora", "oscar", "root", "courrier"):
        browser = letters.as_(name)
        for answer in (browser.get(f"{url}/joindre"), join(browser, url, ("a.pdf", printed(1)))):
            assert answer.status_code in {403, 404}, name
            assert "CANARI" not in answer.text
    assert joined_to(letters) == [("CANARI.pdf", 1)]
    acted(sonia, url, "parapheur")
    acted(sonia, url, "signer")
    assert "Zénobie" in pages(sonia.get(f"{url}.pdf").data)[2]  # its service prints it whole
    acted(sonia, url, "imprimee")
    page = post.get("/departs").text
    assert "CANARI" not in page
    assert "Pli fermé" in page


def test_a_reply_whose_file_cannot_be_printed_keeps_its_words(letters: Site) -> None:
    alice = taken(letters)
    upload(alice, letters, "plan.docx", DOCX)
    fields = held(alice.get(letters.url("apa")).text)
    answer = alice.post(letters.url("apa", "courrier"), text="Voici le plan.", **fields)
    assert answer.status_code == 422
    assert "plan.docx" in answer.text
    assert "en PDF" in answer.text
    assert letters.ask(lambda: session().scalars(select(OurLetter)).all()) == []
    assert box(alice.get(letters.url("apa")).text) == "Voici le plan."
    alice.post(letters.url("apa", "joindre/choisir"))  # taken out
    fields = held(alice.get(letters.url("apa")).text)
    answer = alice.post(letters.url("apa", "courrier"), text="Voici le plan.", **fields)
    assert answer.status_code == 303


def test_a_run_stops_where_the_paper_does(letters: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "MOST_PAGES", 5)
    for _ in range(3):
        signed(letters)  # two pages each
    post = clerk(letters)
    assert [len(pages(run_of(post)[1])) for _ in range(2)] == [4, 2]
    assert "tirage" not in post.post("/departs/tirage").location  # nothing waits
