"""How a word of a name sounds, so that it is found however it is spelled. Pure.

A sound is the consonants one hears in French, in order, with an "a" for whatever vowel comes
first: "Grandjean", "Grandjan" and "Grangeant" are not written alike and sound nearly so. It only
says where to look: what is found there is compared with what was typed, letter by letter.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.distance import OSA

SOUND = "sound"  # the kind of key
SHORTEST = 4  # letters of a word that may be misspelt: "Lee" is near half of all short names
_SAME_SOUND, _OTHER_SOUND = 0.6, 0.75  # how alike two words must be, of 1
_LONGEST = 12  # letters of a sound that are told
_HEARD = tuple(
    (re.compile(written), heard)
    for written, heard in (
        (r"ph", "f"),
        (r"sch|ch|sh", "x"),
        (r"h", ""),
        (r"gn", "n"),
        (r"sc(?=[eiy])|c(?=[eiy])", "s"),
        (r"ge(?=[ao])|g(?=[eiy])", "j"),
        (r"ck|qu|[cq]", "k"),
        (r"gu(?=[eiy])", "g"),
        (r"w", "v"),
        (r"z", "s"),
        (r"m(?=[bp])", "n"),
        (r"(?<=..)[dstx]+$", ""),  # not said at the end
        (r"^[aeiouy]+", "A"),
        (r"[aeiouy]", ""),
        (r"(.)\1+", r"\1"),
    )
)
_LETTERS = "Abdfgjklmnprstvx"


def sound(word: str) -> str:
    """The sound of a plain word (lower case, no accents); empty for what is no French word."""
    if not (word.isascii() and word.isalpha()):
        return ""
    for written, heard in _HEARD:
        word = written.sub(heard, word)
    return word[:_LONGEST]


def key(word: str) -> str:
    """Under which a word is kept: its sound, a blank, the word. Empty for what has no sound."""
    heard = sound(word)
    return f"{heard} {word}" if heard and len(word) >= SHORTEST else ""


def beside(heard: str) -> list[str]:
    """The sounds with one letter more, less, another, or two changed about."""
    cuts = [(heard[:at], heard[at:]) for at in range(len(heard) + 1)]
    found = dict.fromkeys(_changed(cuts))
    found.pop(heard, None)
    return [one for one in found if one]


def _changed(cuts: Iterable[tuple[str, str]]) -> Iterator[str]:
    for before, after in cuts:
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def nearest(typed: str, words: Iterable[str], most: int) -> Sequence[str]:
    """Those of these words that may be what was meant, the likeliest first."""
    told = [(OSA.normalized_similarity(typed, word), word) for word in set(words)]
    near = [(alike, word) for alike, word in told if alike >= _enough(typed, word)]
    return [word for _, word in sorted(near, key=lambda pair: (-pair[0], pair[1]))[:most]]


def _enough(typed: str, word: str) -> float:
    return _SAME_SOUND if sound(typed) == sound(word) else _OTHER_SOUND
