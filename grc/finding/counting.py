"""How many cases each view holds, for one reader: one statement for all of them, whose cost does
not grow with the base.

Each view looks at the `LOOKED` newest cases of one index (see `narrowing.newest`), or at the
cases of as many last documents that hold each of its words, asks the filters and the reading rule
of these alone, and stops at `CAP`. Where there were more to look at, the count is a lower bound
and says so; so it is for words that may also be the name of somebody: who is called so is found
when the view is opened, not counted on every page.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select

from grc.cases.models import Case
from grc.cases.queries import visible_to
from grc.cases.search import exclusions, holding, terms
from grc.core.actor import Actor
from grc.core.db import planned_for_its_values, session
from grc.finding.models import SavedView
from grc.finding.narrowing import conditions, newest
from grc.finding.searching import without

LOOKED = CAP = 300  # beside every list: a thousand took a third of the time of the page


@dataclass(frozen=True)
class Count:
    """How many were found; `more`: older ones were not looked at."""

    found: int
    more: bool


def counts(actor: Actor, views: Sequence[SavedView], now: datetime) -> Mapping[str, Count]:
    """The count of each view by its key."""
    if not views:
        return {}
    numbers = [one for view in views for one in _numbers(view, actor, now)]
    # A rare word is looked for in its index, one found everywhere among the newest documents.
    planned = planned_for_its_values if any(view.words for view in views) else nullcontext
    with planned():
        row = session().execute(select(*numbers)).one()
    return {
        view.key: Count(row[2 * place], row[2 * place + 1] >= LOOKED)
        for place, view in enumerate(views)
    }


def _numbers(view: SavedView, actor: Actor, now: datetime) -> Sequence[Any]:
    """Two columns: how many are found, how many were looked at."""
    wanted, unwanted = terms(view.words), exclusions(view.words)
    looked = list(_looked(view, wanted, actor))
    ids = select(Case.id).where(
        *(Case.id.in_(select(one.c[0])) for one in looked),
        *conditions(view.filters, actor, now),
        *([without(unwanted)] if unwanted else []),
        visible_to(actor, now),
    )
    return _size(ids.limit(CAP)), _most(looked, wanted, view.words)


def _looked(view: SavedView, wanted: Sequence[str], actor: Actor) -> Iterator[Any]:
    """The cases among which each word, or the rarest filter, lets one look; its column first."""
    if not wanted:
        yield newest(view.filters, actor, None).limit(LOOKED).subquery()
    for term in wanted:
        yield holding(term, LOOKED)


def _most(looked: Sequence[Any], wanted: Sequence[str], words: str) -> Any:
    """How many were looked at, for all words together."""
    may_be_a_name = bool(wanted) and '"' not in words and not exclusions(words)
    if may_be_a_name:
        return literal(LOOKED)
    sizes = [select(func.count()).select_from(one).scalar_subquery() for one in looked]
    return sum(sizes[1:], sizes[0])


def _size(query: Select[int]) -> Any:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()
