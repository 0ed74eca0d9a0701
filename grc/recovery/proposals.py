"""What the program proposes, kept: written when the facts call for it, gone when they no longer
do, settled by a person."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.core import audit
from grc.core.actor import SYSTEM, Actor
from grc.core.audit import AuditRow
from grc.core.db import add, amend, session
from grc.core.errors import Conflict, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.recovery.catalogue import TYPES
from grc.recovery.models import RecoveryAction, RecoveryProposal
from grc.recovery.proposing import Proposal
from grc.staff.policy import GRANTS, Level, Permission

RECORDED, DISMISSED, GONE = "recorded", "dismissed", "gone"
PAGE = 20
FORGOTTEN = "forgotten_case"
_OPEN = RecoveryProposal.settled_at.is_(None)
_other = aliased(Case)
# What is drawn from a second case says nothing once that one is secret.
_TOLD: ColumnElement[bool] = or_(
    RecoveryProposal.other_id.is_(None),
    exists().where(_other.id == RecoveryProposal.other_id, _other.level == Level.NORMAL),
)
# A case that somebody has acted on since is forgotten no more, before the next look says so.
_LEFT_ALONE: ColumnElement[bool] = or_(
    RecoveryProposal.code != FORGOTTEN,
    ~exists().where(
        AuditRow.case_id == RecoveryProposal.case_id,
        AuditRow.actor_id.is_not(None),
        AuditRow.at > RecoveryProposal.at,
    ),
)
_numbered = (
    select(
        RecoveryProposal.id.label("id"),
        func.row_number().over(order_by=RecoveryProposal.id).label("number"),
    )
    .where(RecoveryProposal.case_id == bindparam("case"))
    .subquery()
)
_SHOWN = (
    select(_numbered.c.number, RecoveryProposal)
    .join(RecoveryProposal, RecoveryProposal.id == _numbered.c.id)
    .where(or_(_OPEN, RecoveryProposal.settled == DISMISSED), _TOLD, _LEFT_ALONE)
    .order_by(RecoveryProposal.id)
)


def keep(case_id: int, unit_id: int, found: Sequence[Proposal], now: datetime) -> None:
    """Make what waits on a case what its facts call for: new evidence is written once, what was
    settled stays so, what no longer stands goes, all of it follows the case to its unit."""
    query = select(RecoveryProposal).where(RecoveryProposal.case_id == case_id)
    known = {row.evidence: row for row in session().scalars(query)}
    recorded = _recorded(case_id) if found else {}
    wanted = {one.evidence: one for one in found if not _in_hand(one, recorded)}
    for evidence, one in wanted.items():
        if evidence not in known:
            _write(case_id, unit_id, one, now)
        elif known[evidence].settled == GONE:
            wait(known[evidence])
    for evidence, row in known.items():
        if row.settled_at is None:
            _follow(row, unit_id, now, stands=evidence in wanted)


def _follow(row: RecoveryProposal, unit_id: int, now: datetime, *, stands: bool) -> None:
    if not stands:
        settle(row, GONE, now)
    elif row.unit_id != unit_id:
        amend(row, unit_id=unit_id)


def _recorded(case_id: int) -> Mapping[str, datetime]:
    """When an action of each code was last recorded on a case."""
    query = select(RecoveryAction.code, func.max(RecoveryAction.created_at)).where(
        RecoveryAction.case_id == case_id, RecoveryAction.withdrawn_at.is_(None)
    )
    rows = session().execute(query.group_by(RecoveryAction.code))
    return {row[0]: row[1] for row in rows}


def _in_hand(one: Proposal, recorded: Mapping[str, datetime]) -> bool:
    """True when somebody recorded such an action since the fact."""
    return one.code in recorded and recorded[one.code] >= one.since


def _write(case_id: int, unit_id: int, one: Proposal, now: datetime) -> None:
    proposal_id = add(
        RecoveryProposal,
        case_id=case_id,
        other_id=one.other_id,
        unit_id=unit_id,
        code=one.code,
        evidence=one.evidence,
        reason=one.reason.as_json(),
        since=one.since,
        at=now,
    )
    if one.other_id is None:  # the journal of one case says nothing of another
        row = session().get_one(RecoveryProposal, proposal_id)
        tell(Event.PROPOSAL_MADE, row, SYSTEM, now)


def tell(
    event: Event, row: RecoveryProposal, actor: Actor, now: datetime, remark_id: int | None = None
) -> None:
    """Write in the journal what became of a proposal."""
    audit.record(
        event,
        subject=("proposal", row.id),
        case_id=row.case_id,
        actor=actor,
        now=now,
        remark_id=remark_id,
        code=Text(TYPES[row.code].label),
        reason=Text.from_json(row.reason),
    )


def held(case_id: int, proposal_id: int) -> RecoveryProposal:
    """A proposal of this case, held for a change. Raises NotFound."""
    query = select(RecoveryProposal).where(
        RecoveryProposal.id == proposal_id, RecoveryProposal.case_id == case_id, _TOLD
    )
    fresh = query.with_for_update(of=RecoveryProposal).execution_options(populate_existing=True)
    row = session().scalar(fresh)
    if row is None:
        raise NotFound(N_("Cette proposition n'existe pas."))
    return row


def demand_waiting(row: RecoveryProposal) -> None:
    """Raise Conflict when somebody has settled it, or its reason is gone."""
    if row.settled_at is not None:
        raise Conflict(N_("Cette proposition n'attend plus : quelqu'un s'en est occupé."))


def settle(row: RecoveryProposal, how: str, now: datetime, **values: Any) -> None:
    """Say what became of it."""
    amend(row, settled_at=now, settled=how, **values)


def wait(row: RecoveryProposal) -> None:
    """It waits again."""
    amend(row, settled_at=None, settled=None, action_id=None, remark_id=None)


def asking(case_id: int, code: str) -> Sequence[RecoveryProposal]:
    """Those of a case that wait for an action of this code, the oldest first."""
    query = select(RecoveryProposal).where(
        RecoveryProposal.case_id == case_id, RecoveryProposal.code == code, _OPEN, _TOLD
    )
    return session().scalars(query.order_by(RecoveryProposal.id)).all()


def take_back(action_id: int) -> None:
    """The proposal that an action came from waits again, if there is one."""
    query = select(RecoveryProposal).where(RecoveryProposal.action_id == action_id)
    for row in session().scalars(query.where(RecoveryProposal.settled == RECORDED)).all():
        wait(row)


def of_case(case_id: int) -> list[tuple[int, RecoveryProposal]]:
    """Those of a case that wait or were dismissed, the oldest first, with their numbers. One
    statement."""
    return [(row[0], row[1]) for row in session().execute(_SHOWN, {"case": case_id})]


def by_number(case_id: int, number: int) -> int | None:
    """The id of the proposal of this place among all those a case ever had, the first being 1;
    None for one drawn from a case that has become secret, as for one that never was."""
    query = select(RecoveryProposal.id).where(RecoveryProposal.case_id == case_id)
    ordered = query.order_by(RecoveryProposal.id).offset(max(number, 1) - 1).limit(1)
    told = select(RecoveryProposal.id).where(RecoveryProposal.id == ordered.scalar_subquery())
    return session().scalar(told.where(_TOLD)) if number > 0 else None


def numbers(case_ids: Collection[int]) -> dict[int, int]:
    """The place of each proposal among those of its case, by its id."""
    own = RecoveryProposal
    rank = func.row_number().over(partition_by=own.case_id, order_by=own.id)
    rows = session().execute(select(own.id, rank).where(own.case_id.in_(case_ids)))
    return {row[0]: row[1] for row in rows}


def waiting(actor: Actor, now: datetime) -> Select[int]:
    """The ids of those that wait in this person's units, to be counted."""
    query = select(RecoveryProposal.id).join(Case, Case.id == RecoveryProposal.case_id)
    return query.where(*_mine(actor, now, actor.units(*GRANTS[Permission.RECOVERY_LIST])))


def listed(
    actor: Actor,
    now: datetime,
    *,
    unit_id: int | None = None,
    code: str | None = None,
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> Sequence[Row[RecoveryProposal, Case]]:
    """Those that wait in this person's units, the oldest first; `after` the last of the page
    before."""
    units = actor.units(*GRANTS[Permission.RECOVERY_LIST])
    units = units & {unit_id} if unit_id else units
    query = select(RecoveryProposal, Case).join(Case, Case.id == RecoveryProposal.case_id)
    query = query.where(and_(*_mine(actor, now, units)))
    if code is not None:
        query = query.where(RecoveryProposal.code == code)
    if after is not None:
        here = tuple_(RecoveryProposal.since, RecoveryProposal.id)
        query = query.where(here > tuple_(*after))
    ordered = query.order_by(RecoveryProposal.since, RecoveryProposal.id)
    return session().execute(ordered.limit(limit)).all()


def _mine(actor: Actor, now: datetime, units: Collection[int]) -> list[ColumnElement[bool]]:
    return [_OPEN, RecoveryProposal.unit_id.in_(units), visible_to(actor, now), _TOLD, _LEFT_ALONE]
