"""The key figures of a year on paper: a PDF that lasts and is read aloud (PDF/A-2a, PDF/UA-1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from grc.parsing import paper

_TEMPLATE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: told.title, author: told.author,
  date: datetime(year: told.on.at(0), month: told.on.at(1), day: told.on.at(2)))
#set page(paper: "a4", margin: (x: 20mm, top: 18mm, bottom: 20mm), footer: context [
  #set text(size: 8.5pt, fill: luma(70))
  #told.title · #told.stopped #h(1fr)
  #counter(page).display() / #counter(page).final().first()
])
#set text(lang: told.language, size: 10pt, font: "Libertinus Serif", hyphenate: false)
#set par(leading: 0.6em, spacing: 0.9em)
#let soft(words) = text(size: 9pt, fill: luma(70), words)
#show heading.where(level: 1): it => block(below: 0.5em, text(size: 20pt, it.body))
#show heading.where(level: 2): it => block(above: 1.8em, below: 0.7em, text(size: 12.5pt, it.body))
#heading(level: 1, told.title)
#soft(told.stopped)

#for section in told.sections [
  #heading(level: 2, section.title)
  #if section.rows.len() == 0 [#section.empty] else [
    #table(
      columns: (1fr,) + (auto,) * (section.heads.len() - 1),
      align: (x, y) => if x == 0 { left } else { right },
      stroke: (x, y) => (bottom: 0.5pt + luma(if y == 0 { 90 } else { 215 })),
      inset: (x: 5pt, y: 4.5pt),
      table.header(..section.heads.map(head => text(size: 8.5pt, weight: "bold", head))),
      ..section.rows.flatten(),
    )
  ]
  #if section.note != "" [#soft(section.note)]
]
#heading(level: 2, told.meaning)
#for definition in told.definitions [
  #par[#strong(definition.at(0)). #definition.at(1)]
]
"""


@dataclass(frozen=True)
class Section:
    """One table; `note` stands under it, `empty` instead of a table without rows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Report:
    """A document: words in one language, numbers as they are written."""

    title: str
    stopped: str  # until when, and who closed it
    author: str
    language: str
    on: date
    sections: Sequence[Section]
    meaning: str  # the title of the definitions
    definitions: Sequence[tuple[str, str]]


def printed(report: Report) -> bytes:
    """The PDF; the same report gives the same bytes."""
    day = report.on
    told = asdict(report) | {"on": [day.year, day.month, day.day]}
    return paper.pdf(_TEMPLATE, told, lasts=True)
