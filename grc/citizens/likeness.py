"""May these be one person? Scored and explained, proposed to somebody, never decided. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from grc.citizens.matching import plain_name, same_name
from grc.core.i18n import N_, Text

ENOUGH = 50  # of 100: a name alone is not, nor is a telephone shared by a household
_NUMBER, _BIRTH, _EMAIL, _PHONE = 60, 30, 30, 20
_SAME, _NEAR = 40, 30
_OTHER_BIRTH, _OTHER_NAME = -40, -30


@dataclass(frozen=True)
class Traits:
    """What two people are compared by. `names`: all that she is called; `numbers`: pairs of who
    gave a number and the number; `points`: pairs of a kind and an address."""

    names: tuple[str, ...] = ()
    births: frozenset[date] = frozenset()
    numbers: frozenset[tuple[str, str]] = frozenset()
    points: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """How much speaks for one person, of 100, and why, the weightiest first."""

    score: int
    reasons: tuple[Text, ...]


def compare(one: Traits, other: Traits) -> Likeness:
    """The same whichever comes first."""
    told = sorted(_reasons(one, other), key=lambda reason: -reason[0])
    score = sum(points for points, _ in told)
    return Likeness(max(0, min(100, score)), tuple(words for _, words in told))


def _reasons(one: Traits, other: Traits) -> Iterator[tuple[int, Text]]:
    if same := sorted(one.numbers & other.numbers):
        yield _NUMBER, Text(N_("même numéro %(kind)s"), {"kind": same[0][0].upper()})
    yield from _by_name(one, other)
    if one.births & other.births:
        yield _BIRTH, Text(N_("même date de naissance"))
    elif one.births and other.births:
        yield _OTHER_BIRTH, Text(N_("dates de naissance différentes"))
    kinds = {kind for kind, _ in one.points & other.points}
    if "email" in kinds:
        yield _EMAIL, Text(N_("même adresse électronique"))
    if "phone" in kinds:
        yield _PHONE, Text(N_("même téléphone"))


def _by_name(one: Traits, other: Traits) -> Iterator[tuple[int, Text]]:
    """Word order, accents, hyphens and one typing error are forgiven."""
    if not one.names or not other.names:
        return
    mine, hers = ({_sorted(name) for name in traits.names} for traits in (one, other))
    if mine & hers:
        yield _SAME, Text(N_("même nom"))
    elif any(same_name(name, known) for name in one.names for known in other.names):
        yield _NEAR, Text(N_("noms presque pareils"))
    else:
        yield _OTHER_NAME, Text(N_("noms différents"))


def _sorted(name: str) -> str:
    return " ".join(sorted(plain_name(name).split()))
