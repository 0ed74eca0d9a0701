"""Files that go with a reply: chosen, kept beside the draft, sent with it; and a reply by post."""

import re
from email.message import EmailMessage
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from grc.cases.models import Attachment, Party
from grc.core.db import session, transaction
from grc.correspondence.models import OurLetter
from grc.outbox import sending
from grc.outbox.models import Outgoing
from grc.work import enclosing
from grc.work.models import Draft, DraftFile
from tests.web.conftest import Browser, Site
from tests.web.test_correspondence import load
from tests.web.test_guard import statements
from tests.web.test_joined import joined_to, printed
from tests.web.test_public import citizen, leave, look, make, opened
from tests.web.test_writing import box, taken

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"


def upload(browser: Browser, site: Site, name: str, data: bytes, **more: Any) -> Any:
    files = (BytesIO(data), name)
    return browser.post(site.url("apa", "joindre/choisir"), files=files, **more)


def office(*more: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name in ("word/document.xml", *more):
            archive.writestr(name, "x")
    return made.getvalue()


def waiting(site: Site) -> list[tuple[int, str]]:
    query = select(DraftFile.id, DraftFile.filename).order_by(DraftFile.place)
    return [tuple(row) for row in site.ask(lambda: session().execute(query).all())]


def ids(site: Site) -> list[str]:
    return [str(number) for number, _name in waiting(site)]


def held(page: str) -> dict[str, str]:
    """What the reply box of a case page holds beside its words."""
    form = page[page.index('id="compose-reply" method') :].partition("</form>")[0]
    names = "version|seen|draft|canned|files"
    return dict(re.findall(rf'name="({names})" value="([^"]*)"', form))


def replied(browser: Browser, site: Site, text: str = "Voici le plan.") -> Any:
    fields = held(browser.get(site.url("apa")).text)
    return browser.post(site.url("apa", "reponse"), text=text, **fields)


def test_a_file_goes_with_the_reply_and_to_nobody_else(both: Site) -> None:
    alice = taken(both)
    answer = alice.post(both.url("apa", "joindre"), text="Voici le plan.")
    assert answer.location.endswith("/joindre")
    assert upload(alice, both, "../Plan <aide>.pdf", PDF).status_code == 303
    page = alice.get(both.url("apa")).text
    assert box(page) == "Voici le plan."  # kept on the way
    assert "Plan _aide_.pdf" in page
    preview = alice.post(both.url("apa", "apercu"), text="Voici le plan.", **held(page)).text
    assert "Plan _aide_.pdf" in preview
    assert f'name="files" value="{held(page)["files"]}"' in preview
    assert replied(alice, both).status_code == 303
    assert waiting(both) == []
    page = alice.get(both.url("apa")).text
    assert "Plan _aide_.pdf" in page

    def mail() -> EmailMessage:
        outgoing = session().scalars(select(Outgoing).where(Outgoing.kind == "reply")).one()
        return sending._mail(outgoing)

    (part,) = both.ask(mail).iter_attachments()
    assert part.get_content_type() == "application/pdf"
    assert part.get_filename() == "Plan _aide_.pdf"
    assert part.get_content() == PDF


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("vide.pdf", b"", "est vide"),
        ("facture.pdf", b"MZ\x90\x00\x03" + bytes(60), "bureautique"),
        ("page.pdf", b"<html><script>alert(1)</script></html>", "bureautique"),
        ("gros.pdf", PDF + bytes(enclosing.MOST_BYTES), "15 Mo"),
        ("plan.docx", office("word/vbaProject.bin"), "macros"),
    ],
    ids=["empty", "program", "script", "large", "macros"],
)
def test_what_may_not_leave_is_refused_by_its_bytes(
    site: Site, name: str, data: bytes, told: str
) -> None:
    alice = taken(site)
    answer = upload(alice, site, name, data)
    assert answer.status_code == 422
    assert told in answer.text.replace("\xa0", " ").replace("\u202f", " ")
    assert waiting(site) == []


@pytest.mark.parametrize("stream", ["WordDocument", "Workbook", "PowerPoint Document"])
def test_documents_of_old_office_programs_leave(site: Site, stream: str) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le")
    assert upload(taken(site), site, "Tableau", old).status_code == 303
    assert len(waiting(site)) == 1


