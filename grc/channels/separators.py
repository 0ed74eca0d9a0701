"""Separator sheets: laid between the letters of a batch, they say where the next one goes.

The code on a sheet is `GRC-SEP:1:unit:type`; `type`, a nature of request, may be empty.
`:medical` at its end forbids any machine to read the letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grc.parsing import paper

_CODE = re.compile(r"GRC-SEP:1:([a-z0-9_-]{0,40}):([a-z0-9_-]{0,40})(:medical)?")
_TEMPLATE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: told.title)
#set page(paper: "a4", margin: 15mm)
#set text(lang: told.lang, size: 14pt, font: "Libertinus Serif")
#for (number, sheet) in told.sheets.enumerate() {
  if number > 0 { pagebreak() }
  align(center)[
    #image(bytes(sheet.picture), format: "svg", width: 70mm, alt: sheet.code)
    #v(1fr)
    #heading(level: 1, text(size: 34pt, sheet.unit))
    #text(size: 24pt, sheet.kind)
    #v(8mm)
    #text(size: 15pt, sheet.words)
    #v(1fr)
    #image(bytes(sheet.picture), format: "svg", width: 70mm, alt: sheet.code)
    #text(size: 10pt, sheet.code)
  ]
}
"""


@dataclass(frozen=True)
class Separator:
    """What a sheet says: codes of a unit and of a nature of request, "" when not said."""

    unit: str = ""
    request_type: str = ""
    medical: bool = False

    @property
    def code(self) -> str:
        """What its QR code holds."""
        end = ":medical" if self.medical else ""
        return f"GRC-SEP:1:{self.unit}:{self.request_type}{end}"


@dataclass(frozen=True)
class Sheet:
    """A sheet to print, with the words people read on it."""

    separator: Separator
    unit: str
    kind: str
    words: str


def decode(text: str) -> Separator | None:
    """The separator a QR code holds; None for any other code."""
    found = _CODE.fullmatch(text)
    return Separator(found[1], found[2], bool(found[3])) if found else None


def printed(sheets: Sequence[Sheet], title: str, lang: str) -> bytes:
    """A PDF of the sheets, one a page, each with its code twice: a corner may be torn."""
    told = [
        {
            "picture": paper.code(sheet.separator.code, error="h"),
            "code": sheet.separator.code,
            "unit": sheet.unit,
            "kind": sheet.kind,
            "words": sheet.words,
        }
        for sheet in sheets
    ]
    return paper.pdf(_TEMPLATE, {"sheets": told, "title": title, "lang": lang})
