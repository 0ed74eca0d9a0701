"""Check that territories cover each address exactly once, at every date. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

from grc.core.i18n import N_
from grc.core.toml_lines import Path
from grc.core.toml_source import Source
from grc.organisation.communes import Commune
from grc.organisation.territory import Range, street_key

Located = tuple[Path, Range]


def check_coverage(source: Source, communes: Sequence[Commune], ranges: Sequence[Located]) -> None:
    """Note ranges that are upside down, that overlap, and communes left without territory."""
    for path, item in ranges:
        _check_order(source, path, item)
    for (_, first), (path, second) in combinations(ranges, 2):
        if _overlap(first, second):
            source.note(
                path,
                N_("chevauche le territoire « %(other)s » aux mêmes dates"),
                other=first.territory,
            )
    departments = {item.insee[:2] for _, item in ranges}
    for number, commune in enumerate(communes):
        if commune.insee[:2] in departments:
            _check_rest(source, number, commune, [item for _, item in ranges])


def _check_order(source: Source, path: Path, item: Range) -> None:
    if item.valid_to is not None and item.valid_to <= item.valid_from:
        source.note((*path, "valid_to"), N_("doit être après valid_from"))
    numbers = (item.number_from, item.number_to)
    if None not in numbers and numbers[1] < numbers[0]:  # type: ignore[operator]
        source.note((*path, "number_to"), N_("doit être au moins number_from"))
    if item.is_numbered and not item.street:
        source.note(path, N_("des numéros sans rue"))


def _overlap(one: Range, other: Range) -> bool:
    same_street = one.insee == other.insee and street_key(one.street) == street_key(other.street)
    return same_street and _share_days(one, other) and _share_numbers(one, other)


def _share_days(one: Range, other: Range) -> bool:
    start = max(one.valid_from, other.valid_from)
    return one.holds(start) and other.holds(start)


def _share_numbers(one: Range, other: Range) -> bool:
    if one.parity and other.parity and one.parity != other.parity:
        return False
    first = max(one.number_from or 0, other.number_from or 0)
    # Two in a row: one of them has the parity both accept.
    return any(one.has(number) and other.has(number) for number in (first, first + 1))


def _check_rest(source: Source, number: int, commune: Commune, ranges: Iterable[Range]) -> None:
    """From the first date on, "the rest of the commune" must belong to some territory."""
    ranges = list(ranges)
    start = min(item.valid_from for item in ranges)
    rest = [item for item in ranges if item.insee == commune.insee and not item.street]
    days = {start} | {item.valid_to for item in rest if item.valid_to}
    for day in sorted(days):
        if not any(item.holds(day) for item in rest):
            _note_gap(source, number, commune, day)


def _note_gap(source: Source, number: int, commune: Commune, day: date) -> None:
    source.note(
        ("communes", number),
        N_("%(commune)s n'a aucun territoire (hors rues nommées) à partir du %(day)s"),
        commune=commune.name,
        day=day.isoformat(),
    )
