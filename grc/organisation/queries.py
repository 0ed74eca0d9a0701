"""The organisation as immutable look-ups, kept in memory (see `cache`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from grc.channels.source import FileFolder, MailFolder
from grc.core.db import session
from grc.core.errors import NotFound, Unavailable
from grc.core.i18n import N_
from grc.organisation import models
from grc.organisation.cache import Cache
from grc.organisation.communes import Commune, CommuneIndex
from grc.organisation.territory import Range, TerritoryIndex


@dataclass(frozen=True)
class UnitView:
    """A unit. `department_id` is the top unit of its tree, itself for a department."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    parent_id: int | None
    department_id: int
    email: str
    phone: str
    address: str
    is_active: bool

    @property
    def above(self) -> int | None:
        """The unit whose supervisors see what this one does; None for a medical unit, which
        only its own people see into."""
        return None if self.kind == "medical" else self.parent_id


@dataclass(frozen=True)
class TerritoryView:
    """A territory and the code of the unit that serves it."""

    id: int
    code: str
    name: str
    unit_code: str
    version: int


@dataclass(frozen=True)
class MailboxView:
    """A source of items; `request_type` is empty when the box announces none."""

    channel: str
    source: str
    address: str
    unit_id: int
    unit_code: str
    request_type: str
    acknowledges: bool
    fetched_from: MailFolder | FileFolder | None


@dataclass(frozen=True)
class SiteView:
    """A place where citizens are received, by the people of one unit."""

    id: int
    code: str
    name: str
    unit_id: int
    kind: str
    is_active: bool


@dataclass(frozen=True)
class ReasonView:
    """A reason of visits, retired or not."""

    code: str
    label_fr: str
    label_en: str
    is_active: bool

    def label(self, locale: str) -> str:
        """The label in this language."""
        return self.label_en if locale == "en" else self.label_fr


@dataclass(frozen=True)
class Snapshot:
    """Everything at one moment; retired rows are still found by id, for old cases."""

    units_by_id: Mapping[int, UnitView]
    units_by_code: Mapping[str, UnitView]
    communes: CommuneIndex
    territories: TerritoryIndex
    territories_by_code: Mapping[str, TerritoryView]
    mailboxes: Mapping[tuple[str, str], MailboxView]
    own_addresses: frozenset[str]
    partner_domains: Mapping[str, str]  # mail domain -> name of another administration
    sites: Mapping[int, SiteView]  # by id, in the order of their names
    visit_reasons: Mapping[str, ReasonView]  # by code, in the order of the file
    closed_days: Mapping[tuple[date, int | None], str]  # (day, site or all of us) -> why

    @property
    def units(self) -> tuple[UnitView, ...]:
        """Active units by name: what a list shows."""
        active = (unit for unit in self.units_by_id.values() if unit.is_active)
        return tuple(sorted(active, key=lambda unit: unit.name))

    @property
    def triage(self) -> UnitView:
        """The unit that sorts what no rule could route. Raises Unavailable before any load."""
        for unit in self.units_by_id.values():
            if unit.kind == "triage" and unit.is_active:
                return unit
        raise Unavailable(
            N_("Aucune organisation n'est chargée : lancez « grc organisation load »."),
        )

    def find_unit(self, code: str) -> UnitView | None:
        """The active unit of this code, if any."""
        unit = self.units_by_code.get(code)
        return unit if unit is not None and unit.is_active else None

    def unit(self, code: str) -> UnitView:
        """The unit of this code, retired or not. Raises NotFound."""
        if code not in self.units_by_code:
            raise NotFound(N_("Le service « %(unit)s » n'existe pas."), unit=code)
        return self.units_by_code[code]

    def unit_by_id(self, unit_id: int) -> UnitView:
        """The unit of this id, retired or not. Raises NotFound."""
        if unit_id not in self.units_by_id:
            raise NotFound(N_("Le service « %(unit)s » n'existe pas."), unit=unit_id)
        return self.units_by_id[unit_id]

    def open_above(self, unit: UnitView, kind: str = "") -> UnitView | None:
        """The nearest open unit above one, of this kind if any is named; None when none is."""
        at = unit.parent_id
        while at is not None:
            above = self.unit_by_id(at)
            if above.is_active and kind in ("", above.kind):
                return above
            at = above.parent_id
        return None

    def commune(self, insee: str) -> Commune | None:
        """The commune of this INSEE code, if it is ours."""
        return self.communes.by_insee.get(insee)

    def territory(self, code: str) -> TerritoryView | None:
        """The territory of this code, past ones included."""
        return self.territories_by_code.get(code)

    def closed(self, on: date, site_id: int | None = None) -> str | None:
        """Why a site is closed that day, or all of us; None when it is open."""
        here = self.closed_days.get((on, site_id)) if site_id else None
        return here or self.closed_days.get((on, None))

    def mailbox(self, channel: str, source: str) -> MailboxView | None:
        """The active source of this name."""
        return self.mailboxes.get((channel, source))


