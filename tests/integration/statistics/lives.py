"""Lives of cases at random, for figures that must be right whatever happened."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from tests.integration.statistics import telling

Lives = list[tuple[str, int]]  # one act a day, and which case or unit it is about
_ACTS = ["open", "contact", "answer", "close", "reopen", "reroute", "duplicate", "named"]
_LIVES = some.lists(some.tuples(some.sampled_from(_ACTS), some.integers(0, 7)), max_size=14)
# What was once counted wrongly, or is not likely to be met by chance.
_MET: tuple[Lives, ...] = (
    [("open", 0), ("answer", 0), ("answer", 0)],
    [("open", 0), ("answer", 0), ("named", 0), ("answer", 3), ("close", 0)],
    [("open", 0), ("open", 3), ("close", 0), ("reopen", 3), ("named", 0)],
    [("open", 0), ("close", 0), ("open", 0), ("open", 1), ("duplicate", 1)],
)


def whatever_happened(test: Callable[..., None]) -> Callable[..., None]:
    """A test of `lives`: those met before, then others by chance."""
    found: Any = test
    for lives in _MET:
        found = example(lives=lives)(found)
    checked: Callable[..., None] = settings(
        max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )(given(lives=_LIVES)(found))
    return checked


def live(lives: Lives) -> None:
    """Do it all, a day after the other, counted now and then."""
    told: list[int] = []
    for day, (what, which) in enumerate(lives):
        _act(told, what, which, day)
        if which % 3 == 0:
            telling.count()


def _act(told: list[int], what: str, which: int, day: int) -> None:
    if what == "open" or not told:
        told.append(telling.opened(["apa", "amethyste"][which % 2], day))
        return
    case_id = told[which % len(told)]
    other = told[(which + 1) % len(told)]
    acts: dict[str, Callable[[], object]] = {
        "contact": lambda: telling.contacted(case_id, day, ["email", "phone"][which % 2]),
        "answer": lambda: telling.answered(case_id, day),
        "close": lambda: telling.closed(case_id, day),
        "reopen": lambda: telling.moved(case_id, "in_progress", day),
        "reroute": lambda: telling.rerouted(case_id, ["apa", "amethyste"][which % 2], day),
        "duplicate": lambda: telling.duplicate(case_id, other, day),
        "named": lambda: telling.levelled(case_id, ["named", "normal"][which % 2], day),
    }
    acts[what]()
