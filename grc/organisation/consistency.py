"""Whether an organisation file holds together: units, what refers to them, codes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from grc.core.i18n import N_
from grc.core.toml_source import Source
from grc.organisation.tables import Mailbox, Organisation, Site, Territory, Unit

UNKNOWN_UNIT = N_("« %(value)s » n'est pas un service connu")
UNKNOWN_SITE = N_("« %(value)s » n'est pas un site connu")
UNKNOWN_COMMUNE = N_("« %(value)s » n'est pas une commune connue")
CLOSED_UNIT = N_("le service « %(value)s » est fermé")

ADDRESS_OF_NEW = "nouveau"  # of the screen that adds one: a thing of this code would have none
ENDS_FIRST = N_("la fin est avant le premier jour")
NO_ADDRESS = N_("« %(value)s » ne peut pas être un code : il ne peut pas être une adresse")


def check_all(source: Source, file: Organisation, insee: Mapping[str, str], today: date) -> None:
    """Note what does not hold together; `insee` finds a commune by its code and its name."""
    _check_units(source, file.units)
    _check_references(source, file, insee, today)
    _check_unique(source, file)


def _check_units(source: Source, units: Sequence[Unit]) -> None:
    parents = {unit.code: unit.parent for unit in units}
    closed = {unit.code for unit in units if not unit.active}
    for number, unit in enumerate(units):
        source.expect(("units", number, "parent"), unit.parent, parents, UNKNOWN_UNIT)
        if (unit.kind == "department") != (unit.parent == ""):
            source.note(
                ("units", number, "parent"), N_("une direction n'a pas de parent, les autres oui")
            )
        if unit.active and unit.parent in closed:
            source.note(("units", number, "parent"), CLOSED_UNIT, value=unit.parent)
        if _is_own_ancestor(unit.code, parents):
            source.note(("units", number, "parent"), N_("le service est son propre ancêtre"))
    triages = [number for number, unit in enumerate(units) if unit.kind == "triage" and unit.active]
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


def _check_references(
    source: Source, file: Organisation, insee: Mapping[str, str], today: date
) -> None:
    units = {unit.code for unit in file.units}
    closed = {unit.code for unit in file.units if not unit.active}
    tables: dict[str, Sequence[Territory | Site | Mailbox]] = {
        "territories": file.territories,
        "sites": file.sites,
        "mailboxes": file.mailboxes,
    }
    for table, rows in tables.items():
        for number, row in enumerate(rows):
            source.expect((table, number, "unit"), row.unit, units, UNKNOWN_UNIT)
            if row.unit in closed and _is_served(row, today):
                source.note((table, number, "unit"), CLOSED_UNIT, value=row.unit)
    for number, area in enumerate(file.territories):
        if area.valid_to is not None and area.valid_to < area.valid_from:
            source.note(("territories", number, "valid_to"), ENDS_FIRST)
    sites = {site.code for site in file.sites}
    for number, day in enumerate(file.closed_days):
        source.expect(("closed_days", number, "site"), day.site, sites, UNKNOWN_SITE)
    for number, site in enumerate(file.sites):
        source.expect(("sites", number, "commune"), site.commune, insee, UNKNOWN_COMMUNE)


def _is_served(row: Territory | Site | Mailbox, today: date) -> bool:
    """Whether somebody must be there: the past of a closed unit stays its own."""
    if isinstance(row, Territory):
        return row.valid_to is None or row.valid_to > today
    return row.active if isinstance(row, Site) else True


def _check_unique(source: Source, file: Organisation) -> None:
    source.unique("communes", "insee", (c.insee for c in file.communes))
    for table in ("units", "territories", "sites", "visit_reasons", "administrations"):
        source.unique(table, "code", (row.code for row in getattr(file, table)))
    for table in ("units", "territories", "sites"):
        for number, row in enumerate(getattr(file, table)):
            if row.code == ADDRESS_OF_NEW or "/" in row.code:
                source.note((table, number, "code"), NO_ADDRESS, value=row.code)
    source.unique("closed_days", "on", (day.code for day in file.closed_days))
    source.unique("mailboxes", "source", (box.code for box in file.mailboxes))
    source.unique("mailboxes", "address", (m.address for m in file.mailboxes))
