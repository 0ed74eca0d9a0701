"""Finding a request type by what people call it. Pure.

Everything is compared by stems, so accents and endings do not matter. A word that few types
have tells more than one that many have.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable

from grc.catalogue.files import OTHER
from grc.catalogue.queries import TypeView
from grc.core.search import stems, strip_accents

_LONG_ENOUGH = 5  # letters of a beginning that stands for the word


def online(types: Iterable[TypeView]) -> list[TypeView]:
    """The types that have a public form, by name; what fits all comes last."""
    offered = [kind for kind in types if kind.form is not None]
    return sorted(offered, key=lambda kind: (kind.code == OTHER, strip_accents(kind.label_fr)))


def find(query: str, types: Collection[TypeView]) -> list[TypeView]:
    """The types that a query speaks of, best first; all of them for an empty query."""
    asked = set(stems(query[:500]))
    if not query.strip():
        return list(types)
    named = {kind.code: _words(kind) for kind in types}
    often = Counter(word for words in named.values() for word in words)
    scores = {
        kind.code: sum(_worth(word, named[kind.code], often, len(types)) for word in asked)
        for kind in types
    }
    best = max(scores.values(), default=0.0)
    found = [kind for kind in types if scores[kind.code] > 0 and scores[kind.code] >= best / 3]
    return sorted(found, key=lambda kind: (-scores[kind.code], kind.label_fr))


def _words(kind: TypeView) -> dict[str, float]:
    """The stems of a type, and how much each says of it."""
    form = kind.form
    summary = f"{form.summary_fr} {form.summary_en}" if form else ""
    names = f"{kind.label_fr} {kind.label_en} {' '.join(kind.keywords)}"
    others = " ".join(form.words) if form else ""
    return dict.fromkeys(stems(summary), 1.0) | dict.fromkeys(stems(f"{names} {others}"), 3.0)


def _worth(word: str, words: dict[str, float], often: Counter[str], total: int) -> float:
    same = [known for known in words if known == word or _begins(known, word)]
    return max((words[one] * math.log(1 + total / often[one]) for one in same), default=0.0)


def _begins(known: str, word: str) -> bool:
    short, long = sorted((known, word), key=len)
    return len(short) >= _LONG_ENOUGH and long.startswith(short)
