"""One letter of a batch as bytes, and back: a line of JSON, then a PDF of its pages. Pure.

What was read on the pages is kept with them: reading the letter again years later gives the
same, whatever the reading program has become.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.channels import opening, own_codes
from grc.channels.hints import text_hints
from grc.channels.protocol import Attachment, ChannelError, Fact, Hint, Request, Sender
from grc.channels.separators import Separator
from grc.parsing.charset import wash, wash_line
from grc.parsing.filetype import sniff
from grc.parsing.limits import Limits
from grc.parsing.words import N_

UNREAD = N_("Le texte de ce courrier n'a pas pu être lu : voyez les pages jointes.")
PARTLY = N_("Le texte de certaines pages n'a pas pu être lu : voyez les pages jointes.")
BY_MACHINE = N_("Texte lu par une machine sur l'image des pages : il peut contenir des erreurs.")
MEDICAL = N_("Courrier médical : aucune machine n'a lu ses pages, aucune recherche ne le trouve.")
CITED = N_("Une de nos références a été lue dans ce courrier : à vérifier sur les pages jointes.")
CODED = N_("Un code QR de nos papiers est sur une page de ce courrier : à vérifier.")
_ABOUT = re.compile(r"(?im)^[^\w\n]{0,4}obj[e€]t[ \t]*[:;][ \t]*(\S.{2,150})$")
_KEYS = {"letter", "number", "of", "pages", "total", "unit", "type", "at", "texts", "machine"}
_SOMETIMES = {"medical", "codes"}
_VERSION = 1


@dataclass(frozen=True)
class Letter:
    """A letter: pages of its batch from 1, their texts (None: could not be read), their PDF."""

    number: int
    of: int
    pages: tuple[int, ...]
    total: int
    separator: Separator
    scanned_at: datetime | None  # aware
    texts: tuple[str | None, ...]
    by_machine: bool  # read on the picture, not from a text layer
    pdf: bytes
    codes: tuple[tuple[int, str], ...] = ()  # its pages, from 1, that bear a reference of ours


def write(letter: Letter) -> bytes:
    """The bytes of a letter, the same for the same letter."""
    head = {
        "letter": _VERSION,
        "number": letter.number,
        "of": letter.of,
        "pages": letter.pages,
        "total": letter.total,
        "unit": letter.separator.unit,
        "type": letter.separator.request_type,
        "at": letter.scanned_at and letter.scanned_at.isoformat(),
        "texts": letter.texts,
        "machine": letter.by_machine,
    }
    if letter.separator.medical:
        head["medical"] = True
    if letter.codes:
        head["codes"] = letter.codes
    line = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return line.encode() + b"\n" + letter.pdf


def read(raw: bytes, limits: Limits) -> Request:
    """The request a letter makes. Raises ChannelError: `empty`, `too_large`, `not_a_letter`."""
    opening.demand(raw, limits)
    letter = _letter(raw)
    text = wash("\n\n".join(filter(None, letter.texts))).strip()[: limits.text_chars]
    return Request(
        sender=Sender(),
        subject=_subject(text, letter),
        text=text or (MEDICAL if letter.separator.medical else UNREAD),
        attachments=(_pages(letter),),
        facts=tuple(_facts(letter)),
        hints=tuple(_hints(letter, text)),
        warnings=tuple(_warnings(letter, text)),
        doubtful=True,
    )


def head_of(line: bytes) -> Letter:
    """A letter without its PDF, from the first line of its bytes. Raises ChannelError:
    `not_a_letter`."""
    return _letter(line + b"\n%PDF-")


def _subject(text: str, letter: Letter) -> str:
    if found := _ABOUT.search(text):
        return wash_line(found[1]).strip()
    kind = "Courrier médical" if letter.separator.medical else "Courrier"
    return f"{kind}, {_span(letter)}"


def _span(letter: Letter) -> str:
    first, last = letter.pages[0], letter.pages[-1]
    return f"page {first}" if first == last else f"pages {first} à {last}"


def _pages(letter: Letter) -> Attachment:
    name = f"courrier-{letter.number:03}-pages-{letter.pages[0]}-{letter.pages[-1]}.pdf"
    return Attachment(name, sniff(letter.pdf), letter.pdf)


def _facts(letter: Letter) -> Iterator[Fact]:
    """The day of the scan. The date on the document is left empty: a person types it."""
    if letter.scanned_at:
        yield Fact("received", "scan", at=letter.scanned_at)


def _hints(letter: Letter, text: str) -> Iterator[Hint]:
    if letter.separator.medical:
        yield Hint("medical", "1", MEDICAL)
    if unit := letter.separator.unit:
        yield Hint("unit", unit, "Le service est celui de la feuille de séparation.")
    if kind := letter.separator.request_type:
        yield Hint("request_type", kind, "La nature est celle de la feuille de séparation.")
    for page, ours in letter.codes:
        why = f"Le code QR de la page {page} du courrier porte la référence {ours}."
        yield Hint("cited", ours, why)
    yield from text_hints(text, "dans le courrier")


def _warnings(letter: Letter, text: str) -> Iterator[str]:
    if letter.separator.medical:
        return  # its text says it
    if not text:
        yield UNREAD
    elif None in letter.texts:
        yield PARTLY
    if letter.by_machine and text:
        yield BY_MACHINE
    if letter.codes:
        yield CODED
    if any(hint.kind == "reference" for hint in text_hints(text)):
        yield CITED


def _letter(raw: bytes) -> Letter:
    line, _, pdf = raw.partition(b"\n")
    try:
        head = json.loads(line.decode())
        return _checked(head, pdf)
    except (ValueError, TypeError, RecursionError):
        text = N_("ce n'est pas un courrier découpé dans un lot")
        raise ChannelError("not_a_letter", text) from None


def _checked(head: Any, pdf: bytes) -> Letter:
    """Raises ValueError or TypeError for anything that `write` does not write."""
    if not isinstance(head, dict) or set(head) - _SOMETIMES != _KEYS or head["letter"] != _VERSION:
        raise ValueError
    pages, texts = tuple(head["pages"]), tuple(head["texts"])
    numbers = (head["number"], head["of"], head["total"], *pages)
    words = (head["unit"], head["type"], *(text for text in texts if text is not None))
    if not all(type(number) is int for number in numbers):
        raise TypeError
    if not all(isinstance(word, str) for word in words) or type(head["machine"]) is not bool:
        raise TypeError
    is_medical, codes = head.get("medical", False), tuple(map(tuple, head.get("codes", ())))
    if type(is_medical) is not bool or (is_medical and (any(texts) or codes)):
        raise TypeError
    if not all(type(page) is int and own_codes.decode(ours) for page, ours in codes):
        raise TypeError
    at = datetime.fromisoformat(head["at"]) if head["at"] is not None else None
    if not pages or len(pages) != len(texts) or not pdf.startswith(b"%PDF-"):
        raise ValueError
    if at is not None and at.tzinfo is None:
        raise ValueError
    separator = Separator(wash_line(head["unit"]), wash_line(head["type"]), is_medical)
    return Letter(
        number=head["number"],
        of=head["of"],
        pages=pages,
        total=head["total"],
        separator=separator,
        scanned_at=at,
        texts=texts,
        by_machine=head["machine"],
        pdf=pdf,
        codes=codes,
    )
