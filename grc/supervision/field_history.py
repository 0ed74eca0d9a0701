"""The history of every field of a case or of a person: before, after, who, when, why.

Read from the journal by page, the latest first, for who may read the case or see the person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from grc.cases import persons
from grc.cases.fields import Field
from grc.cases.models import Case
from grc.cases.persons import Person
from grc.cases.service import all_handlings
from grc.core.actor import Actor
from grc.core.audit import AuditRow, Remark
from grc.core.db import among, session
from grc.core.events import BY_CODE, Event
from grc.core.i18n import translate
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.supervision import field_changes
from grc.supervision.field_changes import Read
from grc.supervision.words import machine

PAGE = 50  # acts on a page; an act may change several fields
_ROWS = (
    select(AuditRow, Remark.text.label("remark"), User.name)
    .outerjoin(Remark, Remark.id == AuditRow.remark_id)
    .outerjoin(User, User.id == AuditRow.actor_id)
    .order_by(AuditRow.id.desc())
    .limit(PAGE + 1)
)


@dataclass(frozen=True)
class Line:
    """One change of one field, in words. `about`: the service it is of, when several handle."""

    label: str
    about: str
    before: str
    after: str
    at: datetime
    actor: str
    why: str


@dataclass(frozen=True)
class History:
    """One page; `older`: the act to go on below, None at the beginning."""

    lines: tuple[Line, ...]
    older: int | None


def of_case(
    case: Case, *, field: Field | None = None, below: int | None = None, locale: str
) -> History:
    """The changes of a case that this person reads (see `cases.queries.case_for`)."""
    events = field_changes.events_of(field)
    rows, older = _page(events, below, AuditRow.case_id == case.id)
    units = _units(case)

    def told(row: Any, event: Event) -> list[Line]:
        act = row.AuditRow
        about = units.get(act.subject_id, "") if act.subject_kind == "handling" else ""
        found = field_changes.of_case(event, act.data, row.remark)
        return [
            _line(one, row, event, about, locale) for one in found if field in (None, one.field)
        ]

    return _history(rows, older, told)


def _units(case: Case) -> Mapping[int, str]:
    """The service of each part, when there are several: whose state changed?"""
    handlings = all_handlings(case)
    if len(handlings) < 2:
        return {}
    return {row.id: snapshot().unit_by_id(row.unit_id).short_name for row in handlings}


def of_person(
    actor: Actor, person: Person, now: datetime, *, below: int | None = None, locale: str
) -> History:
    """The changes of what is known of her; nothing about an address or a person this agent may
    not know of."""
    hers = (AuditRow.subject_kind == "citizen", among(AuditRow.subject_id, person.ids))
    rows, older = _page(field_changes.OF_PERSON, below, *hers)
    ways = persons.reached(actor, person.ids, now)
    points = {way.point.id: way.point.value for way in ways}
    known = persons.may_be_named(actor, person, [row.AuditRow for row in rows], points, now)

    def told(row: Any, event: Event) -> list[Line]:
        act = row.AuditRow
        if act.id not in known:
            return []
        point = points.get(act.data.get("point", 0), "")
        found = field_changes.of_person(event, act.data, row.remark, point)
        return [_line(one, row, event, "", locale) for one in found]

    return _history(rows, older, told)


def _page(
    events: Collection[Event], below: int | None, *where: ColumnElement[bool]
) -> tuple[list[Any], int | None]:
    query = _ROWS.where(*where, AuditRow.event.in_([event.code for event in events]))
    if below is not None:
        query = query.where(AuditRow.id < below)
    rows = list(session().execute(query))
    return rows[:PAGE], rows[PAGE - 1].AuditRow.id if len(rows) > PAGE else None


def _history(rows: Collection[Any], older: int | None, told: Any) -> History:
    found = (told(row, BY_CODE[row.AuditRow.event]) for row in rows)
    return History(tuple(line for lines in found for line in lines), older)


def _line(read: Read, row: Any, event: Event, about: str, locale: str) -> Line:
    act = row.AuditRow
    return Line(
        label=translate(read.label, locale),
        about=about,
        before=translate(read.before, locale),
        after=translate(read.after, locale),
        at=act.at,
        actor=row.name or machine(act.actor, locale),
        why=field_changes.why_of(event, row.remark),
    )
