"""Who a case concerns: citizen, parties, units in charge, dated facts and deadlines."""

from sqlalchemy import select

from grc.cases.models import Case, CaseFact, Deadline, Handling, Party
from grc.cases.states import label as status_label
from grc.citizens.models import Citizen, CitizenContact, ContactPoint
from grc.core.db import session
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
)
from grc.supervision.words import all_said


def citizen(case: Case, locale: str) -> CitizenView:
    """The person the case is for, with every way to reach them."""
    query = (
        select(
            Citizen.name,
            Citizen.birth_date,
            ContactPoint.kind,
            ContactPoint.value,
            CitizenContact.safe,
            CitizenContact.do_not_call,
            CitizenContact.do_not_write,
            CitizenContact.leave_no_message,
        )
        .outerjoin(CitizenContact, CitizenContact.citizen_id == Citizen.id)
        .outerjoin(ContactPoint, ContactPoint.id == CitizenContact.contact_point_id)
        .where(Citizen.id == case.citizen_id)
        .order_by(ContactPoint.id)
    )
    rows = session().execute(query).all()
    return CitizenView(
        id=case.citizen_id,
        name=rows[0].name if rows else None,
        birth_date=rows[0].birth_date if rows else None,
        contact_points=tuple(ContactView(*row[2:]) for row in rows if row.kind),
        match=case.citizen_match,
        reasons=all_said(case.match_reasons, locale),
    )


def parties(case_id: int) -> tuple[PartyView, ...]:
    """The people and organisations concerned."""
    query = (
        select(
            Party.id,
            Party.role,
            Party.name,
            Citizen.name.label("known_as"),
            Party.citizen_id,
            Party.organisation,
            ContactPoint.value,
            Party.is_correspondent,
            Party.until,
        )
        .outerjoin(Citizen, Citizen.id == Party.citizen_id)
        .outerjoin(ContactPoint, ContactPoint.id == Party.contact_point_id)
        .where(Party.case_id == case_id)
        .order_by(Party.id)
    )
    return tuple(
        PartyView(
            id=row.id,
            role=row.role,
            name=row.known_as or row.name,
            citizen_id=row.citizen_id,
            organisation=row.organisation,
            contact=row.value,
            is_correspondent=row.is_correspondent,
            until=row.until,
        )
        for row in session().execute(query)
    )


def handlings(case_id: int, locale: str) -> tuple[HandlingView, ...]:
    """The units concerned, oldest first."""
    query = (
        select(Handling, User.login, User.name)
        .outerjoin(User, User.id == Handling.assignee_id)
        .where(Handling.case_id == case_id)
        .order_by(Handling.id)
    )
    return tuple(_handling(*row, locale) for row in session().execute(query))


def _handling(row: Handling, login: str | None, name: str | None, locale: str) -> HandlingView:
    unit = snapshot().unit_by_id(row.unit_id)
    return HandlingView(
        id=row.id,
        unit_id=unit.id,
        unit=unit.code,
        unit_name=unit.name,
        status=row.status,
        status_label=translate(status_label(row.status), locale),
        is_open=row.is_open,
        to_route=row.to_route,
        assignee_id=row.assignee_id,
        assignee=login,
        assignee_name=name,
        due_on=row.due_on,
        taken_at=row.taken_at,
        answered_at=row.answered_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        version=row.version,
    )


def facts(case_id: int) -> tuple[FactView, ...]:
    """The dated events still valid: a corrected one gives way to its correction."""
    query = select(CaseFact).where(CaseFact.case_id == case_id).order_by(CaseFact.id)
    rows = session().scalars(query).all()
    replaced = {row.replaces_id for row in rows}
    return tuple(
        FactView(row.kind, row.on_date, row.at, row.source, row.actor)
        for row in rows
        if row.id not in replaced
    )


def deadlines(case_id: int, locale: str) -> tuple[DeadlineView, ...]:
    """What is due and why; replaced or met ones after those that run."""
    query = select(Deadline).where(Deadline.case_id == case_id)
    rows = session().scalars(query.order_by(Deadline.met_at.is_not(None), Deadline.due_on))
    return tuple(
        DeadlineView(row.code, row.due_on, all_said(row.reasons, locale), row.met_at)
        for row in rows
    )
