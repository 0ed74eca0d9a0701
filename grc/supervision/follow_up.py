"""What became of a case: routing, links, tasks, recovery actions, timeline."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from grc.cases.models import Case, CaseLink, case_reference
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.audit import AuditRow, Remark
from grc.core.db import session
from grc.core.events import BY_CODE, Event
from grc.core.i18n import N_, Text, gettext, translate
from grc.organisation.queries import snapshot
from grc.recovery.catalogue import RESULTS, TYPES
from grc.recovery.models import RecoveryAction
from grc.routing.models import RoutingDecision, RoutingRule
from grc.staff.models import User
from grc.supervision.views import ActionView, LinkView, RoutingView, TaskView, TimelineView
from grc.supervision.words import all_said, flat, said
from grc.work.models import Task

_BY_HAND = N_("Réaffectée à %(unit)s : %(why)s")
_TO_ROUTE = N_("À affecter par %(unit)s : %(why)s")
_BY_RULE = N_("Affectée à %(unit)s par la règle « %(rule)s » : %(why)s")


def routing(case_id: int, acts: Sequence[TimelineView], locale: str) -> tuple[RoutingView, ...]:
    """Every decision on where the case goes, the latest first; the timeline tells which of
    them found no sure rule."""
    unsure = {act.at for act in acts if act.event == Event.CASE_TO_ROUTE.code}
    query = (
        select(RoutingDecision, RoutingRule.label, Remark.text)
        .outerjoin(
            RoutingRule,
            and_(
                RoutingRule.code == RoutingDecision.rule_code,
                RoutingRule.version == RoutingDecision.rule_version,
            ),
        )
        .outerjoin(Remark, Remark.id == RoutingDecision.remark_id)
        .where(RoutingDecision.case_id == case_id)
        .order_by(RoutingDecision.id.desc())
    )
    return tuple(_decision(*row, unsure, locale) for row in session().execute(query))


def _decision(
    row: RoutingDecision,
    label: str | None,
    remark: str | None,
    unsure: Collection[datetime],
    locale: str,
) -> RoutingView:
    unit = snapshot().unit_by_id(row.unit_id)
    reasons = all_said(row.reasons, locale)
    by_machine = _TO_ROUTE if row.decided_at in unsure else _BY_RULE
    sentence = by_machine if row.rule_code else _BY_HAND
    why = gettext(N_(" ; "), locale).join([*reasons, remark] if remark else reasons)
    params = {"unit": unit.name, "rule": label or row.rule_code, "why": why}
    return RoutingView(
        rule=row.rule_code,
        version=row.rule_version,
        label=label or row.rule_code,
        unit=unit.code,
        unit_name=unit.name,
        sentence=translate(Text(sentence, params), locale),
        reasons=reasons,
        rejected=tuple((r["rule"], said(r["because"], locale)) for r in row.rejected),
        inputs=row.inputs,
        actor=row.actor,
        remark=remark,
        decided_at=row.decided_at,
    )


def links(actor: Actor, case_id: int, now: datetime) -> tuple[LinkView, ...]:
    """The cases related to this one, as far as this actor may know of them."""
    query = (
        select(CaseLink.kind, CaseLink.case_id, Case.id, Case.opened_at, Case.subject, Case.status)
        .join(
            Case,
            or_(
                and_(CaseLink.case_id == case_id, Case.id == CaseLink.other_id),
                and_(CaseLink.other_id == case_id, Case.id == CaseLink.case_id),
            ),
        )
        .where(or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id))
        .where(visible_to(actor, now))
        .order_by(CaseLink.id)
    )
    return tuple(
        LinkView(
            kind=row.kind,
            reference=case_reference(row.id, row.opened_at),
            subject=row.subject,
            status=row.status,
            is_from=row.case_id == case_id,
        )
        for row in session().execute(query)
    )


def tasks(case_id: int) -> tuple[TaskView, ...]:
    """The work asked about the case, done or not."""
    query = select(Task).where(Task.case_id == case_id).order_by(Task.id)
    return tuple(_task(number, row) for number, row in enumerate(session().scalars(query), 1))


def _task(number: int, row: Task) -> TaskView:
    unit = snapshot().unit_by_id(row.unit_id)
    return TaskView(
        number, row.id, row.kind, row.detail, unit.code, unit.name, row.due_at, row.done_at
    )


def actions(case_id: int, locale: str) -> tuple[ActionView, ...]:
    """The recovery actions, promised and done."""
    result = aliased(Remark)
    query = (
        select(RecoveryAction, User.name, Remark.text, result.text)
        .join(User, User.id == RecoveryAction.owner_id)
        .outerjoin(Remark, Remark.id == RecoveryAction.reason_id)
        .outerjoin(result, result.id == RecoveryAction.result_id)
        .where(RecoveryAction.case_id == case_id)
        .order_by(RecoveryAction.id)
    )
    rows = session().execute(query)
    return tuple(_action(number, row, locale) for number, row in enumerate(rows, start=1))


def _action(number: int, row: Any, locale: str) -> ActionView:
    action: RecoveryAction = row[0]
    kind = TYPES.get(action.code)
    return ActionView(
        number=number,
        id=action.id,
        family=action.family,
        code=action.code,
        label=translate(kind.label, locale) if kind else action.code,
        owner=row[1],
        unit=snapshot().unit_by_id(action.unit_id).code,
        reason=row[2],
        promised_on=action.promised_on,
        done_on=action.done_on,
        result=action.result,
        result_label=action.result and translate(RESULTS[action.result], locale),
        result_reason=row[3],
    )


def timeline(
    case_id: int, locale: str, links: Sequence[LinkView] | None
) -> tuple[TimelineView, ...]:
    """Every act on the case, oldest first. Of other cases only those in `links` are named
    (None: all); a link to a secret one is told without its reference."""
    known = None if links is None else {link.reference for link in links}
    query = (
        select(AuditRow, Remark.text, User.name)
        .outerjoin(Remark, Remark.id == AuditRow.remark_id)
        .outerjoin(User, User.id == AuditRow.actor_id)
        .where(AuditRow.case_id == case_id)
        .order_by(AuditRow.id)
    )
    return tuple(_act(*row, locale, known) for row in session().execute(query))


def _act(
    row: AuditRow,
    remark: str | None,
    name: str | None,
    locale: str,
    known: Collection[str] | None,
) -> TimelineView:
    event = BY_CODE.get(row.event)  # None: written by a later version
    data = row.data
    if known is not None and "other" in data and data["other"] not in known:
        data = {**data, "other": Text(N_("une autre demande")).as_json()}
    return TimelineView(
        at=row.at,
        event=row.event,
        actor=row.actor,
        actor_name=name or row.actor,
        sentence=translate(event.text(data), locale) if event else row.event,
        remark=remark,
        data=flat(data, locale),
    )
