"""Keywords of routing rules, compared by French stems. Pure.

A keyword is a word ("apa"), a phrase whose words follow each other ("carte mobilité
inclusion", small words left out), or several of these that must all be there, anywhere
("indu + rsa").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from grc.core.search import stems

LIMIT = 20_000  # characters of a text that are looked at: a request says early what it wants


@dataclass(frozen=True)
class Keyword:
    """A keyword as written, and the stems of each part, joined by spaces."""

    shown: str
    parts: tuple[str, ...]


class KeywordList:
    """The keywords of a condition, stemmed once for all."""

    def __init__(self, keywords: Iterable[str]) -> None:
        self.keywords = tuple(map(parse, keywords))
        # A text without any of these cannot have any of the keywords: one look rejects it.
        self.first_stems = frozenset(k.parts[0].split()[0] for k in self.keywords if k.parts)


@lru_cache(maxsize=8192)  # rules are compared two by two, with the same few words
def parse(keyword: str) -> Keyword:
    """A keyword of a rule; it has no part when it only holds words too common to search."""
    parts = (" ".join(stems(part)) for part in keyword.split("+"))
    return Keyword(keyword, tuple(part for part in parts if part))


class StemmedText:
    """A text stemmed once, asked for many keywords."""

    def __init__(self, text: str) -> None:
        found = stems(text[:LIMIT])
        self._stems = frozenset(found)
        self._joined = f" {' '.join(found)} "

    def found(self, wanted: KeywordList) -> tuple[str, ...]:
        """The keywords the text has, as written in the rule."""
        if self._stems.isdisjoint(wanted.first_stems):
            return ()
        return tuple(keyword.shown for keyword in wanted.keywords if self._has(keyword))

    def _has(self, keyword: Keyword) -> bool:
        return bool(keyword.parts) and all(map(self._has_part, keyword.parts))

    def _has_part(self, part: str) -> bool:
        return f" {part} " in self._joined if " " in part else part in self._stems
