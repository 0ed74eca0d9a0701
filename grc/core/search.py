"""Full text for both databases from one normaliser: same hits everywhere.

Text becomes lower-case French stems without accents, in Python; SQLite FTS5 and PostgreSQL
`to_tsvector('simple', …)` only store and match the result.
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_STOP = frozenset(
    """
    a au aux avec ce ces cet cette d dans de des du elle en est et eu il ils j je l la le les
    leur lui m ma mais me meme mes mon n ne nos notre nous on ou par pas pour qu que qui s sa
    se ses si son sur t ta te tes toi ton tu un une vos votre vous y ete etre
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_STEMMER = snowballstemmer.stemmer("french")
_STEMMER_LOCK = Lock()  # it keeps the word it works on: two threads would mix theirs
MAX_WORD = 60


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """The stem of a lower-case word; empty for the words that every sentence has."""
    if strip_accents(word) in _STOP:
        return ""
    with _STEMMER_LOCK:
        stem = _STEMMER.stemWord(word)
    return strip_accents(stem)[:MAX_WORD]


def strip_accents(text: str) -> str:
    """The text without diacritics; œ and æ are spelled out."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("æ", "ae"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """Lower-case words in reading order, accents kept."""
    return _WORD.findall(text.lower())


def stems(text: str) -> list[str]:
    """French stems in reading order, without accents and stop words."""
    found = (_stem(word) for word in words(text))
    return [stem for stem in found if stem]
