"""Load the organisation: an idempotent upsert by code, inside the caller's transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import lock, session
from grc.organisation import models, tables
from grc.organisation.loading import LoadReport, finish, sync
from grc.organisation.ranges import sync_ranges

LOCK = 92_144  # one organisation is written at a time, by a file or a screen


def load(
    file: tables.Organisation, *, actor: Actor, now: datetime, force: bool = False
) -> LoadReport:
    """Make the database say what the file says. Loading the same file again changes nothing.

    What left the file is switched off or ends today; nothing is deleted. Raises InvalidInput,
    naming them, when this would take back what a screen wrote since the file was taken, unless
    `force`.
    """
    lock(LOCK)
    report = LoadReport(taken_at=file.taken_at)
    write(file, paris_date(now), report)
    if not force:
        report.refuse_typed(report.typed)
    return finish("organisation", report, actor=actor, now=now)


def write(file: tables.Organisation, today: date, report: LoadReport) -> None:
    """Change the rows that say something else; `report` says who does, and is filled in."""
    _load_communes(file, report)
    units = _load_units(file.units, report)
    _load_territories(file, units, today, report)
    _load_closed_days(file.closed_days, _load_sites(file, units, report), report)
    _load_visit_reasons(file.visit_reasons, report)
    sync(
        models.Administration,
        "administration",
        (asdict(item) | {"is_active": True} for item in file.administrations),
        report,
        retire=_switch_off,
    )
    _load_mailboxes(file.mailboxes, units, report)


def _load_communes(file: tables.Organisation, report: LoadReport) -> None:
    rows = (
        {
            "insee": commune.insee,
            "name": commune.name,
            "aliases": "|".join(commune.aliases),
            "postcodes": " ".join(commune.postcodes),
            "canton": commune.canton,
            "department": commune.department,
            "population": commune.population,
        }
        for commune in file.communes
    )
    sync(models.Commune, "commune", rows, report, key=("insee",))


def _load_units(units: Iterable[tables.Unit], report: LoadReport) -> Mapping[str, models.Unit]:
    parents = {unit.code: unit.parent for unit in units}
    rows = (_columns(unit, "parent") for unit in units)
    known = sync(models.Unit, "unit", rows, report, retire=_switch_off)
    for code, unit in known.items():
        above = known.get(parents[code])
        links = (above.id if above else None, known[_top(code, parents)].id)
        if (unit.parent_id, unit.department_id) != links:
            unit.parent_id, unit.department_id = links
            report.touch(unit, f"unit {code}")
            _note_update(report, f"unit {code}")
    session().flush()
    return known


def _columns(row: tables.Unit, *without: str) -> dict[str, Any]:
    values = {name: value for name, value in asdict(row).items() if name not in without}
    return values | {"is_active": values.pop("active")}


def _note_update(report: LoadReport, name: str) -> None:
    if name in report.unchanged:
        report.unchanged.remove(name)
        report.updated.append(name)


def _top(code: str, parents: Mapping[str, str]) -> str:
    while parents[code]:
        code = parents[code]
    return code


def _load_territories(
    file: tables.Organisation, units: Mapping[str, models.Unit], today: date, report: LoadReport
) -> None:
    def end(territory: models.Territory) -> bool:
        ends = max(today, territory.valid_from)
        if territory.valid_to is not None and territory.valid_to <= ends:
            return False
        territory.valid_to = ends
        return True

    rows = (
        {
            "code": item.code,
            "name": item.name,
            "unit_id": units[item.unit].id,
            "valid_from": item.valid_from,
            "valid_to": item.valid_to,
        }
        for item in file.territories
    )
    known = sync(models.Territory, "territory", rows, report, retire=end)
    for code in sync_ranges(file.ranges, known, report, today):
        _note_update(report, f"territory {code}")
    for code, territory in known.items():
        if f"territory {code}" in report.updated:
            territory.version += 1


def _load_sites(
    file: tables.Organisation, units: Mapping[str, models.Unit], report: LoadReport
) -> Mapping[str, models.Site]:
    insee = {key: c.insee for c in file.communes for key in (c.insee, c.name)}
    rows = (
        {
            "code": site.code,
            "name": site.name,
            "unit_id": units[site.unit].id,
            "address": site.address,
            "commune_insee": insee[site.commune],
            "phone": site.phone,
            "opening": site.opening,
            "kind": site.kind,
            "is_active": site.active,
        }
        for site in file.sites
    )
    return sync(models.Site, "site", rows, report, retire=_switch_off)


def _load_closed_days(
    days: Iterable[tables.ClosedDay], sites: Mapping[str, models.Site], report: LoadReport
) -> None:
    rows = (
        {
            "code": day.code,
            "on": day.on,
            "site_id": sites[day.site].id if day.site else None,
            "reason": day.reason,
            "is_active": True,
        }
        for day in days
    )
    sync(models.ClosedDay, "closed day", rows, report, retire=_switch_off)


def _load_visit_reasons(reasons: Iterable[tables.VisitReason], report: LoadReport) -> None:
    rows = (
        asdict(item) | {"rank": number, "is_active": True} for number, item in enumerate(reasons)
    )
    sync(models.VisitReason, "visit reason", rows, report, retire=_switch_off)


def _load_mailboxes(
    mailboxes: Iterable[tables.Mailbox], units: Mapping[str, models.Unit], report: LoadReport
) -> None:
    rows = (
        {
            "channel": item.channel,
            "source": item.source,
            "address": item.address,
            "unit_id": units[item.unit].id,
            "request_type_code": item.request_type,
            "acknowledges": item.acknowledges,
            "fetched_from": asdict(item.fetched_from) if item.fetched_from else None,
            "is_active": True,
        }
        for item in mailboxes
    )
    key = ("channel", "source")
    sync(models.Mailbox, "mailbox", rows, report, key=key, retire=_switch_off)


def _switch_off(row: Any) -> bool:
    was_on: bool = row.is_active
    row.is_active = False
    return was_on
