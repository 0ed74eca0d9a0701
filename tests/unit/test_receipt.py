"""The receipt of an interview is for those too who have it read aloud: PDF/UA-1 (ISO 14289-1)."""

import ctypes
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from grc.supervision import slip
from grc.supervision.slip import Slip

PART = "{http://www.aiim.org/pdfua/ns/id/}part"


@pytest.fixture(scope="module")
def printed() -> bytes:
    """One with something in every place."""
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    url, files = "https://grc.exemple.fr/suivi?demande=D-2026-9999999-Z", ("caf.pdf",)
    told = ("D-2026-9999999-Z", at, "Antenne", "Mme Été", "Logement", "Aide", (), files, url)
    return slip.printed(Slip(*told, "SECRET", None))


def spelled(call: Any, *args: Any) -> str:
    """A text that the PDF library writes into a buffer, as UTF-16."""
    length = call(*args, None, 0)
    kept = (ctypes.c_ushort * (length // 2))()
    call(*args, kept, length)
    return bytes(kept).decode("utf-16-le").rstrip("\0")


def types(element: Any) -> list[str]:
    """The types of the structure below an element, in reading order."""
    found = [spelled(raw.FPDF_StructElement_GetType, element)]
    for number in range(raw.FPDF_StructElement_CountChildren(element)):
        if child := raw.FPDF_StructElement_GetChildAtIndex(element, number):
            found += types(child)
    return found


def test_it_says_what_it_is_in_which_language(printed: bytes) -> None:
    with pdfium.PdfDocument(printed) as document:
        assert spelled(raw.FPDFCatalog_GetLanguage, document) == "fr"
        assert document.get_metadata_dict()["Title"] == "Reçu de votre entretien"
    packets = re.findall(rb"<\?xpacket begin.*?\?>(.*?)<\?xpacket end", printed, re.DOTALL)
    declared = [ElementTree.fromstring(one).iter(PART) for one in packets]  # noqa: S314 - ours
    assert [part.text for parts in declared for part in parts] == ["1"]


def test_everything_on_it_is_marked_and_has_its_place(printed: bytes) -> None:
    with pdfium.PdfDocument(printed) as document:
        assert raw.FPDFCatalog_IsTagged(document)
        for page in document:
            assert all(raw.FPDFPageObj_CountMarks(one) for one in page.get_objects())
        tree = raw.FPDF_StructTree_GetForPage(document[0])
        roots = range(raw.FPDF_StructTree_CountChildren(tree))
        found = [
            name for n in roots for name in types(raw.FPDF_StructTree_GetChildAtIndex(tree, n))
        ]
        raw.FPDF_StructTree_Close(tree)
    assert found.count("H1") == 1
    assert {"H2", "P", "Figure"} <= set(found)
    assert found.index("H1") < found.index("H2")
