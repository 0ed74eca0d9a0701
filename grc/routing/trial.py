"""What other rules would have made of past cases, counted. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from grc.routing.rule import RoutingInputs, Rule
from grc.routing.rules import Decision, RoutingContext, decide

EXAMPLES = 10  # cases named for each move
UNSURE = "?"  # before the unit where a case waits, when no rule was sure


@dataclass(frozen=True)
class Past:
    """A case as the rules saw it; `is_shown`: the reader may know which one it is."""

    case_id: int
    inputs: RoutingInputs
    is_shown: bool


@dataclass
class Move:
    """Cases that would go elsewhere; from and to the same unit: another nature of request,
    priority or level there."""

    old: str
    new: str
    count: int = 0
    unread: int = 0  # of them, those that the reader may not know of
    cases: list[int] = field(default_factory=list)


@dataclass
class Tally:
    """What was counted of some cases. `hits` by code of rule, of the new rules; `unread`: of
    them, the cases that the reader may not know of."""

    moves: dict[tuple[str, str], Move] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    @property
    def moved(self) -> int:
        """How many cases another unit would get."""
        return sum(one.count for one in self.moves.values() if one.old != one.new)

    @property
    def changed(self) -> int:
        """How many would stay in their unit, as something else."""
        return sum(one.count for one in self.moves.values() if one.old == one.new)

    def as_json(self) -> tuple[list[dict[str, Any]], dict[str, list[int]]]:
        """The moves, the largest first, and the hits with those unread, as they are kept."""
        ordered = sorted(self.moves.values(), key=lambda one: (-one.count, one.old, one.new))
        hits = {code: [count, self.unread[code]] for code, count in self.hits.items()}
        return [dict(vars(one)) for one in ordered], hits

    def told(self, few: int) -> "Tally":
        """What the reader may be told. Who chooses the words of a rule could learn who wrote
        them: of what he may not read, whole lots of `few` count, and nothing of fewer."""
        moves = {
            key: replace(one, count=_told_count(one.count, one.unread, few))
            for key, one in self.moves.items()
        }
        hits = {code: _told_count(self.hits[code], self.unread[code], few) for code in self.hits}
        seen = {key: one for key, one in moves.items() if one.count}
        return Tally(seen, Counter(hits), self.unread)


def _told_count(count: int, unread: int, few: int) -> int:
    return count - unread % few


def read(moves: Iterable[Mapping[str, Any]], hits: Mapping[str, Sequence[int]]) -> Tally:
    """What `as_json` wrote."""
    found = (Move(**{**one, "cases": list(one["cases"])}) for one in moves)
    counts = Counter({code: count for code, (count, _) in hits.items()})
    unread = Counter({code: count for code, (_, count) in hits.items() if count})
    return Tally({(one.old, one.new): one for one in found}, counts, unread)


def begun(rules: Iterable[Rule], today: date) -> list[Rule]:
    """The same rules as if those that begin later had begun: what they would take can be seen
    before they do. One that has ended takes nothing any more."""
    return [
        replace(one, when=replace(one.when, since=None))
        if one.when.since and one.when.since > today
        else one
        for one in rules
    ]


def tally(
    cases: Iterable[Past],
    old: Sequence[Rule],
    new: Sequence[Rule],
    context: RoutingContext,
    so_far: Tally | None = None,
) -> Tally:
    """Decide each case by the old rules and by the new ones, and count what differs. A case
    whose unit was given asks no rule and counts nowhere."""
    found = so_far or Tally()
    for one in cases:
        if one.inputs.given_unit:
            continue
        before, after = decide(one.inputs, old, context), decide(one.inputs, new, context)
        found.hits[after.rule_code] += 1
        if not one.is_shown:
            found.unread[after.rule_code] += 1
        if _told(before) != _told(after):
            _count(found, one, _place(before), _place(after))
    return found


def _count(found: Tally, one: Past, old: str, new: str) -> None:
    move = found.moves.setdefault((old, new), Move(old, new))
    move.count += 1
    move.unread += not one.is_shown
    if one.is_shown and len(move.cases) < EXAMPLES:
        move.cases.append(one.case_id)


def _place(decision: Decision) -> str:
    return (UNSURE if decision.is_fallback else "") + decision.unit_code


def _told(decision: Decision) -> tuple[str, str, int, str]:
    return (_place(decision), decision.request_type_code, decision.priority, decision.level)
