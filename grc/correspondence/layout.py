"""The paper: one letter as a PDF, and several as one file for the printer.

A4, folded in three or in two, the address in the window of a DL or C5 envelope: 110 mm from the
left, 55 from the top, 85 wide, 33 high. The same words on the same day give the same bytes.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from grc.parsing import paper

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
_BLANK_LINES = re.compile(r"\n\s*\n")
_TEMPLATE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: told.title, author: told.sender.first(), keywords: told.hashes,
  date: datetime(year: told.on.at(0), month: told.on.at(1), day: told.on.at(2)))
#set text(lang: "fr", size: 11pt, font: "Libertinus Serif", hyphenate: false)
#set par(leading: 0.62em, spacing: 1.1em)
#let soft(words) = text(size: 9pt, fill: luma(70), words)
#let lines(rows) = rows.map(row => [#row]).join(linebreak())
#set page(paper: "a4", margin: (left: 25mm, right: 20mm, top: 20mm, bottom: 24mm),
  footer: context [
    #set text(size: 8.5pt, fill: luma(70))
    #told.reference #h(1fr)
    #if told.mark != "" [#text(weight: "bold", told.mark) #h(1fr)]
    Page #counter(page).display() sur #counter(page).final().first()
  ],
  background: if told.watermark != "" [
    #rotate(-52deg, text(size: 72pt, weight: "bold", fill: luma(225), told.watermark))
  ])
#show heading.where(level: 1): it => block(above: 0pt, below: 1.3em,
  text(size: 11pt, weight: "bold", it.body))

#block(height: 78mm, width: 100%)[
  #place(top + left, block(width: 72mm)[
    #set par(leading: 0.5em, spacing: 0.7em)
    #text(weight: "bold", told.sender.first()) \\
    #text(size: 9.5pt, lines(told.sender.slice(1)))
  ])
  #place(top + left, dx: 85mm, dy: 35mm, block(width: 85mm, height: 33mm)[
    #set par(leading: 0.42em, spacing: 0.42em)
    #text(size: 7pt, fill: luma(70), told.reference)
    #v(1.8mm, weak: true)
    #text(size: 10pt, lines(told.recipient))
  ])
  #place(top + left, dy: 42mm, block(width: 76mm)[
    #set par(leading: 0.5em, spacing: 0.7em)
    #text(size: 9pt, lines(told.about))
  ])
  #place(bottom + right, dy: -5mm, [#told.dated])
]
#heading(level: 1, [Objet : #told.subject])
#for words in told.paragraphs [
  #par(lines(words))
]
#v(1em)
#block(breakable: false, width: 100%)[
  #grid(columns: (26mm, 1fr), align: (left + bottom, left + top),
    image(bytes(told.code), format: "svg", width: 22mm,
      alt: "Code de cette lettre, pour nos services"),
    pad(left: 42mm, lines(told.signature)))
]
#if told.enclosed.len() > 0 [
  #v(1em)
  #block(breakable: false, width: 100%, text(size: 9.5pt)[
    #text(weight: "bold", told.listed)
    #list(..told.enclosed.map(one => [#one]))
  ])
]
"""


@dataclass(frozen=True)
class Sheet:
    """What a letter says, as it is printed. Rows are lines one under the other."""

    reference: str
    sender: tuple[str, ...]  # the first one is its name
    recipient: tuple[str, ...]
    about: tuple[str, ...]  # references, and who is in charge
    subject: str
    text: str
    signature: tuple[str, ...]
    on: date
    enclosed: tuple[tuple[str, int], ...] = ()  # what is joined, in order: name and pages
    hashes: tuple[str, ...] = ()  # the SHA-256 of their pages
    mark: str = ""  # of what is no letter yet
    watermark: str = ""  # across each page, of what must never be posted


def printed(sheet: Sheet) -> bytes:
    """The PDF of a letter."""
    return paper.pdf(_TEMPLATE, _told(sheet), lasts=True)


def _told(sheet: Sheet) -> dict[str, Any]:
    day = sheet.on
    return asdict(sheet) | {
        "title": f"Lettre {sheet.reference}",
        "dated": f"Le {'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}",
        "on": [day.year, day.month, day.day],
        "paragraphs": [part.splitlines() for part in _BLANK_LINES.split(sheet.text.strip())],
        "code": paper.code(sheet.reference),
        "listed": f"Pièces jointes ({_pages(sum(count for _name, count in sheet.enclosed))}) :",
        "enclosed": [f"{name} ({_pages(count)})" for name, count in sheet.enclosed],
    }


def _pages(count: int) -> str:
    return f"{count} page{'s' if count > 1 else ''}"


def pages(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as found:
        return len(found)
