"""Prepared texts on screen: versions, differences, who may, two editors, the file afterwards."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from grc.catalogue.canned import Canned
from grc.catalogue.models import CannedReply
from grc.catalogue.placeholders import EXAMPLE
from grc.catalogue.queries import canned
from grc.catalogue.service import load_canned
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import session, transaction
from grc.core.errors import InvalidInput
from grc.correspondence import specimen
from grc.correspondence.files import Letters, Type
from grc.correspondence.loading import load as load_letters
from grc.correspondence.models import OurLetter
from grc.correspondence.queries import type_of
from grc.correspondence.queries import types as letter_types
from tests.web.conftest import Browser, Site
from tests.web.test_administration import audited
from tests.web.test_exceptional import hire
from tests.web.test_guard import statements

T = "/textes"
FILE = (
    Canned("tous", "Pour tous", "fr", "", (), "Bonjour {usager},\n\nMerci."),
    Canned("apa-pieces", "Pièces APA", "fr", "apa", (), "Il manque :\n{pièces}"),
    Canned("crip-mot", "Mot du CRIP", "fr", "crip", (), "SECRET-DU-CRIP"),
)


def load(site: Site, replies: Any = FILE, **more: bool) -> Any:
    def _load() -> Any:
        with transaction():
            return load_canned(replies, actor=SYSTEM, now=clock.now(), **more)

    return site.ask(_load)


def reply(**more: str) -> dict[str, str]:
    return {
        "label": "Pièces APA", "language": "fr", "unit": "apa", "version": "1",
        "text": "Il manque :\r\n{pièces}\r\n\r\nMerci {usager}.",
    } | more  # fmt: skip


def said(site: Site, code: str) -> list[tuple[int, str, bool]]:
    query = select(CannedReply).where(CannedReply.code == code).order_by(CannedReply.version)
    rows = site.ask(lambda: list(session().scalars(query)))
    return [(row.version, row.text, row.valid_to is None) for row in rows]


def test_a_supervisor_writes_a_version_and_puts_the_one_before_back(both: Site) -> None:
    load(both)
    sonia, url = both.as_("sonia"), f"{T}/reponses/apa-pieces"
    looked = sonia.post(url, **reply(look="1"))
    assert "<ins>" in looked.text
    assert "Merci Madame Jeanne Exemple." in looked.text
    assert len(said(both, "apa-pieces")) == 1
    assert sonia.post(url, **reply()).status_code == 303
    new = "Il manque :\n{pièces}\n\nMerci {usager}."
    assert said(both, "apa-pieces") == [(1, FILE[1].text, False), (2, new, True)]
    offered = both.ask(lambda: [one.text for one in canned({"apa"}, None)])
    assert new in offered
    past = sonia.get(f"{url}?version=1").text
    assert "Remettre cette version" in past
    assert "Sonia" in past
    assert sonia.post(f"{url}/remettre", version="2", to="1").status_code == 303
    assert said(both, "apa-pieces")[-1] == (3, FILE[1].text, True)
    told = audited(both, "reference:")
    assert [(name, data["old"], data["new"]) for name, data in told] == [
        ("reference:changed", FILE[1].text, new),
        ("reference:changed", new, FILE[1].text),
    ]


def test_two_editors(site: Site) -> None:
    load(site)
    sonia, root = site.as_("sonia"), site.as_("root")
    url = f"{T}/reponses/apa-pieces"
    assert root.post(url, **reply(text="Celui de Root")).status_code == 303
    late = sonia.post(url, **reply(text="Celui de Sonia"))
    assert late.status_code == 409
    assert "Celui de Root" in late.text
    assert "Celui de Sonia</textarea>" in late.text
    assert said(site, "apa-pieces")[-1][1] == "Celui de Root"
    assert 'name="version" type="hidden" value="2"' in late.text
    assert sonia.post(url, **reply(text="Celui de Sonia", version="2")).status_code == 303


def test_what_is_refused_keeps_what_was_typed(site: Site) -> None:
    load(site)
    sonia, url = site.as_("sonia"), f"{T}/reponses/apa-pieces"
    for text, why in (("Bonjour {prenom}", "{prenom}"), ("Une { seule", "{"), ("", "Il manque")):
        wrong = sonia.post(url, **reply(text=text))
        assert wrong.status_code == 422
        assert why in wrong.text
        assert text in wrong.text
    new = {**reply(version="0"), "code": "apa-pieces"}
    taken = sonia.post(f"{T}/reponses/nouvelle", **new)
    assert taken.status_code == 422
    assert "déjà pris" in taken.text
    assert len(said(site, "apa-pieces")) == 1


def test_each_role_and_each_unit(site: Site) -> None:
    load(site)
    for browser in [site.as_(name) for name in ("alice", "rita", "oscar")] + [
        hire(site, role, "tri", role) for role in ("auditor", "reader", "mail_room", "counter")
    ]:
        for url in (T, f"{T}/lettres", f"{T}/reponses/tous", f"{T}/reponses/nouvelle"):
            assert browser.get(url).status_code == 403, url
        for url in (f"{T}/reponses/tous", f"{T}/reponses/tous/fermer"):
            assert browser.post(url, **reply(unit="")).status_code == 403
    sonia = site.as_("sonia")
    page = sonia.get(T).text
    assert "Pour tous" in page
    assert "CRIP" not in page
    assert sonia.get(f"{T}/reponses/crip-mot").status_code == 403
    assert sonia.get(f"{T}/reponses/tous").status_code == 200
    assert sonia.post(f"{T}/reponses/tous", **reply(unit="")).status_code == 403
    assert sonia.post(f"{T}/reponses/tous/fermer", version="1").status_code == 403
    # She cannot push one of hers on all units, or on another's.
    for unit in ("", "crip"):
        moved = sonia.post(f"{T}/reponses/apa-pieces", **reply(unit=unit))
        assert moved.status_code == 422
    assert "Mot du CRIP" in site.as_("root").get(T).text


def test_a_file_does_not_take_back_what_was_written(both: Site) -> None:
    load(both)
    root = both.as_("root")
    root.post(f"{T}/reponses/apa-pieces", **reply(text="Écrit ici"))
    root.post(f"{T}/reponses/tous/fermer", version="1")
    with pytest.raises(InvalidInput, match="apa-pieces, tous"):
        load(both)
    with pytest.raises(InvalidInput, match="apa-pieces"):
        load(both, FILE[2:])
    assert said(both, "apa-pieces")[-1][1] == "Écrit ici"
    load(both, force=True)
    assert said(both, "apa-pieces")[-1][1:] == (FILE[1].text, True)
    assert said(both, "tous")[-1] == (2, FILE[0].text, True)
    assert not load(both).has_changes


def test_closed_and_offered_again(site: Site) -> None:
    load(site)
    root: Browser = site.as_("root")
    url = f"{T}/reponses/tous"
    assert root.post(f"{url}/fermer", version="1").status_code == 303
    assert "Pour tous" not in root.get(T).text
    assert "Pour tous" in root.get(f"{T}?etat=closed").text
    assert root.post(f"{url}/remettre", version="1", to="1").status_code == 303
    assert said(site, "tous")[-1][2]
    assert [name for name, _data in audited(site, "reference:")] == [
        "reference:ended",
        "reference:reopened",
    ]


def test_pages_ask_little(site: Site) -> None:
    load(site)
    root = site.as_("root")
    for url, most in ((T, 8), (f"{T}/reponses/apa-pieces?version=1", 8), (f"{T}/lettres", 8)):
        root.get(url)
        with statements() as seen:
            assert root.get(url).status_code == 200
        assert len(seen) <= most, (url, seen)


def test_a_letter_on_paper_and_offered_no_more(site: Site) -> None:
    code = "decision"

    def _load() -> Any:
        with transaction():
            one = Type(code, "Décision", "Decision", "decision", 1, False, "Bonjour {usager}")
            return load_letters(Letters((one,), ()), actor=SYSTEM, now=clock.now())

    site.ask(_load)
    root, url = site.as_("root"), f"{T}/lettres/{code}"
    given = {"label_fr": "Décision", "label_en": "Decision", "visas": "1", "version": "1"}
    for pdf in (
        root.get(f"{url}/specimen.pdf"),
        root.post(f"{url}/specimen.pdf", **given, text="Autre {nature}"),
    ):
        assert pdf.mimetype == "application/pdf"
        assert pdf.data.startswith(b"%PDF")
    told = specimen.sheet(
        "Décision", "Bonjour {usager}", EXAMPLE, registered=False, on=date(2026, 3, 2)
    )
    assert (told.text, told.watermark) == ("Bonjour Madame Jeanne Exemple", "SPÉCIMEN")
    wrong = root.post(f"{url}/specimen.pdf", **given | {"visas": "99"}, text="Mot gardé")
    assert wrong.status_code == 422
    assert "Mot gardé" in wrong.text
    assert site.as_("sonia").post(f"{url}/fermer", version="1").status_code == 403
    assert root.post(f"{url}/fermer", version="1").status_code == 303

    def _offered() -> tuple[bool, bool]:
        begun = OurLetter(type_code=code, type_version=1)
        return code in letter_types(), type_of(begun) is not None

    assert site.ask(_offered) == (False, True)
    assert code not in root.get(f"{T}/lettres").text
    assert code in root.get(f"{T}/lettres?etat=closed&q=déc").text
    assert root.post(f"{url}/remettre", version="1", to="1").status_code == 303
    assert site.ask(_offered) == (True, True)
