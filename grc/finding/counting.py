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
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, literal, select

from grc.cases.models import Case
from grc.cases.queries import NOW, visible_to
from grc.cases.search import exclusions, holding, terms
from grc.core.actor import Actor
from grc.core.clock import paris_date, start_of
from grc.core.db import fetch, is_postgresql, planned_for_its_values
from grc.finding.models import SavedView
from grc.finding.narrowing import conditions, newest
from grc.finding.searching import without
from grc.organisation.queries import snapshot as organisation

LOOKED = CAP = 300  # beside every list: a thousand took a third of the time of the page


@dataclass(frozen=True)
class Count:
    """How many were found; `more`: older ones were not looked at."""

    found: int
    more: bool


@dataclass(frozen=True)
class _Asked:
    """All that the columns of a view depend on, besides who asks; `unit_id` is the unit its
    filters name, in this database."""

    words: str
    filters: tuple[tuple[str, str], ...]
    unit_id: int | None
    looked: int
    cap: int


def counts(actor: Actor, views: Sequence[SavedView], now: datetime) -> Mapping[str, Count]:
    """The count of each view by its key."""
    if not views:
        return {}
    asked = tuple(_asked(view) for view in views)
    statement = _statement(asked, actor, paris_date(now), on_postgresql=is_postgresql())
    # A rare word is looked for in its index, one found everywhere among the newest documents.
    planned = planned_for_its_values if any(view.words for view in views) else nullcontext
    with planned():
        row = fetch(statement, {"now": now}).one()
    return {
        view.key: Count(row[2 * place], row[2 * place + 1] >= LOOKED)
        for place, view in enumerate(views)
    }


def _asked(view: SavedView) -> _Asked:
    unit = organisation().units_by_code.get(view.filters.get("service", ""))
    filters = tuple(view.filters.items())
    return _Asked(view.words, filters, unit.id if unit else None, LOOKED, CAP)


@lru_cache(maxsize=512)
def _statement(
    asked: tuple[_Asked, ...],
    actor: Actor,
    today: date,
    *,
    on_postgresql: bool,  # noqa: ARG001 - words are looked for in another way there
) -> Select[Any]:
    """Building it costs three times as much as running it, so it is kept: the same views of
    somebody with the same rights are the same question all day long."""
    return select(*(one for view in asked for one in _numbers(view, actor, today)))


def _numbers(view: _Asked, actor: Actor, today: date) -> Sequence[Any]:
    """Two columns: how many are found, how many were looked at."""
    wanted, unwanted = terms(view.words), exclusions(view.words)
    filters = dict(view.filters)
    looked = list(_looked(view, wanted, actor))
    ids = select(Case.id).where(
        *(Case.id.in_(select(one.c[0])) for one in looked),
        *conditions(filters, actor, start_of(today)),  # of the moment, they ask the day only
        *([without(unwanted)] if unwanted else []),
        visible_to(actor, NOW),
    )
    return _size(ids.limit(view.cap)), _most(looked, wanted, view)


def _looked(view: _Asked, wanted: Sequence[str], actor: Actor) -> Iterator[Any]:
    """The cases among which each word, or the rarest filter, lets one look; its column first."""
    if not wanted:
        yield newest(dict(view.filters), actor, None).limit(view.looked).subquery()
    for term in wanted:
        yield holding(term, view.looked)


def _most(looked: Sequence[Any], wanted: Sequence[str], view: _Asked) -> Any:
    """How many were looked at, for all words together."""
    may_be_a_name = bool(wanted) and '"' not in view.words and not exclusions(view.words)
    if may_be_a_name:
        return literal(view.looked)
    sizes = [select(func.count()).select_from(one).scalar_subquery() for one in looked]
    return sum(sizes[1:], sizes[0])


def _size(query: Select[int]) -> Any:
    return select(func.count()).select_from(query.subquery()).scalar_subquery()
