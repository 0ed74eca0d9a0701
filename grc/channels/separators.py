"""Separator sheets: laid between the letters of a batch, they say where the next one goes.

The code on a sheet is `GRC-SEP:1:unit:type`; `type`, a nature of request, may be empty.
`:medical` at its end forbids any machine to read the letter.
"""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_CODE = re.compile(r"GRC-SEP:1:([a-z0-9_-]{0,40}):([a-z0-9_-]{0,40})(:medical)?")
_TEMPLATE = """
#let sheets = json(bytes(sys.inputs.sheets))
#set document(title: sys.inputs.title)
#set page(paper: "a4", margin: 15mm)
#set text(lang: sys.inputs.lang, size: 14pt, font: "Libertinus Serif")
#for (number, sheet) in sheets.enumerate() {
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
    import typst  # 80 MB that only this needs

    told = [
        {
            "picture": _picture(sheet.separator.code),
            "code": sheet.separator.code,
            "unit": sheet.unit,
            "kind": sheet.kind,
            "words": sheet.words,
        }
        for sheet in sheets
    ]
    inputs = {"sheets": json.dumps(told), "title": title, "lang": lang}
    fonts = typst.Fonts(include_system_fonts=False)
    made: bytes = typst.compile(
        _TEMPLATE.encode(), font_paths=fonts, sys_inputs=inputs, pdf_standards=["ua-1"]
    )
    return made


def _picture(code: str) -> str:
    import segno

    picture = io.BytesIO()
    segno.make(code, error="h", micro=False).save(picture, kind="svg", border=4, xmldecl=False)
    return picture.getvalue().decode()
