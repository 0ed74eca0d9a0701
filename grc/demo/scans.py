"""Batches of scanned letters as a copier makes them: separators, letters, blank pages; skewed,
upside down, noisy; as a PDF or a TIFF of many pages. The same seed gives the same pages."""

import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import pypdfium2 as pdfium
import typst
from PIL import Image

from grc.channels import separators
from grc.channels.separators import Separator, Sheet

DPI = 150
_PAPER = 250  # of 255
_TURNS = (0, 0, 0, 90, 180, 270)
_WORDS = (
    "ascenseur", "béquilles", "cantine", "déambulateur", "expulsion", "fauteuil", "garderie",
    "hébergement", "internat", "jumeaux", "kinésithérapeute", "logement", "mammographie",
    "nourrice", "orthophoniste", "prothèse", "quittance", "rampe", "surendettement", "tutelle",
    "urgence", "vaccination", "wagon", "xylophone", "yaourt", "zona",
)  # fmt: skip
_LETTER = """
#let pages = json(bytes(sys.inputs.pages))
#set page(paper: "a4", margin: 25mm)
#set text(lang: "fr", size: 13pt, font: "Libertinus Serif")
#for (number, one) in pages.enumerate() {
  if number > 0 { pagebreak() }
  [
    Madame Claire Exemple #linebreak() 12 rue des Lilas #linebreak() 92000 Nanterre

    #v(10mm)
    Objet : #one.about

    #v(5mm)
    #one.text
  ]
}
"""
_TEXT = (
    "Madame, Monsieur, je vous écris au sujet de {word}. Ma situation a changé depuis "
    "le printemps et je ne sais plus à qui m'adresser. Je vous remercie de me dire quelles "
    "pièces il faut joindre pour que ma demande soit étudiée. {more} Dans l'attente de votre "
    "réponse, je vous prie d'agréer mes salutations distinguées."
)


@dataclass(frozen=True)
class Expected:
    """What a batch must be cut into; pages are numbered from 1."""

    pages: tuple[int, ...]
    separator: Separator
    word: str


@dataclass
class Batch:
    """Pictures of pages, and what they are."""

    pages: list[Image.Image] = field(default_factory=list)
    letters: list[Expected] = field(default_factory=list)
    separators: list[int] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)


def batch(letters: int = 20, pages: int = 60, *, seed: int = 1, more: str = "") -> Batch:
    """A batch of so many letters and pages; of the pages left after separators and one page a
    letter, a third are blank. `more` is a sentence of every letter."""
    chance = random.Random(seed)  # noqa: S311 - the same pages each time
    spare = pages - 2 * letters
    blanks = spare // 3
    sizes = [1] * letters
    for _ in range(spare - blanks):
        sizes[chance.randrange(letters)] += 1
    after = [chance.randrange(letters) for _ in range(blanks)]
    made = Batch()
    for number, size in enumerate(sizes):
        separator = Separator(("apa", "handicap")[number % 2], "")
        word = _WORDS[number % len(_WORDS)]
        _add(made, [_sheet(separator)], made.separators, chance)
        start = len(made.pages) + 1
        _add(made, _letter(word, size, more), [], chance)
        expected = tuple(range(start, start + size))
        made.letters.append(Expected(expected, separator, word))
        empty = [Image.new("L", _size(), _PAPER) for _ in range(after.count(number))]
        _add(made, empty, made.blanks, chance)
    return made


def _size() -> tuple[int, int]:
    return round(8.27 * DPI), round(11.69 * DPI)


def _add(
    made: Batch, pictures: Sequence[Image.Image], numbers: list[int], chance: random.Random
) -> None:
    for picture in pictures:
        made.pages.append(worn(picture, chance))
        numbers.append(len(made.pages))


def worn(picture: Image.Image, chance: random.Random) -> Image.Image:
    """A page as it comes out of a copier: a few degrees off, perhaps turned, with dust."""
    turned = picture.rotate(
        chance.uniform(-3, 3), resample=Image.Resampling.BILINEAR, fillcolor=_PAPER
    )
    turned = turned.rotate(chance.choice(_TURNS), expand=True)
    width, height = turned.size
    pixels = turned.load()
    for _ in range(width * height // 1_000):
        if pixels is not None:
            pixels[chance.randrange(width), chance.randrange(height)] = chance.choice((0, 90, 255))
    return turned


@cache
def _sheet(separator: Separator) -> Image.Image:
    return _pictures(_printed(separator))[0]


def _printed(separator: Separator) -> bytes:
    return separators.printed([Sheet(separator, separator.unit, "", "")], "Séparateur", "fr")


def _letter(word: str, size: int, more: str) -> list[Image.Image]:
    return _pictures(_typed(word, size, more))


def _typed(word: str, size: int, more: str) -> bytes:
    told = [
        {"about": f"question sur {word}", "text": _TEXT.format(word=word, more=more)}
        for _ in range(size)
    ]
    inputs = {"pages": json.dumps(told)}
    made: bytes = typst.compile(_LETTER.encode(), font_paths=_fonts(), sys_inputs=inputs)
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _pictures(document: bytes) -> list[Image.Image]:
    with pdfium.PdfDocument(document) as opened:
        return [
            page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L") for page in opened
        ]


def as_pdf(made: Batch, at: datetime | None = None) -> bytes:
    """The batch as one PDF of pictures, made `at` that time."""
    kept, (first, *others) = io.BytesIO(), made.pages
    told = at.utctimetuple() if at else None
    first.save(
        kept, "PDF", save_all=True, append_images=others, resolution=DPI, creationDate=told,
        modDate=None,
    )  # fmt: skip
    return kept.getvalue()


def as_tiff(made: Batch, at: datetime | None = None) -> bytes:
    """The batch as one TIFF in black and white, as fax machines and copiers write it."""
    kept = io.BytesIO()
    first, *others = [page.point(lambda shade: 255 * (shade > 128), "1") for page in made.pages]
    tags = {306: f"{at:%Y:%m:%d %H:%M:%S}"} if at else {}
    first.save(
        kept, "TIFF", save_all=True, append_images=others, compression="group4", dpi=(DPI, DPI),
        tiffinfo=tags,
    )  # fmt: skip
    return kept.getvalue()


def with_text(
    words: Sequence[str], *, unit: str = "apa", more: str = "", medical: bool = False
) -> bytes:
    """A PDF that a better copier makes, with the text under each page: a letter of one page
    for each word, after a separator."""
    whole, kept = pdfium.PdfDocument.new(), io.BytesIO()
    for word in words:
        for made in (_printed(Separator(unit, medical=medical)), _typed(word, 1, more)):
            with pdfium.PdfDocument(made) as opened:
                whole.import_pages(opened)
    whole.save(kept)
    whole.close()
    return kept.getvalue()
