"""organisation.toml: units, communes, territories, sites, reasons of visits, administrations,
mailboxes. Pure.

`read` gives a valid `Organisation` or raises `InvalidFile` with every mistake, its line and
its field. Nothing half-valid ever reaches the database.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from grc.core.i18n import N_
from grc.core.toml_source import Row, Source
from grc.organisation import mail_folders
from grc.organisation.communes import Commune
from grc.organisation.coverage import Located, check_coverage
from grc.organisation.tables import (
    Administration,
    Mailbox,
    Organisation,
    Site,
    Territory,
    Unit,
    VisitReason,
)
from grc.organisation.territory import Range

UNKNOWN_UNIT = N_("« %(value)s » n'est pas un service connu")
UNKNOWN_COMMUNE = N_("« %(value)s » n'est pas une commune connue")
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
    "visit_reasons",
    "administrations",
    "mailboxes",
)


def read(text: str, name: str = "organisation.toml") -> Organisation:
    """The organisation a TOML text describes. Raises InvalidFile with every mistake."""
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
    )
    _check_units(source, units)
    _check_references(source, organisation, insee)
    _check_unique(source, organisation)
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
    )


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


def _check_units(source: Source, units: Sequence[Unit]) -> None:
    parents = {unit.code: unit.parent for unit in units}
    for number, unit in enumerate(units):
        source.expect(("units", number, "parent"), unit.parent, parents, UNKNOWN_UNIT)
        if (unit.kind == "department") != (unit.parent == ""):
            source.note(
                ("units", number, "parent"), N_("une direction n'a pas de parent, les autres oui")
            )
        if _is_own_ancestor(unit.code, parents):
            source.note(("units", number, "parent"), N_("le service est son propre ancêtre"))
    triages = [number for number, unit in enumerate(units) if unit.kind == "triage"]
    if not triages:
        source.note(("units",), N_('il faut un service de tri : kind = "triage"'))
    for number in triages[1:]:
        source.note(("units", number, "kind"), N_("un seul service de tri est permis"))


def _is_own_ancestor(code: str, parents: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    above = parents.get(code, "")
    while above and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def _check_references(source: Source, file: Organisation, insee: Mapping[str, str]) -> None:
    units = {unit.code for unit in file.units}
    tables: dict[str, Sequence[Territory | Site | Mailbox]] = {
        "territories": file.territories,
        "sites": file.sites,
        "mailboxes": file.mailboxes,
    }
    for table, rows in tables.items():
        for number, row in enumerate(rows):
            source.expect((table, number, "unit"), row.unit, units, UNKNOWN_UNIT)
    for number, site in enumerate(file.sites):
        source.expect(("sites", number, "commune"), site.commune, insee, UNKNOWN_COMMUNE)


def _check_unique(source: Source, file: Organisation) -> None:
    source.unique("communes", "insee", (c.insee for c in file.communes))
    for table in ("units", "territories", "sites", "visit_reasons", "administrations"):
        source.unique(table, "code", (row.code for row in getattr(file, table)))
    source.unique("mailboxes", "source", (f"{m.channel}/{m.source}" for m in file.mailboxes))
    source.unique("mailboxes", "address", (m.address for m in file.mailboxes))
