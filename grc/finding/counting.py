"""How many cases each view holds, for one reader: one statement for all of them, whose cost does
not grow with the base.

Each view looks at the `LOOKED` newest cases of one index (see `narrowing.newest`), asks the
filters and the reading rule of these alone, and stops at `CAP`. Where there were more to look at,
the count is a lower bound and says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import session
from grc.finding.models import SavedView
from grc.finding.narrowing import conditions, newest

LOOKED = CAP = 300  # beside every list: a thousand took a third of the time of the page


@dataclass(frozen=True)
class Count:
    """How many were found; `more`: older ones were not looked at."""

    found: int
    more: bool


def counts(actor: Actor, views: Sequence[SavedView], now: datetime) -> Mapping[str, Count]:
    """The count of each view by its key, but of those that hold words: full text is looked for
    when it is asked for, not on every page."""
    counted = [view for view in views if not view.words]
    if not counted:
        return {}
    numbers = [one for view in counted for one in _numbers(view, actor, now)]
    row = session().execute(select(*numbers)).one()
    return {
        view.key: Count(row[2 * place], row[2 * place + 1] >= LOOKED)
        for place, view in enumerate(counted)
    }


def _numbers(view: SavedView, actor: Actor, now: datetime) -> Sequence[Any]:
    """Two columns: how many are found, how many were looked at."""
    first = newest(view.filters, actor, None).limit(LOOKED)
    ids = select(Case.id).where(
        Case.id.in_(select(first.subquery().c[0])),
        *conditions(view.filters, actor, now),
        visible_to(actor, now),
    )
    return _size(ids.limit(CAP)), _size(first)


def _size(query: Select[int]) -> Any:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()