def snapshot() -> Snapshot:
    """The organisation of the present database; a reload is seen within a second."""
    return _cache.get()


def _build() -> Snapshot:
    units = {unit.id: unit for unit in _units()}
    communes = CommuneIndex(_communes())
    territories = {item.id: item for item in _territories(units)}
    names = {item.code: item.name for item in territories.values()}
    mailboxes = {(box.channel, box.source): box for box in _mailboxes(units)}
    return Snapshot(
        units_by_id=units,
        units_by_code={unit.code: unit for unit in units.values()},
        communes=communes,
        territories=TerritoryIndex(communes, _ranges(territories), names),
        territories_by_code={item.code: item for item in territories.values()},
        mailboxes=mailboxes,
        own_addresses=frozenset(box.address for box in mailboxes.values() if box.address),
        partner_domains=dict(_partner_domains()),
        sites={site.id: site for site in _sites()},
        visit_reasons={reason.code: reason for reason in _visit_reasons()},
        closed_days=dict(_closed_days()),
    )


_cache = Cache(_build)


def _units() -> Iterable[UnitView]:
    for row in session().scalars(select(models.Unit)):
        yield UnitView(
            id=row.id,
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            parent_id=row.parent_id,
            department_id=row.department_id or row.id,
            email=row.email,
            phone=row.phone,
            address=row.address,
            is_active=row.is_active,
        )


def _communes() -> Iterable[Commune]:
    for row in session().scalars(select(models.Commune).order_by(models.Commune.insee)):
        yield Commune(
            insee=row.insee,
            name=row.name,
            postcodes=tuple(row.postcodes.split()),
            department=row.department,
            canton=row.canton,
            population=row.population,
            aliases=tuple(filter(None, row.aliases.split("|"))),
        )


def _territories(units: Mapping[int, UnitView]) -> Iterable[TerritoryView]:
    for row in session().scalars(select(models.Territory)):
        yield TerritoryView(row.id, row.code, row.name, units[row.unit_id].code, row.version)


def _ranges(territories: Mapping[int, TerritoryView]) -> Iterable[Range]:
    for row in session().scalars(select(models.TerritoryRange)):
        yield Range(
            territory=territories[row.territory_id].code,
            insee=row.insee,
            street=row.street,
            number_from=row.number_from,
            number_to=row.number_to,
            parity=row.parity,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )


def _mailboxes(units: Mapping[int, UnitView]) -> Iterable[MailboxView]:
    for row in session().scalars(select(models.Mailbox).where(models.Mailbox.is_active)):
        yield MailboxView(
            channel=row.channel,
            source=row.source,
            address=row.address,
            unit_id=row.unit_id,
            unit_code=units[row.unit_id].code,
            request_type=row.request_type_code,
            acknowledges=row.acknowledges,
            fetched_from=_folder(row.fetched_from) if row.fetched_from else None,
        )


def _folder(kept: Mapping[str, Any]) -> MailFolder | FileFolder:
    return FileFolder(**kept) if "path" in kept else MailFolder(**kept)


def _sites() -> Iterable[SiteView]:
    for row in session().scalars(select(models.Site).order_by(models.Site.name)):
        yield SiteView(row.id, row.code, row.name, row.unit_id, row.kind, row.is_active)


def _closed_days() -> Iterable[tuple[tuple[date, int | None], str]]:
    day = models.ClosedDay
    query = select(day.on, day.site_id, day.reason).where(day.is_active)
    for on, site_id, reason in session().execute(query):
        yield (on, site_id), reason


def _visit_reasons() -> Iterable[ReasonView]:
    for row in session().scalars(select(models.VisitReason).order_by(models.VisitReason.rank)):
        yield ReasonView(row.code, row.label_fr, row.label_en, row.is_active)


def _partner_domains() -> Iterable[tuple[str, str]]:
    query = select(models.Administration).where(models.Administration.is_active)
    for row in session().scalars(query):
        if domain := row.email.rpartition("@")[2].lower():
            yield domain, row.name
