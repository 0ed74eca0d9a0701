"""Words that ask to be read twice, found in what citizens write. Pure.

They only signal: nothing moves because of a word. A word counts whole, whatever its accents and
capitals: "coup" is not found in "beaucoup". A phrase is words that follow each other.
"""

from collections.abc import Iterable

from grc.core.search import strip_accents, words

LIMIT = 50_000  # characters of a text that are looked at
LONGEST = 200  # characters of the words kept, joined by SEPARATOR
SEPARATOR = ", "


def found(text: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """Those of the `wanted` words that the text has, as they were configured, in that order."""
    told = f" {_spelled(text[:LIMIT])} "
    return tuple(word for word in wanted if (own := _spelled(word)) and f" {own} " in told)


def joined(few: Iterable[str]) -> str:
    """As many of these words as may be kept, as one line; none is cut."""
    kept = ""
    for word in few:
        longer = f"{kept}{SEPARATOR}{word}" if kept else word
        if len(longer) > LONGEST:
            break
        kept = longer
    return kept


def _spelled(text: str) -> str:
    """The words of a text one space apart, without accents nor capitals."""
    return " ".join(words(strip_accents(text)))
