"""Appointments from a file (CSV, workbook, calendar): created, changed, never destroyed.

Columns, in any order, by their French names: site, date, heure, référence; and if there are,
durée (minutes), avec, nom, motif, demande. A calendar has events: see `calendar_file`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select

from grc.appointments import agenda, calendar_file
from grc.appointments.agenda import Planned
from grc.appointments.models import Appointment
from grc.appointments.words import State
from grc.cases.queries import by_reference
from grc.core import titled
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import session
from grc.core.errors import GrcError, InvalidInput
from grc.core.i18n import N_
from grc.core.search import strip_accents
from grc.organisation.queries import SiteView, snapshot
from grc.parsing import calendars, cells
from grc.parsing.calendars import Event

NEEDED = ("site", "date", "heure", "reference")


@dataclass
class Report(titled.Report):
    """What an import did. `vanished`: still to come here, and no longer in the file; they are
    left, for a person to look at."""

    vanished: list[str] = field(default_factory=list)


def take_in(
    path: Path, source: str, *, actor: Actor, now: datetime, default_site: str = ""
) -> Report:
    """Make the appointments of one source say what a file says. `default_site` is the code of
    the site of those that name none. Raises InvalidInput when it is no such file; a row that is
    not right is left out and told."""
    if default_site and _find(default_site) is None:
        text = N_("Le site « %(site)s » de --site n'existe pas, ou plus.")
        raise InvalidInput(text, field="site", site=default_site)
    report, seen, days, sites = Report(), set[str](), set[date](), set[int]()
    for number, row, event in _rows(path):
        try:
            site, planned = _planned(row, source, event, default_site)
            renew = agenda.cancel if event and event.is_cancelled else agenda.renew
            done = renew(site.id, planned, actor=actor, now=now)
        except GrcError as refused:
            report.rejected.append((number, refused.text))
            continue
        setattr(report, done, getattr(report, done) + 1)
        seen.add(planned.external or "")
        days.add(paris_date(planned.starts_at))
        sites.add(site.id)
    if seen:
        report.vanished = _vanished(source, seen, (min(days), max(days)), sites)
    return report


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str], Event | None]]:
    """The rows of a table, or the events of a calendar as such rows."""
    with path.open("rb") as stream:
        head = stream.read(200)
        if not calendars.is_calendar(head):
            yield from ((number, row, None) for number, row in titled.rows(path, NEEDED))
            return
        raw = head + stream.read(calendars.LARGEST)
    try:
        events = calendars.read(raw)
    except calendars.BadCalendar as refused:
        raise InvalidInput(refused.detail, field="path", **refused.params) from refused
    for event in events:
        is_reason = bool(_reason(event.summary))
        yield event.line, calendar_file.row_of(event, is_reason=is_reason), event


def _planned(
    row: Mapping[str, str], source: str, event: Event | None, default_site: str
) -> tuple[SiteView, Planned]:
    if event and event.problem:
        raise InvalidInput(event.problem)
    site = _site(row.get("site", ""), default_site, is_place=event is not None)
    external = row.get("reference", "").strip()[:200]
    if not external:
        raise InvalidInput(N_("Ce rendez-vous n'a pas de référence."), field="reference")
    told = row.get("demande", "")
    case = by_reference(told) if told else None
    if told and case is None:
        raise InvalidInput(N_("La demande « %(case)s » n'existe pas."), case=told)
    starts_at = event.starts_at if event else None
    return site, Planned(
        starts_at=starts_at or _moment(row.get("date", ""), row.get("heure", "")),
        minutes=_minutes(row.get("duree", "")),
        host=row.get("avec", ""),
        name=row.get("nom", ""),
        reason=_reason(row.get("motif", "")),
        case=case,
        source=source,
        external=external,
    )


def _site(told: str, default: str, *, is_place: bool) -> SiteView:
    """The site of this code or name. What a calendar says is a place, perhaps a room: it goes
    before the default only when it is a site."""
    wanted = [told or default, default] if is_place and default else [told or default]
    if found := next(filter(None, map(_find, wanted)), None):
        return found
    raise InvalidInput(N_("Le site « %(site)s » n'existe pas."), field="site", site=told)


def _find(told: str) -> SiteView | None:
    """The site of this code or name, if it receives people."""
    active = (site for site in snapshot().sites.values() if site.is_active)
    return next((site for site in active if _same(told, (site.code, site.name))), None)


def _reason(told: str) -> str:
    """The reason of this code or label; one that is in no list is none."""
    for reason in snapshot().visit_reasons.values():
        if _same(told, (reason.code, reason.label_fr)):
            return reason.code
    return ""


def _same(told: str, names: Sequence[str]) -> bool:
    wanted = strip_accents(told).casefold()
    return any(strip_accents(name).casefold() == wanted for name in names)


def _moment(on: str, at: str) -> datetime:
    hour = at.lower().replace(" ", "").replace("h", ":")
    found = cells.moment(f"{on} {hour}00" if hour.endswith(":") else f"{on} {hour}")
    if found is None or ":" not in hour:
        text = N_("« %(told)s » n'est pas une date suivie d'une heure.")
        raise InvalidInput(text, field="date", told=f"{on} {at}")
    return found


def _minutes(told: str) -> int:
    digits = told.lower().removesuffix("min").strip()
    if digits and not digits.isdecimal():
        raise InvalidInput(N_("Un rendez-vous dure de 1 à 480 minutes."), field="minutes")
    return int(digits or Planned.minutes)


def _vanished(source: str, seen: set[str], days: tuple[date, date], sites: set[int]) -> list[str]:
    query = select(Appointment.external).where(
        Appointment.source == source,
        Appointment.site_id.in_(sites),
        Appointment.on_date.between(*days),
        Appointment.state == State.TO_COME,
    )
    return sorted(set(filter(None, session().scalars(query))) - seen)
