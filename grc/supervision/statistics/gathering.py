"""What is known of some cases, in eight statements however many they are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from grc.appointments.models import Visit
from grc.cases.models import Case, Handling, Message
from grc.cases.states import Outcome
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import among, session
from grc.core.events import Event
from grc.correspondence.models import OurLetter
from grc.correspondence.states import ANSWERS, LEFT
from grc.intake.models import Item
from grc.organisation.queries import snapshot
from grc.outbox.models import Outgoing
from grc.recovery.catalogue import ABANDONED
from grc.recovery.models import RecoveryAction
from grc.recovery.rights import FAMILY as RIGHT
from grc.staff.policy import Level
from grc.supervision.statistics.facts import Action, Life

_CASE = (Case.id, Case.channel, Case.territory, Case.commune, Case.request_type, Case.level)
_TIMES = (Case.received_at, Case.closed_at, Case.contacts)
_HANDLING = (Handling.case_id, Handling.unit_id, Handling.answered_at, Handling.outcome)
_ACTION = (RecoveryAction.case_id, RecoveryAction.unit_id)
_PROMISE = (RecoveryAction.promised_on, RecoveryAction.done_on, RecoveryAction.result)
_ACTS = (Event.CASE_REROUTED.code, Event.CASE_REOPENED.code)
Grouped = Mapping[int, Sequence[Any]]


def lives(case_ids: Sequence[int]) -> dict[int, Life]:
    """What is known of each; one that is no more is absent."""
    cases = session().execute(select(*_CASE, *_TIMES).where(among(Case.id, case_ids))).all()
    handlings, later = _handlings(case_ids), _later(case_ids)
    acts, actions, sites = _acts(case_ids), _actions(case_ids), _sites(case_ids)
    answers = _answers(case_ids)
    return {
        case.id: _life(
            case,
            handlings[case.id],
            answers.get(case.id, ()),
            later.get(case.id, ()),
            acts.get(case.id, ()),
            actions.get(case.id, ()),
            sites.get(case.id, ""),
        )
        for case in cases
    }


def _life(
    case: Any,
    handlings: Sequence[Any],
    answers: Sequence[date],
    later: Sequence[tuple[str, date]],
    acts: Sequence[tuple[str, date]],
    actions: Sequence[Action],
    site: str,
) -> Life:
    known = [paris_date(row.answered_at) for row in handlings if row.answered_at is not None]
    rerouted, reopened = _ACTS
    return Life(
        unit_id=handlings[0].unit_id,
        channel=case.channel,
        site=site,
        territory=case.territory or "",
        commune=case.commune or "",
        request_type=case.request_type or "",
        is_named=case.level == Level.NAMED,
        is_duplicate=all(row.outcome == Outcome.DUPLICATE for row in handlings),
        received_on=paris_date(case.received_at),
        answered_on=min((*known, *answers), default=None),
        handled_on=paris_date(case.closed_at) if case.closed_at else None,
        contacts=case.contacts,
        later=later,
        rerouted_on=[on for event, on in acts if event == rerouted],
        reopened_on=[on for event, on in acts if event == reopened],
        actions=actions,
    )


def _grouped(rows: Any) -> Grouped:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _handlings(case_ids: Sequence[int]) -> Grouped:
    query = select(*_HANDLING).where(among(Handling.case_id, case_ids))
    return _grouped(session().execute(query.order_by(Handling.id)))


def _answers(case_ids: Sequence[int]) -> dict[int, list[date]]:
    """On which days the first reply and the first letter that answers left. A handling knows its
    last answer only: writing again would make the first one later than it was."""
    replied = select(Outgoing.case_id, func.min(Outgoing.planned_at).label("at"))
    replied = replied.where(Outgoing.kind == "reply", Outgoing.status != "cancelled")
    posted = select(OurLetter.case_id, func.min(OurLetter.posted_on).label("on_date"))
    posted = posted.where(OurLetter.purpose.in_(ANSWERS), OurLetter.state.in_(LEFT))
    of_replies, of_letters = among(Outgoing.case_id, case_ids), among(OurLetter.case_id, case_ids)
    found: dict[int, list[date]] = defaultdict(list)
    for row in session().execute(replied.where(of_replies).group_by(Outgoing.case_id)):
        found[row.case_id].append(paris_date(row.at))
    for one in session().execute(posted.where(of_letters).group_by(OurLetter.case_id)):
        found[one.case_id].append(one.on_date)
    return found


def _later(case_ids: Sequence[int]) -> dict[int, list[tuple[str, date]]]:
    """The contacts after the first one: by which channel, on which day they reached us."""
    here = (AuditRow.event == Event.MESSAGE_RECEIVED.code, _of(case_ids))
    at: Any = func.coalesce(Item.arrived_at, AuditRow.at, type_=AuditRow.at.type)
    query = select(AuditRow.case_id, Message.channel, at.label("at")).where(*here)
    query = query.join(Message, Message.id == AuditRow.subject_id)
    rows = session().execute(query.outerjoin(Item, Item.id == Message.item_id))
    return {
        key: [(row.channel, _day(row.at)) for row in told] for key, told in _grouped(rows).items()
    }


def _acts(case_ids: Sequence[int]) -> dict[int, list[tuple[str, date]]]:
    query = select(AuditRow.case_id, AuditRow.event, AuditRow.at)
    rows = session().execute(query.where(AuditRow.event.in_(_ACTS), _of(case_ids)))
    return {
        key: [(row.event, _day(row.at)) for row in told] for key, told in _grouped(rows).items()
    }


def _of(case_ids: Sequence[int]) -> Any:
    column: Any = AuditRow.case_id
    return among(column, case_ids)


def _day(at: datetime) -> date:
    return paris_date(at)


def _actions(case_ids: Sequence[int]) -> dict[int, list[Action]]:
    """What was promised. A right is answered by others: no day of ours is kept or missed. What
    was abandoned was never done; what was recorded by mistake was never promised."""
    query = select(*_ACTION, *_PROMISE).where(among(RecoveryAction.case_id, case_ids))
    meant = (RecoveryAction.family != RIGHT, RecoveryAction.withdrawn_at.is_(None))
    rows = session().execute(query.where(*meant))
    return {
        key: [
            Action(row.unit_id, row.promised_on, None if row.result == ABANDONED else row.done_on)
            for row in told
        ]
        for key, told in _grouped(rows).items()
    }


def _sites(case_ids: Sequence[int]) -> dict[int, str]:
    """The code of the site of the first visit about each case."""
    column: Any = Visit.case_id
    query = select(Visit.case_id, Visit.site_id).where(among(column, case_ids))
    sites, found = snapshot().sites, dict[int, str]()
    for case_id, site_id in session().execute(query.order_by(Visit.arrived_at, Visit.id)):
        if case_id is not None:
            found.setdefault(case_id, sites[site_id].code)
    return found