def test_files_that_are_unticked_are_forgotten(site: Site) -> None:
    alice = taken(site)
    for name in ("a.pdf", "b.pdf"):
        answer = upload(alice, site, name, PDF + name.encode(), kept=ids(site))
        assert answer.status_code == 303
    (first, _a), (second, _b) = waiting(site)
    alice.post(site.url("apa", "joindre/choisir"), kept=str(second))
    assert waiting(site) == [(second, "b.pdf")]
    assert first != second
    many = [(BytesIO(PDF + bytes([n])), f"{n}.pdf") for n in range(enclosing.MOST)]
    answer = alice.post(site.url("apa", "joindre/choisir"), kept=str(second), files=many)
    assert answer.status_code == 422
    assert waiting(site) == [(second, "b.pdf")]


def test_files_leave_in_the_order_they_were_put_in(both: Site) -> None:
    alice = taken(both)
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        upload(alice, both, name, PDF + name.encode(), kept=ids(both))
    a, b, c = ids(both)
    answer = alice.post(both.url("apa", "joindre/choisir"), kept=[a, b, c], haut=c)
    assert answer.location.endswith(f"/joindre?place={c}")  # to be moved again
    page = alice.get(answer.location).text
    assert re.findall(r'name="kept" value="(\d+)" checked( data-autofocus)?', page) == [
        (a, ""), (c, " data-autofocus"), (b, ""),
    ]  # fmt: skip
    alice.post(both.url("apa", "joindre/choisir"), kept=[a, c, b], bas=a)
    assert [name for _number, name in waiting(both)] == ["c.pdf", "a.pdf", "b.pdf"]
    for at_end in ({"haut": c}, {"bas": b}, {"haut": "9999"}, {"bas": "x"}):
        alice.post(both.url("apa", "joindre/choisir"), kept=[c, a, b], **at_end)
    alice.post(both.url("apa", "joindre/choisir"), kept=[c, b], haut=a)  # unticked: it goes
    upload(alice, both, "d.pdf", PDF + b"d", kept=[c, b])
    assert [name for _number, name in waiting(both)] == ["c.pdf", "b.pdf", "d.pdf"]
    assert replied(alice, both).status_code == 303

    def sent() -> list[str]:
        outgoing = session().scalars(select(Outgoing).where(Outgoing.kind == "reply")).one()
        return [one.get_filename() or "" for one in sending._mail(outgoing).iter_attachments()]

    assert both.ask(sent) == ["c.pdf", "b.pdf", "d.pdf"]


def test_a_page_that_showed_no_file_sends_none(site: Site) -> None:
    alice = taken(site)
    old = held(alice.get(site.url("apa")).text)
    upload(alice, site, "a.pdf", PDF)
    assert alice.post(site.url("apa", "reponse"), text="Sans.", **old).status_code == 303
    assert [name for _number, name in waiting(site)] == ["a.pdf"]
    gone = held(alice.get(site.url("apa")).text)
    alice.post(site.url("apa", "joindre/choisir"))
    answer = alice.post(site.url("apa", "reponse"), text="Avec.", **gone)
    assert answer.status_code == 422  # it would leave without what it announced
    assert "Avec." in answer.text


def test_a_reply_taken_back_gives_its_files_back(site: Site) -> None:
    alice = taken(site)
    upload(alice, site, "a.pdf", PDF)
    replied(alice, site)
    number = re.search(r"/messages/(\d+)/annuler", alice.get(site.url("apa")).text)
    assert number
    assert alice.post(site.url("apa", f"messages/{number[1]}/annuler")).status_code == 303
    assert [name for _number, name in waiting(site)] == ["a.pdf"]


def test_documents_of_the_case_are_picked_and_of_no_other(site: Site) -> None:
    alice = taken(site)

    page = alice.get(site.url("apa", "joindre")).text
    found = re.search(r'name="document" value="(\d+)"[^>]*><span>certificat\.txt', page)
    assert found
    alice.post(site.url("apa", "joindre/choisir"), document=found[1])
    assert [name for _number, name in waiting(site)] == ["certificat.txt"]
    answer = alice.post(site.url("apa", "joindre/choisir"), document="999")
    assert answer.status_code == 404


def test_the_files_of_one_are_nobody_elses(site: Site) -> None:
    alice, bob = taken(site), site.as_("bob")
    upload(alice, site, "CANARI.pdf", PDF)
    files = held(alice.get(site.url("apa")).text)["files"]
    page = bob.get(site.url("apa", "joindre"))
    assert "CANARI" not in page.text
    if page.status_code == 200:
        fields = held(bob.get(site.url("apa")).text) | {"files": files}
        assert bob.post(site.url("apa", "reponse"), text="À moi.", **fields).status_code == 422
    dora = site.as_("dora")
    for act in ("joindre", "joindre/choisir", "courrier"):
        assert dora.post(site.url("named", act), text="x").status_code in {403, 404}
    assert [name for _number, name in waiting(site)] == ["CANARI.pdf"]


