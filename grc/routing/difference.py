"""What differs between two ordered lists of rules, as a person would say it. Pure."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from grc.routing.rule import Rule, Then, When


@dataclass(frozen=True)
class Difference:
    """From an old list to a new one. `moved` are as few as can be: the others kept their order
    among themselves. A rule may be both changed and moved."""

    added: tuple[Rule, ...] = ()
    removed: tuple[Rule, ...] = ()
    changed: tuple[tuple[Rule, Rule], ...] = ()  # (old, new)
    moved: tuple[tuple[Rule, Rule], ...] = ()  # (old, new)
    follows: Mapping[str, Rule] = field(default_factory=dict)  # by code: the rule now before it

    @property
    def is_empty(self) -> bool:
        """True when both lists decide the same in the same words."""
        return not (self.added or self.removed or self.changed or self.moved)


def difference(old: Sequence[Rule], new: Sequence[Rule]) -> Difference:
    """What was added, removed, changed and moved; rules are the same by their code."""
    before = {rule.code: rule for rule in old}
    after = {rule.code: rule for rule in new}
    kept = [rule for rule in new if rule.code in before]
    place = {rule.code: number for number, rule in enumerate(old)}
    still = _longest_growing([place[rule.code] for rule in kept])
    return Difference(
        added=tuple(rule for rule in new if rule.code not in before),
        removed=tuple(rule for rule in old if rule.code not in after),
        changed=tuple(
            (before[rule.code], rule) for rule in kept if _words(before[rule.code]) != _words(rule)
        ),
        moved=tuple((before[rule.code], rule) for rule in kept if place[rule.code] not in still),
        follows={rule.code: earlier for earlier, rule in pairwise(new)},
    )


def _words(rule: Rule) -> tuple[str, When, Then]:
    """What makes two rules of one code say the same."""
    return rule.label, rule.when, rule.then


def _longest_growing(numbers: Sequence[int]) -> frozenset[int]:
    """The numbers of a longest growing subsequence (patience sorting); all differ."""
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(tops, number)
        before[number] = tops[at - 1] if at else None
        tops[at : at + 1] = [number]
    found, last = set(), tops[-1] if tops else None
    while last is not None:
        found.add(last)
        last = before[last]
    return frozenset(found)
