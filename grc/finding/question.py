"""What is asked of all cases: words, and filters each of which has one value. Pure.

The same question is typed in the box (`martin service:apa etat:ouverte -relance`), stands in an
address, and is kept as a view. Filters are named as in the address; people may type other names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from grc.cases.states import Status
from grc.core.search import strip_accents

LONGEST = 300  # characters of what is typed that are read
OPEN, ENDED, TO_ROUTE = "open", "ended", "to_route"  # states besides those of `Status`
ME, NOBODY, YES = "me", "nobody", "yes"

# The order in which chips stand; the first name is that of the address.
NAMES: Mapping[str, tuple[str, ...]] = {
    "etat": ("etat", "statut", "state", "status"),
    "service": ("service", "unite", "unit"),
    "agent": ("agent", "assigned"),
    "retard": ("retard", "overdue", "late"),
    "type": ("type", "kind"),
    "territoire": ("territoire", "territory"),
    "commune": ("commune", "ville", "town"),
    "canal": ("canal", "channel"),
    "niveau": ("niveau", "level"),
    "nature": ("nature",),
    "depuis": ("depuis", "since", "after"),
    "jusqua": ("jusqua", "avant", "until", "before"),
}
_RECEIVED = frozenset({"recu", "received"})
_BY_NAME = {typed: name for name, all_names in NAMES.items() for typed in all_names}
_STATES: Mapping[str, str] = {
    "ouverte": OPEN,
    "ouvertes": OPEN,
    "en-attente": Status.WAITING_CITIZEN,
    "terminee": ENDED,
    "terminees": ENDED,
    "a-affecter": TO_ROUTE,
    "recue": Status.RECEIVED,
    "en-cours": Status.IN_PROGRESS,
    "attente-usager": Status.WAITING_CITIZEN,
    "attente-tiers": Status.WAITING_THIRD,
    "traitee": Status.RESOLVED,
    "cloturee": Status.CLOSED,
    "waiting": Status.WAITING_CITIZEN,
}
_LEVELS = {"normale": "normal", "restreinte": "restricted", "nominative": "named"}
_AGENTS = {"moi": ME, "personne": NOBODY, "aucun": NOBODY, "sans": NOBODY}
_YES = {"oui": YES, "1": YES, "true": YES}
CLOSED: Mapping[str, Mapping[str, str]] = {  # filters whose values are known beforehand
    "etat": {**_STATES, **{code: code for code in (OPEN, ENDED, TO_ROUTE, *Status)}},
    "niveau": _LEVELS | {code: code for code in _LEVELS.values()},
    "agent": _AGENTS | {ME: ME, NOBODY: NOBODY},
    "retard": _YES | {YES: YES},
}
_WORD = re.compile(r'-?"[^"]*"|[^\s":]+:"[^"]*"|\S+')
_SPAN = re.compile(r"(?P<sign>[<>]=?)?(?P<from>[\d/-]*)(?:(?P<dots>\.\.)(?P<to>[\d/-]*))?")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?|(\d{1,2})/(\d{1,2})/(\d{4})")


class Vocabulary(Protocol):
    """What the installation knows: units, communes, channels…"""

    def code(self, name: str, typed: str) -> str | None:
        """The code a filter means by what was typed; None when it means nothing."""


@dataclass(frozen=True)
class Question:
    """`words` as typed, phrases and exclusions among them; `filters` by name, in codes.

    `unknown` are filters whose value means nothing: such a question has no answer.
    """

    words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when nothing is asked."""
        return not (self.words or self.filters or self.unknown)

    def without(self, name: str) -> "Question":
        """The same with one filter less."""
        return Question(self.words, {n: v for n, v in self.filters.items() if n != name})

    def having(self, name: str, code: str) -> "Question":
        """The same with one filter more, or with another value."""
        return Question(self.words, _ordered({**self.filters, name: code}))

    def address(self) -> dict[str, str]:
        """The parameters of its address."""
        return {"q": self.words, **self.filters} if self.words else dict(self.filters)


def read(typed: str, given: Mapping[str, str], known: Vocabulary) -> Question:
    """What the box holds and what the address says, as one question. Never raises."""
    words, pairs = _split(typed[:LONGEST])
    found: dict[str, str] = {}
    unknown: list[tuple[str, str]] = []
    for name, value in [*((n, given[n]) for n in NAMES if given.get(n)), *pairs]:
        code = code_of(name, value, known)
        if code is None:
            unknown.append((name, value[:60]))
        else:
            found[name] = code
    return Question(words, _ordered(found), tuple(unknown))


def code_of(name: str, value: str, known: Vocabulary) -> str | None:
    """The code of a value as typed or as in an address; None when it means nothing."""
    if name in ("depuis", "jusqua"):
        span = _span(value)
        day = span[0] if name == "depuis" else span[1]
        return day.isoformat() if day else None
    if name in CLOSED:
        return CLOSED[name].get(value) or CLOSED[name].get(_plain(value))
    return known.code(name, value.strip())


def _split(typed: str) -> tuple[str, list[tuple[str, str]]]:
    """(the words, the filters) of what was typed."""
    words: list[str] = []
    pairs: list[tuple[str, str]] = []
    for piece in _WORD.findall(typed):
        filters = list(_filters(piece))
        pairs += filters
        if not filters:
            words.append(piece)
    return " ".join(words), pairs


def _filters(piece: str) -> Iterator[tuple[str, str]]:
    """`service:apa` as a filter; a piece that is none gives nothing."""
    typed, colon, value = piece.partition(":")
    name, value = _plain(typed), value.strip('"')
    if not colon or not value:
        return
    if name in _RECEIVED:
        yield from _received(value)
    elif name in _BY_NAME:
        yield _BY_NAME[name], value


def _received(value: str) -> Iterator[tuple[str, str]]:
    """`recu:>2026-01-01`, `recu:2026-01`, `recu:2026-01-01..2026-02-15` as its two days."""
    sign = value[:1]
    first, last = _span(value)
    if sign != "<" and (first or not last):
        yield "depuis", first.isoformat() if first else value
    if sign != ">" and last:
        yield "jusqua", last.isoformat()


def _span(value: str) -> tuple[date | None, date | None]:
    """The first and last day meant: a day, a month, a year, or from one to another."""
    match = _SPAN.fullmatch(value.strip())
    if match is None:
        return None, None
    sign = match["sign"] or ""
    begin, end = _days(match["from"])
    if match["dots"]:
        return begin, _days(match["to"])[1]
    if begin and end and sign in ("<", ">"):  # strictly
        return end + timedelta(1) if sign == ">" else begin, (
            begin - timedelta(1) if sign == "<" else end
        )
    return begin, end


def _days(spelled: str) -> tuple[date | None, date | None]:
    match = _DAY.fullmatch(spelled)
    if match is None:
        return None, None
    year, month, day, day2, month2, year2 = (int(part) if part else 0 for part in match.groups())
    year, month, day = year or year2, month or month2, day or day2
    if not 1900 <= year <= 2200:
        return None, None
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None, None
    if day:
        return first, first
    after = date(year + 1, 1, 1) if not month else (first + timedelta(31)).replace(day=1)
    return first, after - timedelta(1)


def _plain(text: str) -> str:
    return strip_accents(text.strip().lower()).replace("_", "-").replace(" ", "-")


def _ordered(filters: Mapping[str, str]) -> dict[str, str]:
    return {name: filters[name] for name in NAMES if name in filters}