def test_the_page_of_files_costs_few_statements(site: Site) -> None:
    alice = taken(site)
    upload(alice, site, "a.pdf", PDF)
    with statements() as seen:
        alice.get(site.url("apa", "joindre"))
    assert len(seen) <= 10


def without_mail(site: Site) -> None:
    def do() -> None:
        with transaction():
            for party in session().scalars(select(Party)):
                party.contact_point_id = None

    site.ask(do)


def test_what_nobody_would_read_becomes_a_letter(both: Site) -> None:
    load(both)
    without_mail(both)
    alice = taken(both)
    upload(alice, both, "plan.pdf", printed(3))
    page = alice.get(both.url("apa")).text
    assert "Personne ne lirait" in page
    form = re.search(r'id="compose-reply" method="post" action="([^"]*)"', page)
    assert form
    assert form[1].endswith("/courrier")  # Ctrl+Enter makes a letter of it
    alice.post(both.url("apa", "brouillon"), text="Il manque {pièces}.", **held(page))
    fields = held(alice.get(both.url("apa")).text)
    key = {"key": "11111111-1111-4111-8111-111111111111"}
    for _twice in range(2):
        answer = alice.post(form[1], text="Il manque {pièces}.", **fields, **key)
        assert answer.status_code == 303
    letter = both.ask(lambda: session().scalars(select(OurLetter)).one())  # once
    assert letter.text == "Madame, Monsieur,\n\nIl manque {pièces}."
    assert (letter.state, letter.purpose) == ("draft", "answer")
    assert answer.location == f"/lettres/{letter.reference}/modifier"
    assert "Il manque {pièces}." in alice.get(answer.location).text
    assert both.ask(lambda: session().scalar(select(func.count()).select_from(Draft))) == 0
    assert waiting(both) == []  # joined to the letter
    assert joined_to(both) == [("plan.pdf", 3)]
    assert alice.post(form[1], text=" ").status_code == 422


def test_what_only_a_letter_would_carry_must_be_printable(both: Site) -> None:
    alice = taken(both)
    assert upload(alice, both, "tableau.docx", office()).status_code == 303  # a mail carries it
    without_mail(both)
    page = alice.get(both.url("apa", "joindre")).text
    assert "ne peut partir que par la poste" in page
    answer = upload(alice, both, "note.docx", office(), kept=ids(both))
    assert answer.status_code == 422
    assert "note.docx" in answer.text
    assert "puis joignez-le" in answer.text
    found = re.search(r'name="document" value="(\d+)"[^>]*><span>certificat\.txt', page)
    assert found
    answer = alice.post(both.url("apa", "joindre/choisir"), kept=ids(both), document=found[1])
    assert answer.status_code == 422
    assert "certificat.txt" in answer.text
    assert upload(alice, both, "plan.pdf", PDF, kept=ids(both)).status_code == 303
    assert [name for _number, name in waiting(both)] == ["tableau.docx", "plan.pdf"]


def test_the_citizen_takes_what_was_sent_by_her_secret(both: Site) -> None:
    site = both
    reference, code = opened(site, email="")
    site.work()
    alice = site.as_("alice")
    url = f"/demandes/{reference}"
    files = {"files": (BytesIO(PDF), "plan.pdf")}
    assert alice.post(f"{url}/joindre/choisir", **files).status_code == 303
    answer = alice.post(f"{url}/reponse", text="Voici.", **held(alice.get(url).text))
    assert answer.status_code == 303
    assert "plan.pdf" not in look(site, reference, code).text  # it can still be taken back
    leave(site)
    page = look(site, reference, code).text
    wanted = dict(re.findall(r'name="(seen|file)" value="([^"]*)"', page))
    assert "plan.pdf" in page
    got = citizen(site).post("/suivi/fichier", data=wanted)
    assert (got.status_code, got.data) == (200, PDF)
    assert got.headers["Content-Disposition"].startswith("attachment")
    got.close()
    first = site.ask(lambda: session().scalars(select(Attachment.id)).first())
    for forged in ({"file": str(first)}, {"file": "x"}):  # of another case; none
        assert citizen(site).post("/suivi/fichier", data=wanted | forged).status_code == 404
    assert citizen(site).post("/suivi/fichier", data=wanted | {"seen": "x"}).status_code == 422
    make(site, reference, "restricted")  # its page shows nothing any longer
    assert citizen(site).post("/suivi/fichier", data=wanted).status_code == 404
