"""Reading what became of an act on many cases."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from grc.bulk.models import BulkAct, BulkLine
from grc.bulk.orders import Kind
from grc.bulk.service import WAITING
from grc.cases.models import Case, case_reference
from grc.cases.queries import NOT_FOUND, visible_to
from grc.cases.seen import lists
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import NotFound
from grc.core.i18n import Text


@dataclass(frozen=True)
class Line:
    """One case of a report; without reference and subject when the person may not know of it
    any more."""

    reference: str
    subject: str
    state: str
    why: Text | None


@dataclass(frozen=True)
class Report:
    """How many of each state, and the lines that are told one by one."""

    counts: Counter[str]
    lines: Sequence[Line]

    @property
    def is_over(self) -> bool:
        """True when nothing is still to be done."""
        return not self.counts[WAITING]


def act_of(actor: Actor, key: str) -> BulkAct:
    """The act of this key, for who asked for it. Raises NotFound."""
    query = select(BulkAct).where(BulkAct.key == key, BulkAct.user_id == actor.user_id)
    found = session().scalar(query.where(BulkAct.kind.in_(Kind)))
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def report(act: BulkAct, actor: Actor, now: datetime) -> Report:
    """What became of each case, in the order of their references."""
    query = select(BulkLine.state, func.count()).where(BulkLine.bulk_act_id == act.id)
    counts = Counter({row[0]: row[1] for row in session().execute(query.group_by(BulkLine.state))})
    return Report(counts, _lines(act.id, actor, now))


def _lines(act_id: int, actor: Actor, now: datetime) -> list[Line]:
    query = (
        select(
            BulkLine.state,
            BulkLine.why,
            BulkLine.case_id,
            Case.opened_at,
            Case.subject,
            Case.level,
            visible_to(actor, now).label("is_seen"),
        )
        .join(Case, Case.id == BulkLine.case_id)
        .where(BulkLine.bulk_act_id == act_id)
        .order_by(BulkLine.case_id)
    )
    return [
        Line(
            case_reference(row.case_id, row.opened_at) if row.is_seen else "",
            row.subject if row.is_seen else "",
            row.state,
            Text.from_json(row.why) if row.why else None,
        )
        for row in _noted(session().execute(query).all())
    ]


def _noted(rows: Sequence[Any]) -> Sequence[Any]:
    for row in rows:
        if row.is_seen:
            lists(row.case_id, row.level)
    return rows
