"""organisation.toml: units, communes, territories, sites, closed days, reasons of visits,
administrations, mailboxes. Pure.

`read` gives a valid `Organisation` or raises `InvalidFile` with every mistake, its line and
its field. Nothing half-valid ever reaches the database.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from grc.core.toml_source import Row, Source
from grc.organisation import mail_folders
from grc.organisation.communes import Commune
from grc.organisation.consistency import UNKNOWN_COMMUNE, check_all
from grc.organisation.coverage import Located, check_coverage
from grc.organisation.tables import (
    Administration,
    ClosedDay,
    Mailbox,
    Organisation,
    Site,
    Territory,
    Unit,
    VisitReason,
)
from grc.organisation.territory import Range

UNIT_KINDS = ("department", "unit", "triage", "medical")
ADMINISTRATION_KINDS = (
    "caf",
    "mdph",
    "cpam",
    "ccas",
    "prefecture",
    "pension",
    "employment",
    "education",
    "other",
)
SITE_KINDS = ("pole_social", "antenna", "mobile", "partner")
_TABLES = (
    "communes",
    "units",
    "territories",
    "sites",
    "closed_days",
    "visit_reasons",
    "administrations",
    "mailboxes",
    "taken_at",
)


def read(text: str, name: str = "organisation.toml", *, today: date = date.min) -> Organisation:
    """The organisation a TOML text describes. Raises InvalidFile with every mistake.

    `today` says what is over, and may stay with a closed unit; without it nothing is.
    """
    source = Source(name, text)
    communes = tuple(_commune(row) for row in source.tables("communes"))
    units = tuple(_unit(row) for row in source.tables("units"))
    insee = {key: c.insee for c in communes for key in (c.insee, c.name)}
    territories, ranges = _territories(source, insee)
    sites = tuple(_site(row) for row in source.tables("sites"))
    administrations = tuple(_administration(row) for row in source.tables("administrations"))
    mailboxes = tuple(_mailbox(row) for row in source.tables("mailboxes"))
    source.refuse_unknown(_TABLES)
    organisation = Organisation(
        communes,
        units,
        territories,
        tuple(item for _, item in ranges),
        sites,
        administrations,
        mailboxes,
        tuple(_visit_reason(row) for row in source.tables("visit_reasons")),
        tuple(_closed_day(row) for row in source.tables("closed_days")),
        Row(source, (), source.data).moment("taken_at"),
    )
    check_all(source, organisation, insee, today)
    check_coverage(source, communes, ranges)
    source.raise_problems()
    return organisation


def _commune(row: Row) -> Commune:
    insee = row.text("insee")
    return Commune(
        insee=insee,
        name=row.text("name"),
        postcodes=row.texts("postcodes"),
        department=insee[:3] if insee.startswith("97") else insee[:2],
        canton=row.text("canton", ""),
        population=row.whole("population", 0),
        aliases=row.texts("aliases"),
    )


def _unit(row: Row) -> Unit:
    name = row.text("name")
    return Unit(
        code=row.text("code"),
        name=name,
        short_name=row.text("short_name", name),
        kind=row.choice("kind", UNIT_KINDS, "unit"),
        parent=row.text("parent", ""),
        email=row.text("email", ""),
        phone=row.text("phone", ""),
        address=row.text("address", ""),
        active=row.flag("active", True),
    )


def _territories(
    source: Source, insee: Mapping[str, str]
) -> tuple[tuple[Territory, ...], list[Located]]:
    territories: list[Territory] = []
    ranges: list[Located] = []
    for row in source.tables("territories"):
        territory = Territory(
            code=row.text("code"),
            name=row.text("name"),
            unit=row.text("unit"),
            valid_from=row.day("valid_from") or date.min,
            valid_to=row.day("valid_to"),
        )
        territories.append(territory)
        ranges += _whole_communes(row, territory, insee)
        ranges += (_range(item, territory, insee) for item in row.rows("ranges"))
    return tuple(territories), ranges


def _whole_communes(row: Row, territory: Territory, insee: Mapping[str, str]) -> Iterator[Located]:
    for number, name in enumerate(row.texts("communes")):
        path = (*row.path, "communes", number)
        row.source.expect(path, name, insee, UNKNOWN_COMMUNE)
        yield (
            path,
            Range(
                territory.code,
                insee.get(name, ""),
                valid_from=territory.valid_from,
                valid_to=territory.valid_to,
            ),
        )


def _range(row: Row, territory: Territory, insee: Mapping[str, str]) -> Located:
    name = row.text("commune")
    row.source.expect((*row.path, "commune"), name, insee, UNKNOWN_COMMUNE)
    item = Range(
        territory=territory.code,
        insee=insee.get(name, ""),
        street=row.text("street", ""),
        number_from=row.optional_whole("number_from"),
        number_to=row.optional_whole("number_to"),
        parity=row.choice("parity", ("odd", "even"), ""),
        valid_from=row.day("valid_from") or territory.valid_from,
        valid_to=row.day("valid_to") or territory.valid_to,
    )
    return row.path, item


def _site(row: Row) -> Site:
    return Site(
        code=row.text("code"),
        name=row.text("name"),
        unit=row.text("unit"),
        address=row.text("address"),
        commune=row.text("commune"),
        phone=row.text("phone", ""),
        opening=row.text("opening", ""),
        kind=row.choice("kind", SITE_KINDS, "pole_social"),
        active=row.flag("active", True),
    )


def _closed_day(row: Row) -> ClosedDay:
    day = row.needed_day("on")
    return ClosedDay(day, row.text("reason"), row.text("site", ""))


def _visit_reason(row: Row) -> VisitReason:
    return VisitReason(row.text("code"), row.text("label_fr"), row.text("label_en"))


def _administration(row: Row) -> Administration:
    return Administration(
        code=row.text("code"),
        name=row.text("name"),
        kind=row.choice("kind", ADMINISTRATION_KINDS),
        email=row.text("email", ""),
        phone=row.text("phone", ""),
        address=row.text("address", ""),
    )


def _mailbox(row: Row) -> Mailbox:
    return Mailbox(
        channel=row.text("channel", "email"),
        source=row.text("source"),
        unit=row.text("unit"),
        address=row.text("address", "").lower(),
        request_type=row.text("request_type", ""),
        acknowledges=row.flag("acknowledges", True),
        fetched_from=mail_folders.folder(row),
    )
