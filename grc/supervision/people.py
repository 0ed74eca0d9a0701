"""Who a case concerns: citizen, parties, units in charge, dated facts and deadlines."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from grc.cases.imported import references_of
from grc.cases.models import WITHDRAWN, Case, CaseFact, Deadline, Handling, Party
from grc.cases.persons import reference_of
from grc.cases.queries import NOW
from grc.cases.states import label as status_label
from grc.cases.told import may_know
from grc.citizens.models import Citizen, CitizenContact, ContactPoint
from grc.core.actor import Actor
from grc.core.db import fetch
from grc.core.i18n import translate
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.supervision.views import (
    CitizenView,
    ContactView,
    DeadlineView,
    FactView,
    HandlingView,
    PartyView,
    ReferenceView,
)
from grc.supervision.words import all_said

_OF_CASE: Any = bindparam("case")
_CITIZEN: Any = bindparam("citizen")
_PARTIES = (
    select(
        Party.id,
        Party.role,
        func.coalesce(func.nullif(Citizen.name, ""), Party.name).label("name"),
        Party.citizen_id,
        Party.organisation,
        ContactPoint.value.label("contact"),
        Party.is_correspondent,
        Party.until,
    )
    .outerjoin(Citizen, Citizen.id == Party.citizen_id)
    .outerjoin(ContactPoint, ContactPoint.id == Party.contact_point_id)
    .where(Party.case_id == _OF_CASE)
    .order_by(Party.id)
)
_HANDLINGS = (
    select(
        Handling.id,
        Handling.unit_id,
        Handling.status,
        Handling.is_open,
        Handling.to_route,
        Handling.assignee_id,
        User.login.label("assignee"),
        User.name.label("assignee_name"),
        Handling.due_on,
        Handling.taken_at,
        Handling.answered_at,
        Handling.resolved_at,
        Handling.closed_at,
        Handling.outcome,
        Handling.version,
    )
    .outerjoin(User, User.id == Handling.assignee_id)
    .where(Handling.case_id == _OF_CASE)
    .order_by(Handling.id)
)
_FACTS = (
    select(
        CaseFact.id,
        CaseFact.replaces_id,
        CaseFact.kind,
        CaseFact.on_date,
        CaseFact.at,
        CaseFact.source,
        CaseFact.actor,
    )
    .where(CaseFact.case_id == _OF_CASE)
    .order_by(CaseFact.id)
)
_DEADLINES = (
    select(Deadline.code, Deadline.due_on, Deadline.reasons, Deadline.met_at)
    .where(Deadline.case_id == _OF_CASE)
    .order_by(Deadline.met_at.is_not(None), Deadline.due_on)
)


def citizen(actor: Actor, case: Case, locale: str, now: datetime) -> CitizenView:
    """The person the case is for, with every way to reach them that this actor may know of."""
    rows = _person(actor, case.citizen_id, now) if case.citizen_id is not None else []
    return CitizenView(
        id=case.citizen_id,
        name=rows[0].name if rows else None,
        birth_date=rows[0].birth_date if rows else None,
        birth_name=rows[0].birth_name if rows else None,
        contact_points=tuple(_contact(row) for row in rows if row.kind),
        match=case.citizen_match,
        reasons=all_said(case.match_reasons, locale),
        reference=reference_of(case.citizen_id or 0, rows[0].created_at) if rows else None,
    )


def _person(actor: Actor, citizen_id: int, now: datetime) -> Sequence[Any]:
    """Her with each of these ways, in one statement; alone when there is none."""
    return fetch(_with_ways(actor), {"citizen": citizen_id, "now": now}).all()


@lru_cache(maxsize=512)  # for each set of rights: building it costs more than running it
def _with_ways(actor: Actor) -> Select[Any]:
    ways = (
        select(
            CitizenContact.citizen_id,
            ContactPoint.id,
            ContactPoint.kind,
            ContactPoint.value,
            CitizenContact.safe,
            CitizenContact.do_not_call,
            CitizenContact.do_not_write,
            CitizenContact.leave_no_message,
        )
        .join(ContactPoint, ContactPoint.id == CitizenContact.contact_point_id)
        .where(CitizenContact.citizen_id == _CITIZEN, may_know(actor, NOW))
        .subquery()
    )
    return (
        select(Citizen.name, Citizen.birth_date, Citizen.birth_name, Citizen.created_at, ways)
        .outerjoin(ways, ways.c.citizen_id == Citizen.id)
        .where(Citizen.id == _CITIZEN)
        .order_by(ways.c.id)
    )


def _contact(row: Any) -> ContactView:
    return ContactView(
        row.kind,
        row.value,
        row.safe,
        row.do_not_call,
        row.do_not_write,
        row.leave_no_message,
    )


def parties(case_id: int) -> tuple[PartyView, ...]:
    """The people and organisations concerned."""
    return tuple(PartyView(**row._asdict()) for row in fetch(_PARTIES, {"case": case_id}))


def handlings(case_id: int, locale: str) -> tuple[HandlingView, ...]:
    """The units concerned, oldest first."""
    return tuple(_handling(row, locale) for row in fetch(_HANDLINGS, {"case": case_id}))


def _handling(row: Any, locale: str) -> HandlingView:
    unit = snapshot().unit_by_id(row.unit_id)
    words = translate(status_label(row.status), locale)
    return HandlingView(**row._asdict(), unit=unit.code, unit_name=unit.name, status_label=words)


def facts(case_id: int) -> tuple[FactView, ...]:
    """The dated events still valid: a corrected one gives way to its correction, if any."""
    rows = fetch(_FACTS, {"case": case_id}).all()
    replaced = {row.replaces_id for row in rows}
    return tuple(
        FactView(row.kind, row.on_date, row.at, row.source, row.actor)
        for row in rows
        if row.id not in replaced and row.kind != WITHDRAWN
    )


def references(case_id: int) -> tuple[ReferenceView, ...]:
    """What other systems call the case."""
    return tuple(ReferenceView(*pair) for pair in references_of(case_id))


def deadlines(case_id: int, locale: str) -> tuple[DeadlineView, ...]:
    """What is due and why; replaced or met ones after those that run."""
    return tuple(
        DeadlineView(row.code, row.due_on, all_said(row.reasons, locale), row.met_at)
        for row in fetch(_DEADLINES, {"case": case_id})
    )
