"""Are the figures what they should be? Compared with the cases, and written again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, select, true

from grc.cases.models import Case
from grc.core import verify
from grc.core.clock import start_of
from grc.core.crash import crash
from grc.core.db import end_read, session, transaction
from grc.supervision.standing import checking as queues
from grc.supervision.statistics import folding, sums
from grc.supervision.statistics.models import Figure
from grc.supervision.statistics.periods import Grain, start

CASES = 1000  # looked at in one transaction
Days = tuple[date, date]  # both included
EVER = (date.min, date.max)


@dataclass(frozen=True)
class Difference:
    """One cell that is wrong; `case_id` when it is of one case, None when it is a sum."""

    case_id: int | None
    cell: str
    kept: int
    right: int


def fold_all(now: datetime) -> int:
    """Count every act that was sealed; returns how many seals were read."""
    total = 0
    while True:
        with transaction():
            done = folding.fold(now)
        crash("fold:committed")
        total += done
        if not done:
            return total


def count_here(now: datetime) -> None:
    """Seal what is done and count it, in this transaction: for figures that are kept for good.
    The caller counted just before, so that little is left."""
    sealed, after = verify.seal(verify.near_the_end())
    while sealed:
        sealed, after = verify.seal(after)
    while folding.fold(now):
        continue


def rebuild(days: Days = EVER) -> int:
    """Count again every case received or counted in these days, and write the sums of their
    months and those of the queues again; returns how many cases had been counted wrong. Others
    may work meanwhile: a transaction takes a thousand cases, or a month."""
    wrong = 0
    for case_ids in _batches(days):
        with transaction():
            folding.alone()
            wrong += folding.recount(case_ids)
    for month in _months(days):
        with transaction():
            folding.alone()
            sums.write(month)
    with transaction():
        folding.alone()
        queues.write()
    return wrong


def compare(days: Days = EVER) -> Iterator[Difference]:
    """What is wrong, cases first. Everything done was counted just before by the caller; what
    is done meanwhile may make a case look wrong: ask `of_cases` again after counting again."""
    for case_ids in _batches(days):
        with transaction():
            folding.alone()
            found = of_cases(case_ids)
        yield from found
    for month in _months(days):
        with transaction():
            folding.alone()
            found = [_of_sum(*one) for one in sums.differences(month)]
        yield from found
    with transaction():
        folding.alone()
        found = [_of_sum(*one) for one in queues.differences()]
    yield from found


def of_cases(case_ids: list[int]) -> list[Difference]:
    """What is wrong with what some cases were counted for."""
    before, found = folding.kept(case_ids), folding.present(case_ids)
    wrong = []
    for one in case_ids:
        kept, right = before.get(one, folding.Facts()), found.get(one, folding.Facts())
        for fact in sorted(kept.keys() | right.keys()):
            if kept[fact] != right[fact]:
                wrong.append(Difference(one, _said(fact), kept[fact], right[fact]))
    wrong += [
        Difference(one, _said(mark), *told) for one, mark, *told in queues.wrong_marks(case_ids)
    ]
    return wrong


def _of_sum(cell: Iterable[Any], kept: int, right: int) -> Difference:
    return Difference(None, _said(cell), kept, right)


def _said(cell: Iterable[Any]) -> str:
    return " ".join("-" if part == "" else str(part) for part in cell)


def _months(days: Days) -> list[date]:
    first = start(days[0], Grain.WEEK)  # its sum is kept with the month it begins in
    return [one for one in sums.months() if one <= days[1] and sums.last_day(one) >= first]


def _batches(days: Days) -> Iterator[list[int]]:
    """The ids of the cases received or counted in these days, also of those that are gone."""
    received = _when(Case.received_at, days)
    seen = exists().where(Case.id == Figure.case_id, received)
    counted = and_(Figure.on_date.between(*days), ~seen)
    for column, which in ((Case.id, received), (Figure.case_id, counted)):
        query = select(column).where(which).distinct().order_by(column).limit(CASES)
        after = 0
        while case_ids := list(session().scalars(query.where(column > after))):
            end_read()
            yield case_ids
            after = case_ids[-1]


def _when(at: Any, days: Days) -> Any:
    """The first and the last of all days have no instants: they are before and after all."""
    first = true() if days[0] == EVER[0] else at >= start_of(days[0])
    last = true() if days[1] == EVER[1] else at < start_of(days[1] + timedelta(days=1))
    return and_(first, last)
