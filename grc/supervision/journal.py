"""The journal as an auditor reads it: who did what when, never what anybody wrote.

Of a named case its reference and the kind of act are told, without the words of the act. A page
follows one index: of a case, of a person who acted, else the journal from its end, of which so
many rows are looked at and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, select

from grc.cases.models import Case, Handling, case_reference
from grc.cases.queries import by_reference
from grc.core import audit
from grc.core.actor import Actor
from grc.core.audit import AuditRow
from grc.core.clock import start_of
from grc.core.db import session
from grc.core.errors import Forbidden
from grc.core.events import BY_CODE, Event
from grc.core.i18n import N_, Text, translate
from grc.staff.models import User
from grc.staff.policy import Level, Permission, allowed

PAGE = 50
MOST = 10_000  # lines of a file
DEPTH = 100_000  # rows of the journal a page looks at; an older period is asked for by its dates
_FORBIDDEN = N_("Seul un auditeur lit le journal.")


@dataclass(frozen=True)
class Wanted:
    """What is asked for; empty is all. Days are civil, both included."""

    first: date | None = None
    last: date | None = None
    login: str = ""
    event: str = ""
    unit_id: int | None = None
    case: str = ""

    @property
    def words(self) -> str:
        """Which filters were set, for the journal of the journal: no free text."""
        names = ("first", "last", "login", "event", "unit_id", "case")
        return ", ".join(name for name in names if getattr(self, name)) or "–"


class Line(NamedTuple):
    """One act; `case` is its reference, empty when it is of none."""

    id: int
    at: datetime
    actor: str
    event: str
    told: str
    case: str


def page(
    wanted: Wanted, *, below: int | None, locale: str, actor: Actor, now: datetime
) -> list[Line]:
    """The latest acts asked for, one more than a page. Looking is written down: call it in a
    transaction. Raises Forbidden."""
    _demand(actor)
    _note(Event.AUDIT_SHOWN, wanted, actor, now)
    return _lines(wanted, below, PAGE + 1, locale)


def export(wanted: Wanted, *, locale: str, actor: Actor, now: datetime) -> list[Line]:
    """All that is asked for, at most MOST lines; written down too. Raises Forbidden."""
    _demand(actor)
    _note(Event.AUDIT_EXPORTED, wanted, actor, now)
    return _lines(wanted, None, MOST, locale)


def _demand(actor: Actor) -> None:
    if not allowed(actor, Permission.AUDIT):
        raise Forbidden(_FORBIDDEN)


def _note(event: Event, wanted: Wanted, actor: Actor, now: datetime) -> None:
    subject = ("user", actor.user_id or 0)
    audit.record(event, subject=subject, actor=actor, now=now, filters=wanted.words)


def _lines(wanted: Wanted, below: int | None, most: int, locale: str) -> list[Line]:
    top = below or _after(wanted.last + timedelta(days=1) if wanted.last else None)
    query = (
        select(AuditRow, Case.opened_at, Case.level)
        .outerjoin(Case, Case.id == AuditRow.case_id)
        .where(AuditRow.id < top, *_conditions(wanted, top))
        .order_by(AuditRow.id.desc())
        .limit(most)
    )
    return [_line(row, at, level, locale) for row, at, level in session().execute(query)]


def _after(day: date | None) -> int:
    """The first id of a day, one more than the last of all for None. Ids grow with time, so a
    search by halves needs no index of the times."""
    low, high = 0, (session().scalar(select(func.max(AuditRow.id))) or 0) + 1
    while day is not None and low < high:
        middle = (low + high) // 2
        at = session().scalar(
            select(AuditRow.at).where(AuditRow.id >= middle).order_by(AuditRow.id).limit(1)
        )
        low, high = (low, middle) if at is None or at >= start_of(day) else (middle + 1, high)
    return high


def _conditions(wanted: Wanted, top: int) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.case:
        case = by_reference(wanted.case)
        found.append(AuditRow.case_id == (case.id if case else 0))
    else:
        found.append(AuditRow.id >= top - DEPTH)
    if wanted.first:
        found.append(AuditRow.at >= start_of(wanted.first))
    if wanted.last:
        found.append(AuditRow.at < start_of(wanted.last + timedelta(days=1)))
    if wanted.login:
        who = select(User.id).where(User.login == wanted.login.lower()).scalar_subquery()
        found.append((AuditRow.actor_id == who) | (AuditRow.actor == wanted.login))
    if wanted.event:
        found.append(AuditRow.event == wanted.event)
    if wanted.unit_id:
        of_case = (Handling.case_id == AuditRow.case_id, Handling.unit_id == wanted.unit_id)
        found.append(exists().where(*of_case))
    return found


def _line(row: AuditRow, opened: datetime | None, level: str | None, locale: str) -> Line:
    reference = case_reference(row.case_id, opened) if row.case_id and opened else ""
    told = _told(row.event, row.data, locale, is_kept=level not in (None, Level.NORMAL))
    return Line(row.id, row.at, row.actor, row.event, told, reference)


def _told(code: str, data: dict[str, Any], locale: str, *, is_kept: bool) -> str:
    event = BY_CODE[code]
    return label(event, locale) if is_kept else translate(event.text(data), locale)


def label(event: Event, locale: str) -> str:
    """The kind of an act: its sentence, each word of the occasion left out."""
    return translate(Text(event.sentence, dict.fromkeys(event.keys, "…")), locale)
