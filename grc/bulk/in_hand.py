"""What somebody whose account is to be closed has in hand, in numbers: without what concerns
cases reserved to a list, of which an administrator knows nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from grc.cases.models import Case, CaseAccess, Handling
from grc.core.db import session
from grc.staff.policy import Level
from grc.staff.queries import works_in
from grc.work.models import Draft, Task


@dataclass(frozen=True)
class Work:
    """What a person has in hand, without what concerns reserved cases. `cases` by unit id;
    `given` of them would go to who takes over."""

    cases: Mapping[int, int]
    given: int
    tasks: int
    drafts: int

    @property
    def total(self) -> int:
        """How many cases."""
        return sum(self.cases.values())


def in_hand(user_id: int) -> tuple[Any, ...]:
    """The condition on the parts of cases entrusted to her that are not ended."""
    return (Handling.assignee_id == user_id, Handling.is_open)


def work_of(user_id: int, to: int | None) -> Work:
    """What is to be handed over, and how much of it `to` could take."""
    seen = (*in_hand(user_id), Handling.level != Level.NAMED)
    query = select(Handling.unit_id, func.count()).where(*seen).group_by(Handling.unit_id)
    found = {row[0]: row[1] for row in session().execute(query)}
    units = works_in([to]).get(to, frozenset()) if to else frozenset()
    given = sum(count for unit, count in found.items() if unit in units)
    if given:
        refused = (
            select(func.count())
            .select_from(Handling)
            .join(CaseAccess, CaseAccess.case_id == Handling.case_id)
        )
        deny = (CaseAccess.user_id == to, CaseAccess.effect == "deny")
        given -= session().scalar(refused.where(*seen, *deny, Handling.unit_id.in_(units))) or 0
    return Work(found, given, _tasks(user_id), _drafts(user_id))


def _tasks(user_id: int) -> int:
    pending = (Task.assignee_id == user_id, Task.done_at.is_(None), Case.level != Level.NAMED)
    query = select(func.count(Task.id)).join(Case, Case.id == Task.case_id).where(*pending)
    return session().scalar(query) or 0


def _drafts(user_id: int) -> int:
    own = (Draft.user_id == user_id, Draft.shared.is_(False), Case.level != Level.NAMED)
    query = select(func.count()).select_from(Draft).join(Case, Case.id == Draft.case_id)
    return session().scalar(query.where(*own)) or 0
