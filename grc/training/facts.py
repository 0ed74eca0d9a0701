"""What the database holds of an exercise: acts of this person on what was prepared for her."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from grc.bulk.models import BulkAct, BulkLine
from grc.cases.models import Case
from grc.core.audit import AuditRow
from grc.core.db import session
from grc.intake.models import Item, Letter
from grc.outbox.models import Outgoing
from grc.training.checks import Act, Facts
from grc.training.models import Exercise
from grc.work.models import CannedUse


def gather(exercise: Exercise, label: str, found: str = "") -> Facts:
    """The facts of an exercise begun by the person whose acts are signed with this label."""
    told: dict[str, Any] = exercise.prepared
    letters = _letters(told.get("item"))
    cases = [*told.get("cases", ()), *letters]
    together, taken_back = _bulk(exercise.user_id, exercise.begun_at, cases)
    return Facts(
        acts=_acts(exercise, cases, told.get("citizens", ())),
        canned=_canned(cases),
        contacts=_contacts(cases, label, exercise.begun_at),
        letters=len(letters),
        together=together,
        taken_back=taken_back,
        found=found,
        sought=_reference(cases[0]) if cases else "",
    )


def _letters(item_id: int | None) -> list[int]:
    if item_id is None:
        return []
    return [*session().scalars(select(Letter.case_id).where(Letter.batch_id == item_id))]


def _acts(exercise: Exercise, cases: list[int], citizens: list[int]) -> list[Act]:
    about: list[ColumnElement[bool]] = [AuditRow.case_id.in_(cases)]
    if citizens:
        people = AuditRow.subject_id.in_(citizens)
        about.append(and_(AuditRow.subject_kind == "citizen", people))
    query = select(AuditRow.event, AuditRow.remark_id).where(
        or_(*about), AuditRow.actor_id == exercise.user_id, AuditRow.at >= exercise.begun_at
    )
    rows = session().execute(query.order_by(AuditRow.id))
    return [Act(event, remark_id is not None) for event, remark_id in rows]


def _canned(cases: list[int]) -> int:
    query = select(func.count(CannedUse.outgoing_id.distinct()))
    query = query.join(Outgoing, Outgoing.id == CannedUse.outgoing_id)
    return session().scalar(query.where(Outgoing.case_id.in_(cases))) or 0


def _contacts(cases: list[int], label: str, since: datetime) -> int:
    query = select(func.count()).select_from(Item)
    hers = (Item.actor == label, Item.outcome == "appended", Item.stored_at >= since)
    return session().scalar(query.where(Item.case_id.in_(cases), *hers)) or 0


def _bulk(user_id: int, since: datetime, cases: list[int]) -> tuple[int, int]:
    """The most cases of one act, and of one that was undone."""
    query = select(func.count(), BulkAct.undone_at).join(BulkLine)
    query = query.where(BulkAct.user_id == user_id, BulkAct.at >= since)
    query = query.where(BulkLine.case_id.in_(cases), BulkLine.state.in_(("done", "undone")))
    rows = session().execute(query.group_by(BulkAct.id, BulkAct.undone_at)).all()
    undone = (count for count, undone_at in rows if undone_at is not None)
    return max((count for count, _undone in rows), default=0), max(undone, default=0)


def _reference(case_id: int) -> str:
    case = session().get(Case, case_id)
    return case.reference if case else ""
