"""A few words of a text around what was looked for, with marks. Pure.

Social security numbers are masked first: they are shown nowhere.
"""

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from grc.cases.masking import mask_nir
from grc.core.search import stems

BEFORE, LENGTH = 50, 170  # characters shown before the first word found, and in all
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_MARKED = Markup("<mark>{}</mark>")
_BLANK = re.compile(r"\s+")


def extract(text: str, terms: Sequence[str]) -> Markup | None:
    """The passage of a text where the first of these terms stands, safe to show; None when it
    holds none of them."""
    plain = _BLANK.sub(" ", mask_nir(text)).strip()
    found = sorted(_found(plain, terms))
    if not found:
        return None
    begin, end = _around(plain, found[0][0])
    shown, at = escape("… " if begin else ""), begin
    for start, stop in found:
        if at <= start and stop <= end:
            shown += escape(plain[at:start]) + _MARKED.format(plain[start:stop])
            at = stop
    return shown + escape(plain[at:end]) + (" …" if end < len(plain) else "")


def _found(text: str, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where each term stands: its words follow each other, small words between them aside."""
    words = _WORD.finditer(text)
    told = [(stem, word.start(), word.end()) for word in words for stem in stems(word[0])]
    for term in terms:
        wanted = term.split()
        for first in range(len(told) - len(wanted) + 1 if wanted else 0):
            run = told[first : first + len(wanted)]
            if [stem for stem, _, _ in run] == wanted:
                yield run[0][1], run[-1][2]


def _around(text: str, first: int) -> tuple[int, int]:
    """From and to where, without cutting a word."""
    begin = max(first - BEFORE, 0)
    if begin:
        begin = text.find(" ", begin, first) + 1 or first
    end = min(begin + LENGTH, len(text))
    if end < len(text):
        end = max(text.rfind(" ", begin, end), first + 1)
    return begin, end
