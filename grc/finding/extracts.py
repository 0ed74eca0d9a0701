"""A few words of a text around what was looked for, with marks. Pure.

Social security numbers are masked first: they are shown nowhere.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from grc.cases.masking import mask_nir
from grc.core.search import stems

BEFORE, LENGTH = 50, 170  # characters shown before the first word found, and in all
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_MARKED = Markup("<mark>{}</mark>")


def extract(text: str, terms: Sequence[str]) -> Markup | None:
    """The passage of a text where the first of these terms stands, safe to show; None when it
    holds none of them."""
    plain = " ".join(mask_nir(text).split())
    wanted = [term.split() for term in terms]
    first, _ = next(_found(plain, wanted), (None, 0))
    if first is None:
        return None
    begin, end = _around(plain, first)
    shown, at = escape("… " if begin else ""), begin
    for start, stop in _found(plain[:end], wanted, first):
        if at <= start:
            shown += escape(plain[at:start]) + _MARKED.format(plain[start:stop])
            at = stop
    return shown + escape(plain[at:end]) + (" …" if end < len(plain) else "")


def _found(text: str, terms: Sequence[Sequence[str]], at: int = 0) -> Iterator[tuple[int, int]]:
    """Where a term stands, from a place on and as far as asked: its words follow each other,
    small words between them aside."""
    ends = {term[-1] for term in terms if term}
    read: list[str] = []
    starts: list[int] = []
    for word in _WORD.finditer(text, at):
        for stem in _stems_of(word[0]):
            read.append(stem)
            starts.append(word.start())
            if stem in ends:
                lengths = [len(term) for term in terms if term and read[-len(term) :] == term]
                yield from ((starts[-length], word.end()) for length in lengths[:1])


@lru_cache(maxsize=65536)  # a page reads thousands of words, most of them often
def _stems_of(word: str) -> Sequence[str]:
    return stems(word)


def _around(text: str, first: int) -> tuple[int, int]:
    """From and to where, without cutting a word."""
    begin = max(first - BEFORE, 0)
    if begin:
        begin = text.find(" ", begin, first) + 1 or first
    end = min(begin + LENGTH, len(text))
    if end < len(text):
        end = max(text.rfind(" ", begin, end), first + 1)
    return begin, end
