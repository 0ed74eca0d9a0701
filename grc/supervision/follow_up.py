"""What became of a case: routing, links, tasks, recovery actions, timeline."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy import case as when
from sqlalchemy.orm import aliased

from grc.cases.models import Case, CaseLink, case_reference
from grc.cases.queries import NOW, visible_to
from grc.core.actor import Actor
from grc.core.audit import AuditRow, Remark
from grc.core.db import fetch
from grc.core.events import BY_CODE, Event
from grc.core.i18n import N_, Text, gettext, translate
from grc.organisation.queries import snapshot
from grc.recovery.catalogue import label, result_label
from grc.recovery.models import RecoveryAction
from grc.routing.models import RoutingDecision, RoutingRule
from grc.staff.models import User
from grc.supervision.views import ActionView, LinkView, RoutingView, TaskView, TimelineView
from grc.supervision.words import all_said, flat, machine, said
from grc.work.models import Task

_BY_HAND = N_("Réaffectée à %(unit)s : %(why)s")
_TO_ROUTE = N_("À affecter par %(unit)s : %(why)s")
_BY_RULE = N_("Affectée à %(unit)s par la règle « %(rule)s » : %(why)s")


_OF_CASE: Any = bindparam("case")
_DECISIONS = (
    select(
        RoutingDecision.rule_code,
        RoutingDecision.rule_version,
        RoutingDecision.unit_id,
        RoutingDecision.reasons,
        RoutingDecision.rejected,
        RoutingDecision.inputs,
        RoutingDecision.actor,
        RoutingDecision.decided_at,
        RoutingRule.label,
        Remark.text.label("remark"),
        exists()
        .where(
            AuditRow.case_id == RoutingDecision.case_id,
            AuditRow.event == Event.CASE_TO_ROUTE.code,
            AuditRow.at == RoutingDecision.decided_at,
        )
        .label("is_unsure"),
    )
    .outerjoin(
        RoutingRule,
        and_(
            RoutingRule.code == RoutingDecision.rule_code,
            RoutingRule.version == RoutingDecision.rule_version,
        ),
    )
    .outerjoin(Remark, Remark.id == RoutingDecision.remark_id)
    .where(RoutingDecision.case_id == _OF_CASE)
    .order_by(RoutingDecision.id.desc())
)
_OTHER = when((CaseLink.case_id == _OF_CASE, CaseLink.other_id), else_=CaseLink.case_id)
_LINKS = (
    select(CaseLink.kind, CaseLink.case_id, Case.id, Case.opened_at, Case.subject, Case.status)
    .join(Case, Case.id == _OTHER)
    .where(or_(CaseLink.case_id == _OF_CASE, CaseLink.other_id == _OF_CASE))
    .order_by(CaseLink.id)
)
_TASKS = (
    select(Task.id, Task.kind, Task.detail, Task.unit_id, Task.due_at, Task.done_at)
    .where(Task.case_id == _OF_CASE)
    .order_by(Task.id)
)
_result = aliased(Remark)
_ACTIONS = (
    select(
        RecoveryAction.id,
        RecoveryAction.family,
        RecoveryAction.code,
        RecoveryAction.unit_id,
        RecoveryAction.promised_on,
        RecoveryAction.done_on,
        RecoveryAction.result,
        RecoveryAction.organism,
        RecoveryAction.asked_on,
        RecoveryAction.amount_cents,
        RecoveryAction.withdrawn_at,
        User.name.label("owner"),
        Remark.text.label("reason"),
        _result.text.label("result_reason"),
    )
    .join(User, User.id == RecoveryAction.owner_id)
    .outerjoin(Remark, Remark.id == RecoveryAction.reason_id)
    .outerjoin(_result, _result.id == RecoveryAction.result_id)
    .where(RecoveryAction.case_id == _OF_CASE)
    .order_by(RecoveryAction.id)
)
_told = aliased(AuditRow)
_HOW_MANY = select(func.count()).where(_told.case_id == _OF_CASE).scalar_subquery()
_ALL = 2**31 - 1  # more than a case can have
_ACTS = (
    select(
        AuditRow.at,
        AuditRow.event,
        AuditRow.actor,
        AuditRow.data,
        Remark.text.label("remark"),
        User.name,
        _HOW_MANY.label("total"),
    )
    .outerjoin(Remark, Remark.id == AuditRow.remark_id)
    .outerjoin(User, User.id == AuditRow.actor_id)
    .where(AuditRow.case_id == _OF_CASE)
    .order_by(AuditRow.id.desc())
    .limit(bindparam("most"))
)


def routing(case_id: int, locale: str) -> tuple[RoutingView, ...]:
    """Every decision on where the case goes, the latest first; the journal tells which of
    them found no sure rule."""
    return tuple(_decision(row, locale) for row in fetch(_DECISIONS, {"case": case_id}))


def _decision(row: Any, locale: str) -> RoutingView:
    unit = snapshot().unit_by_id(row.unit_id)
    reasons = all_said(row.reasons, locale)
    by_machine = _TO_ROUTE if row.is_unsure else _BY_RULE
    sentence = by_machine if row.rule_code else _BY_HAND
    why = gettext(N_(" ; "), locale).join([*reasons, row.remark] if row.remark else reasons)
    label = row.label or row.rule_code
    params = {"unit": unit.name, "rule": label, "why": why}
    return RoutingView(
        rule=row.rule_code,
        version=row.rule_version,
        label=label,
        unit=unit.code,
        unit_name=unit.name,
        sentence=translate(Text(sentence, params), locale),
        reasons=reasons,
        rejected=tuple((r["rule"], said(r["because"], locale)) for r in row.rejected),
        inputs=row.inputs,
        actor=row.actor,
        remark=row.remark,
        decided_at=row.decided_at,
    )


def links(actor: Actor, case_id: int, now: datetime) -> tuple[LinkView, ...]:
    """The cases related to this one, as far as this actor may know of them."""
    rows = fetch(_LINKS, {"case": case_id}).all()
    if rows and not actor.is_machine:  # most cases have none: the dear question is not asked
        rows = fetch(_known_links(actor), {"case": case_id, "now": now}).all()
    settled = {row.id for row in rows if row.kind != "repeat"}  # what was offered is decided
    return tuple(
        LinkView(
            kind=row.kind,
            reference=case_reference(row.id, row.opened_at),
            subject=row.subject,
            status=row.status,
            is_from=row.case_id == case_id,
        )
        for row in rows
        if row.kind != "repeat" or row.id not in settled
    )


@lru_cache(maxsize=512)
def _known_links(actor: Actor) -> Any:
    return _LINKS.where(visible_to(actor, NOW))


def tasks(case_id: int) -> tuple[TaskView, ...]:
    """The work asked about the case, done or not."""
    rows = fetch(_TASKS, {"case": case_id})
    return tuple(_task(number, row) for number, row in enumerate(rows, start=1))


def _task(number: int, row: Any) -> TaskView:
    unit = snapshot().unit_by_id(row.unit_id)
    return TaskView(
        number, row.id, row.kind, row.detail, unit.code, unit.name, row.due_at, row.done_at
    )


def actions(case_id: int, locale: str) -> tuple[ActionView, ...]:
    """The recovery actions, promised and done."""
    rows = fetch(_ACTIONS, {"case": case_id})
    return tuple(_action(number, row, locale) for number, row in enumerate(rows, start=1))


def _action(number: int, row: Any, locale: str) -> ActionView:
    values = row._asdict()
    unit = snapshot().unit_by_id(values.pop("unit_id"))
    return ActionView(
        number=number,
        label=translate(label(row.code), locale),
        unit=unit.code,
        result_label=row.result and translate(result_label(row.result), locale),
        **values,
    )


def timeline(
    case_id: int, locale: str, links: Sequence[LinkView] | None, latest: int | None = None
) -> tuple[TimelineView, ...]:
    """Every act on the case, or the `latest` ones, oldest first. Of other cases only those in
    `links` are named (None: all); a link to a secret one is told without its reference."""
    known = None if links is None else {link.reference for link in links}
    rows = fetch(_ACTS, {"case": case_id, "most": latest or _ALL})
    found = [_act(row.total - before, row, locale, known) for before, row in enumerate(rows)]
    return tuple(reversed(found))


def _act(number: int, row: Any, locale: str, known: Collection[str] | None) -> TimelineView:
    event = BY_CODE.get(row.event)  # None: written by a later version
    data = row.data
    if known is not None and "other" in data and data["other"] not in known:
        data = {**data, "other": Text(N_("une autre demande")).as_json()}
    return TimelineView(
        number=number,
        at=row.at,
        event=row.event,
        actor=row.actor,
        actor_name=row.name or machine(row.actor, locale),
        sentence=translate(event.text(data), locale) if event else row.event,
        remark=row.remark,
        data=flat(data, locale),
    )
