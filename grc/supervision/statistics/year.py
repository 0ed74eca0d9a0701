"""The key figures of a year: coverage, follow-up and rights; as they are, or as they were kept.

They are made to be shown: cases read by a list of people are in none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from grc.cases.models import Case
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, lock, session
from grc.core.errors import Forbidden, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.coverage.queries import coverage
from grc.recovery.catalogue import ABANDONED, Standing
from grc.recovery.models import RecoveryAction
from grc.staff.models import User
from grc.staff.policy import Level
from grc.supervision.outside import READER
from grc.supervision.statistics.checking import count_here
from grc.supervision.statistics.facts import Measure
from grc.supervision.statistics.folding import counted_at
from grc.supervision.statistics.models import FrozenYear
from grc.supervision.statistics.periods import Days, Grain
from grc.supervision.statistics.publishing import COUNTS, MASKED, WHOLES, hide, lines
from grc.supervision.statistics.queries import Question, answers_for_all, figures
from grc.supervision.visits import rights_between

FOLLOWED = ("promised", "done", "kept", "succeeded")
STANDINGS = (Standing.CHECKED, Standing.ASKED, Standing.OBTAINED, Standing.REFUSED)
_PARTS = {"done": "promised", "kept": "promised", "succeeded": "done"}
_SUCCEEDED = ("succeeded", "partly")
_FAMILY = "FOLLOW_UP"
_BASES = {Measure.CONTACT, Measure.OPENED, Measure.HANDLED}
_SHARES = {Measure.AT_ONCE: "at_once_share", Measure.DUE: "on_time", Measure.KEPT: "on_time"}
_LOCK = 92_036
FIRST = 2000
Told = dict[str, Any]  # as JSON: see `told_of`


@dataclass(frozen=True)
class Edition:
    """The figures of a year; `number` 0 and nobody: as they are at this moment."""

    year: int
    number: int
    told: Told
    who: str = ""
    at: datetime | None = None


def present(year: int, now: datetime) -> Edition:
    """The figures as they are now, beside those of the same days of the year before.
    Raises InvalidInput for a year to come."""
    today = paris_date(now)
    if not FIRST <= year <= today.year:
        raise InvalidInput(N_("Cette année n'a pas de chiffres."), field="year")
    until = min(today, date(year, 12, 31))
    before = _year_before(until)
    counted = counted_at()
    told = {
        "until": until.isoformat(),
        "until_before": before.isoformat(),
        "counted_at": counted.isoformat() if counted else None,
    }
    this, last = (told_of(Days(date(on.year, 1, 1), on), now) for on in (until, before))
    return Edition(year, 0, {**told, "this": this, "before": last})


def _year_before(on: date) -> date:
    is_leap_day = (on.month, on.day) == (2, 29)
    return on.replace(year=on.year - 1, day=28 if is_leap_day else on.day)


def told_of(days: Days, now: datetime) -> Told:
    """The figures of some days: `whole` (see `publishing.Line`), `coverage`, `followed` and
    `rights`, each a list of mappings. Sums are cents a month."""
    asked = Question(days, grain=Grain.YEAR, is_outside=True)
    rows = figures(asked, READER, now).rows
    _, whole = lines(rows, None)
    found = coverage((days.first, days.last))
    return {
        "whole": dict(whole.values),
        "coverage": [
            {
                "name": one.way.name,
                "counted": one.counted,
                "recorded": one.recorded,
                "days": one.days,
            }
            for one in found
        ],
        "followed": _followed(days),
        "rights": [
            {"code": one.right, "monthly_cents": one.monthly_cents}
            | {str(name): getattr(one, name) for name in STANDINGS}
            for one in rights_between((days.first, days.last), READER, now)
        ],
    }


def _followed(days: Days) -> list[Told]:
    """What was promised for these days to put cases back on their rails, by kind."""
    action = RecoveryAction
    numbers = {
        "promised": func.count(),
        "done": func.count(action.done_on).filter(action.result != ABANDONED),
        "kept": func.count().filter(
            action.done_on <= action.promised_on, action.result != ABANDONED
        ),
        "succeeded": func.count().filter(action.result.in_(_SUCCEEDED)),
    }
    query = select(action.code, *(numbers[name].label(name) for name in FOLLOWED))
    query = query.join(Case, Case.id == action.case_id).where(
        action.family == _FAMILY,
        action.withdrawn_at.is_(None),
        action.promised_on.between(days.first, days.last),
        Case.level != Level.NAMED,
    )
    rows = session().execute(query.group_by(action.code).order_by(action.code))
    return [dict(row._mapping) for row in rows]


def published(told: Told, few: int) -> Told:
    """The same without the small numbers, and what would give them back."""
    return {**told, "this": _masked(told["this"], few), "before": _masked(told["before"], few)}


def _masked(told: Told, few: int) -> Told:
    followed, all_followed = _masked_rows(told["followed"], FOLLOWED, _PARTS, few)
    rights, all_rights = _masked_rows(told["rights"], STANDINGS, {}, few)
    for row in (*rights, all_rights):
        if row[Standing.OBTAINED] == MASKED:
            row["monthly_cents"] = MASKED
    return {
        **told,
        "whole": _masked_whole(told["whole"], few),
        "followed": followed,
        "all_followed": all_followed,
        "rights": rights,
        "all_rights": all_rights,
    }


def summed(rows: list[Told]) -> Told:
    """The sum of lines: of each of their numbers."""
    names = [name for name in (rows[0] if rows else ()) if name != "code"]
    return {name: sum(row[name] for row in rows) for name in names}


def _masked_rows(
    rows: list[Told], names: tuple[str, ...], parts: Mapping[str, str], few: int
) -> tuple[list[Told], Told]:
    """The lines and their sum, both without what may not be told."""
    counts = {row["code"]: {name: row[name] for name in names} for row in rows}
    whole = {name: sum(row[name] for row in rows) for name in names}
    hidden, own = hide(counts, whole, parts, few)
    told = [row | dict.fromkeys(hidden[row["code"]], MASKED) for row in rows]
    return told, whole | summed(rows) | dict.fromkeys(own, MASKED)


def _masked_whole(told: Told, few: int) -> Told:
    counts = {str(name): told[name] for name in COUNTS}
    _, own = hide({}, counts, WHOLES, few)
    if own & _BASES:  # of a whole département so little happened: shares would say the rest
        return {name: MASKED if value is not None else None for name, value in told.items()}
    shares = {share for part, share in _SHARES.items() if part in own}
    return told | dict.fromkeys(own | shares, MASKED)


def freeze(year: int, *, actor: Actor, now: datetime) -> int:
    """Keep the figures of a year with all that is done at this moment; the number of the
    edition. Editions that were kept before stay. Raises Forbidden, and InvalidInput for a year
    to come."""
    if actor.user_id is None or not answers_for_all(actor):
        raise Forbidden(N_("Arrêter une année demande d'être responsable de tous les services."))
    lock(_LOCK)
    count_here(now)
    told = present(year, now).told
    latest = session().scalar(select(func.max(FrozenYear.edition)).where(FrozenYear.year == year))
    edition = (latest or 0) + 1
    user = session().get_one(User, actor.user_id)
    kept = {"year": year, "edition": edition, "told": told}
    frozen_id = add(FrozenYear, **kept, user_id=user.id, who=user.name, at=now)
    audit.record(
        Event.YEAR_FROZEN,
        subject=("frozen_year", frozen_id),
        actor=actor,
        now=now,
        year=year,
        edition=edition,
    )
    return edition


def editions(year: int) -> list[Edition]:
    """The editions that were kept of a year, latest first."""
    query = select(FrozenYear).where(FrozenYear.year == year).order_by(FrozenYear.edition.desc())
    return [
        Edition(row.year, row.edition, row.told, row.who, row.at)
        for row in session().scalars(query)
    ]
