"""The yearly counts of reception: sums of the lists behind them, and nothing else.

A visit entered by mistake is none. Waiting ends with the call, or when a person leaves. What
comes from a case that is read by a list of people is counted for them alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select

from grc.appointments.models import Appointment, Visit
from grc.appointments.words import Kind, Result
from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import session
from grc.intake.models import Information
from grc.organisation.queries import snapshot
from grc.recovery.catalogue import STANDINGS, Standing, label
from grc.recovery.models import RecoveryAction
from grc.recovery.rights import FAMILY
from grc.staff.policy import Level


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
    by_canton: dict[str, int]  # visits from which a request came, by where its person lives


@dataclass(frozen=True)
class RightFigures:
    """One right in one year: how often it was checked, asked, answered. `monthly_cents`: what
    those obtained bring a month, all together."""

    right: str
    name: str
    checked: int
    asked: int
    obtained: int
    refused: int
    monthly_cents: int


def of_year(year: int, actor: Actor, now: datetime) -> list[Figures]:
    """The figures of every site that received somebody, by code of site."""
    days = (date(year, 1, 1), date(year, 12, 31))
    visits: dict[int, list[Any]] = {}
    columns = (Visit.site_id, Visit.kind, Visit.reason, Visit.result, Visit.case_id, Case.commune)
    moments = (Visit.arrived_at, Visit.called_at, Visit.ended_at)
    told = _counts_for(actor, now).label("is_told")
    query = select(*columns, *moments, told).outerjoin(Case, Case.id == Visit.case_id)
    query = query.where(Visit.on_date.between(*days))
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
        by_canton=_counted(_canton(row.commune) for row in rows if row.case_id and row.is_told),
    )


def _canton(insee: str | None) -> str:
    known = snapshot().commune(insee) if insee else None
    return known.canton if known else ""


def _counts_for(actor: Actor, now: datetime) -> ColumnElement[bool]:
    return or_(Case.level != Level.NAMED, visible_to(actor, now))


def rights_of_year(year: int, actor: Actor, now: datetime) -> list[RightFigures]:
    """Every right that was checked, asked or answered in a year, by code. One asked in one year
    and obtained in the next is counted in both, each for what was done."""
    return rights_between((date(year, 1, 1), date(year, 12, 31)), actor, now)


def rights_between(days: tuple[date, date], actor: Actor, now: datetime) -> list[RightFigures]:
    """The same of some days, both included."""
    found: dict[str, dict[str, int]] = {}
    told = RecoveryAction.asked_on.between(*days) & _counts_for(actor, now)
    done = RecoveryAction.done_on.between(*days) & _counts_for(actor, now)
    for row in (*_rights(literal("asked"), told), *_rights(RecoveryAction.result, done)):
        one = found.setdefault(row.code, {})
        one[row.standing] = row.number
        if row.standing == Standing.OBTAINED:
            one["monthly_cents"] = row.cents or 0
    return [_right_figures(code, found[code]) for code in sorted(found)]


def _rights(standing: Any, which: ColumnElement[bool]) -> Sequence[Any]:
    told = (RecoveryAction.code, standing.label("standing"))
    sums = (func.count().label("number"), func.sum(RecoveryAction.amount_cents).label("cents"))
    query = select(*told, *sums).join(Case, Case.id == RecoveryAction.case_id)
    query = query.where(RecoveryAction.family == FAMILY, which)
    return session().execute(query.group_by("code", "standing")).all()


def _right_figures(code: str, told: dict[str, int]) -> RightFigures:
    numbers = {name: int(told.get(name, 0)) for name in (*STANDINGS, "monthly_cents")}
    return RightFigures(right=code, name=label(code), **numbers)


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
