"""The yearly counts of reception: sums of the lists behind them, and nothing else.

A visit entered by mistake is none. Waiting ends with the call, or when a person leaves.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from grc.appointments.models import Appointment, Visit
from grc.appointments.words import Kind, Result
from grc.core.db import session
from grc.intake.models import Information
from grc.organisation.queries import snapshot


@dataclass(frozen=True)
class Figures:
    """One site in one year. `informations`: given without waiting, anonymous."""

    site: str
    name: str
    visits: int
    interviews: int
    informations: int
    by_kind: dict[str, int]
    by_reason: dict[str, int]
    by_result: dict[str, int]
    appointments: dict[str, int]
    waiting_median: int | None  # seconds
    waiting_p90: int | None


def of_year(year: int) -> list[Figures]:
    """The figures of every site that received somebody, by code of site."""
    days = (date(year, 1, 1), date(year, 12, 31))
    visits: dict[int, list[Any]] = {}
    columns = (Visit.site_id, Visit.kind, Visit.reason, Visit.result)
    moments = (Visit.arrived_at, Visit.called_at, Visit.ended_at)
    query = select(*columns, *moments).where(Visit.on_date.between(*days))
    for row in session().execute(query):
        if row.result != Result.MISTAKE:
            visits.setdefault(row.site_id, []).append(row)
    given, planned = _informations(days), _appointments(days)
    sites = snapshot().sites
    found = sorted({*visits, *given, *planned}, key=lambda one: sites[one].code)
    return [
        _figures(one, visits.get(one, []), given.get(one, 0), planned.get(one, {})) for one in found
    ]


def _informations(days: tuple[date, date]) -> dict[int, int]:
    query = select(Information.site_id, func.count()).where(
        Information.site_id.is_not(None), Information.on_date.between(*days)
    )
    rows = session().execute(query.group_by(Information.site_id))
    return {site_id: number for site_id, number in rows if site_id is not None}


def _appointments(days: tuple[date, date]) -> dict[int, dict[str, int]]:
    told = (Appointment.site_id, Appointment.state)
    query = select(*told, func.count()).where(Appointment.on_date.between(*days)).group_by(*told)
    found: dict[int, dict[str, int]] = {}
    for site_id, state, number in session().execute(query.order_by(*told)):
        found.setdefault(site_id, {})[state] = number
    return found


def _figures(
    site_id: int, rows: Sequence[Any], informations: int, planned: dict[str, int]
) -> Figures:
    waits = sorted(wait for row in rows if (wait := _wait(row)) is not None)
    site, by_kind = snapshot().sites[site_id], _counted(row.kind for row in rows)
    return Figures(
        site=site.code,
        name=site.name,
        visits=len(rows),
        interviews=by_kind.get(Kind.INTERVIEW, 0),
        informations=informations,
        by_kind=by_kind,
        by_reason=_counted(row.reason or "" for row in rows),
        by_result=_counted(row.result or "" for row in rows),
        appointments=planned,
        waiting_median=quantile(waits, 50),
        waiting_p90=quantile(waits, 90),
    )


def _counted(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(map(str, values)).items()))


def _wait(row: Any) -> int | None:
    until: datetime | None = row.called_at or row.ended_at
    return int((until - row.arrived_at).total_seconds()) if until else None


def quantile(ordered: Sequence[int], percent: int) -> int | None:
    """The smallest value that this share of the values does not exceed (nearest rank)."""
    if not ordered:
        return None
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]
