"""The organisation as a file would say it, past and coming days of territories included."""

from datetime import date, datetime

from sqlalchemy import select

from grc.core.db import session
from grc.organisation import models, tables
from grc.organisation.queries import Snapshot, UnitView, snapshot
from grc.organisation.territory import Range


def present(taken_at: datetime | None = None) -> tables.Organisation:
    """All of it, closed units and past ranges too: loading it again changes nothing. Five
    statements. `taken_at` is kept in it, for a file that goes away."""
    here = snapshot()
    codes = {unit.id: unit.code for unit in here.units_by_id.values()}
    territories = _territories(codes)
    sites = select(models.Site).order_by(models.Site.code)
    places = {one.id: one.code for one in here.sites.values()}
    other = models.Administration
    others = select(other).where(other.is_active).order_by(other.code)
    return tables.Organisation(
        communes=tuple(here.communes.by_insee.values()),
        units=tuple(_unit(one, codes) for one in _by_name(here)),
        territories=tuple(territories.values()),
        ranges=tuple(_ranges(territories)),
        sites=tuple(_site(one, codes) for one in session().scalars(sites)),
        administrations=tuple(
            tables.Administration(one.code, one.name, one.kind, one.email, one.phone, one.address)
            for one in session().scalars(others)
        ),
        mailboxes=tuple(_mailboxes(here)),
        visit_reasons=tuple(
            tables.VisitReason(one.code, one.label_fr, one.label_en)
            for one in here.visit_reasons.values()
            if one.is_active
        ),
        closed_days=tuple(
            tables.ClosedDay(on, reason, places[site_id] if site_id else "")
            for (on, site_id), reason in sorted(here.closed_days.items(), key=_day)
        ),
        taken_at=taken_at,
    )


def _by_name(here: Snapshot) -> list[UnitView]:
    return sorted(here.units_by_id.values(), key=lambda unit: (unit.name, unit.code))


def _day(item: tuple[tuple[date, int | None], str]) -> tuple[date, int]:
    (on, site_id), _reason = item
    return on, site_id or 0


def _unit(view: UnitView, codes: dict[int, str]) -> tables.Unit:
    return tables.Unit(
        code=view.code,
        name=view.name,
        short_name=view.short_name,
        kind=view.kind,
        parent=codes[view.parent_id] if view.parent_id else "",
        email=view.email,
        phone=view.phone,
        address=view.address,
        active=view.is_active,
    )


def _territories(codes: dict[int, str]) -> dict[int, tables.Territory]:
    model = models.Territory
    return {
        one.id: tables.Territory(
            one.code, one.name, codes[one.unit_id], one.valid_from, one.valid_to
        )
        for one in session().scalars(select(model).order_by(model.code))
    }


def _ranges(territories: dict[int, tables.Territory]) -> list[Range]:
    model = models.TerritoryRange
    return [
        Range(
            territories[one.territory_id].code,
            one.insee,
            one.street,
            one.number_from,
            one.number_to,
            one.parity,
            one.valid_from,
            one.valid_to,
        )
        for one in session().scalars(select(model).order_by(model.id))
        if one.valid_to is None or one.valid_to > one.valid_from  # else: changed before its day
    ]


def _site(one: models.Site, codes: dict[int, str]) -> tables.Site:
    return tables.Site(
        code=one.code,
        name=one.name,
        unit=codes[one.unit_id],
        address=one.address,
        commune=one.commune_insee,
        phone=one.phone,
        opening=one.opening,
        kind=one.kind,
        active=one.is_active,
    )


def _mailboxes(here: Snapshot) -> list[tables.Mailbox]:
    return [
        tables.Mailbox(
            channel=one.channel,
            source=one.source,
            unit=one.unit_code,
            address=one.address,
            request_type=one.request_type,
            acknowledges=one.acknowledges,
            fetched_from=one.fetched_from,
        )
        for one in here.mailboxes.values()
    ]
