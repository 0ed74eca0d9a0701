"""Which territory (SST) serves an address on a day, and why. Pure.

A commune belongs to one territory, or to several: then some streets, or some numbers of a
street, go to one and "the rest of the commune" to another. The longest street name wins,
then the range that contains the number, then the rest.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from grc.core.i18n import N_, Text
from grc.organisation.communes import CommuneIndex, tokens

_ABBREVIATIONS = {
    "all": "allee",
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "boul": "boulevard",
    "che": "chemin",
    "dr": "docteur",
    "fg": "faubourg",
    "gal": "general",
    "imp": "impasse",
    "mal": "marechal",
    "pdt": "president",
    "pl": "place",
    "pt": "president",
    "r": "rue",
    "rte": "route",
    "sq": "square",
}
_STREET_WORDS = frozenset(
    """
    allee avenue boulevard chemin cite cours esplanade faubourg impasse passage place quai
    route rue ruelle sentier square villa voie
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


@dataclass(frozen=True)
class Range:
    """A whole commune (`street` empty) or some of its addresses, from a day to another.

    `valid_to` is the first day it no longer holds; numbers are included on both ends.
    """

    territory: str
    insee: str
    street: str = ""
    number_from: int | None = None
    number_to: int | None = None
    parity: str = ""  # "", "odd" or "even"
    valid_from: date = date.min
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        """True when the range is in force that day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    @property
    def is_numbered(self) -> bool:
        """True when only some numbers of the street belong to it."""
        return bool(self.parity) or self.number_from is not None or self.number_to is not None

    def has(self, number: int) -> bool:
        """True when this number of the street belongs to it."""
        if self.parity and (number % 2 == 1) != (self.parity == "odd"):
            return False
        above = self.number_from is None or number >= self.number_from
        return above and (self.number_to is None or number <= self.number_to)


@dataclass(frozen=True)
class Place:
    """What is known of where a person lives; any part may be missing."""

    insee: str = ""
    postcode: str = ""
    commune: str = ""
    address: str = ""  # "12 bis rue de la Paix", possibly with other lines


@dataclass(frozen=True)
class Found:
    """One territory, or several candidates (`territory` None), or none; always a reason."""

    reason: Text
    insee: str | None = None
    territory: str | None = None
    candidates: tuple[str, ...] = ()


class TerritoryIndex:
    """Look-ups over a fixed set of ranges; build it once. `names` are those of territories."""

    def __init__(
        self, communes: CommuneIndex, ranges: Iterable[Range], names: Mapping[str, str]
    ) -> None:
        self._communes = communes
        self._names = names
        self._by_insee: dict[str, list[Range]] = {}
        for item in ranges:
            self._by_insee.setdefault(item.insee, []).append(item)

    def find(self, place: Place, on: date) -> Found:
        """The territory of a place that day; several candidates when more must be known."""
        communes = self._commune(place)
        if len(communes) != 1:
            return self._unsure(communes, on)
        insee = communes[0]
        params = {"commune": self._communes.by_insee[insee].name}
        ranges = [r for r in self._by_insee.get(insee, ()) if r.holds(on)]
        candidates = _territories(ranges)
        if not candidates:
            return Found(Text(N_("%(commune)s n'a pas de territoire à cette date"), params), insee)
        if len(candidates) == 1:
            msgid = N_("%(commune)s : territoire %(territory)s")
            return self._one(msgid, params, insee, candidates[0])
        return self._by_address(place.address, ranges, params, insee)

    def territories(self, insee: str, on: date) -> tuple[str, ...]:
        """The codes of the territories of a commune that day."""
        return _territories(r for r in self._by_insee.get(insee, ()) if r.holds(on))

    def _commune(self, place: Place) -> tuple[str, ...]:
        if place.insee:
            return (place.insee,) if place.insee in self._communes.by_insee else ()
        named = {c.insee for c in self._communes.named(place.commune)}
        served = {c.insee for c in self._communes.with_postcode(place.postcode)}
        # A wrong or unknown postcode (CEDEX) must not hide a name that is known.
        both = named & served if named and served else named | served
        return tuple(sorted(both))

    def _unsure(self, communes: tuple[str, ...], on: date) -> Found:
        if not communes:
            return Found(Text(N_("commune inconnue ou hors du département")))
        names = ", ".join(self._communes.by_insee[insee].name for insee in communes)
        every = (t for insee in communes for t in self.territories(insee, on))
        reason = Text(N_("plusieurs communes possibles : %(communes)s"), {"communes": names})
        return Found(reason, candidates=tuple(dict.fromkeys(every)))

    def _by_address(
        self, address: str, ranges: list[Range], params: dict[str, str], insee: str
    ) -> Found:
        street, number, on_street = _locate(address, ranges)
        params = {**params, "street": street}
        rest = [r for r in ranges if not r.street]
        if number is None and any(r.is_numbered for r in on_street):
            msgid = N_("%(commune)s a plusieurs territoires : numéro à préciser (%(street)s)")
            return Found(Text(msgid, params), insee, candidates=_territories(on_street + rest))
        for item in on_street:
            if number is None or item.has(number):
                msgid = N_("%(street)s, %(commune)s : territoire %(territory)s")
                return self._one(msgid, params, insee, item.territory)
        if rest and (street or _STREET_WORDS & set(_address_words(address))):
            msgid = N_("autres adresses de %(commune)s : territoire %(territory)s")
            return self._one(msgid, params, insee, rest[0].territory)
        msgid = N_("%(commune)s a plusieurs territoires : adresse à préciser")
        return Found(Text(msgid, params), insee, candidates=_territories(ranges))

    def _one(self, msgid: str, params: dict[str, str], insee: str, territory: str) -> Found:
        shown = {**params, "territory": self._names.get(territory, territory)}
        return Found(Text(msgid, shown), insee, territory, (territory,))


def street_key(street: str) -> str:
    """A street name as compared: no accents, "av." and "bd" spelled out."""
    return " ".join(_address_words(street))


def _address_words(text: str) -> list[str]:
    return [_ABBREVIATIONS.get(word, word) for word in tokens(text)]


def _locate(address: str, ranges: list[Range]) -> tuple[str, int | None, list[Range]]:
    """The longest known street of an address, the number before it, and its ranges."""
    text = street_key(address)
    for street in sorted({r.street for r in ranges if r.street}, key=len, reverse=True):
        found = re.search(
            rf"\b(?:(\d{{1,4}}) ?(?:bis|ter|quater|[a-d])? )?{street_key(street)}\b", text
        )
        if found:
            number = int(found[1]) if found[1] else None
            return street, number, [r for r in ranges if r.street == street]
    return "", None, []


def _territories(ranges: Iterable[Range]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.territory for r in ranges))
