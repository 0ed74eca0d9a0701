"""Rules that can never decide, because an earlier one takes all their cases. Pure.

What is said here is proved from the conditions alone; a rule that several earlier ones hide
together is not found (the dry run counts it as never hit).
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache

from grc.routing.keywords import parse
from grc.routing.rule import ANY, Rule, When

_KEYWORDS = ("subject_keywords", "keywords")
_APART = {*_KEYWORDS, "sender_domains", "except_keywords", "since", "until"}
_FACTS = tuple(item.name for item in fields(When) if item.name not in _APART)


def shadow(number: int, rules: Sequence[Rule]) -> Rule | None:
    """The first of the earlier rules that takes every case of the rule at this place."""
    later = rules[number].when
    return next((rule for rule in rules[:number] if hides(rule.when, later)), None)


@lru_cache(maxsize=8)  # every two rules are compared, and lists change seldom
def shadows(rules: tuple[Rule, ...]) -> Mapping[str, Rule]:
    """The rules that are never reached, by code, each with the one that hides it."""
    found = ((rule.code, shadow(number, rules)) for number, rule in enumerate(rules))
    return {code: earlier for code, earlier in found if earlier is not None}


def hides(earlier: When, later: When) -> bool:
    """True when whatever matches the later conditions matches the earlier ones."""
    return (
        _covers_days(earlier, later)
        and all(_covers(getattr(earlier, name), getattr(later, name)) for name in _FACTS)
        and _covers_domains(earlier.sender_domains, later.sender_domains)
        and all(_covers_words(getattr(earlier, name), getattr(later, name)) for name in _KEYWORDS)
        and all(_is_told(word, later.except_keywords) for word in earlier.except_keywords)
    )


def _covers(earlier: tuple[str, ...], later: tuple[str, ...]) -> bool:
    return not earlier or (bool(later) and (ANY in earlier or set(later) <= set(earlier)))


def _covers_days(earlier: When, later: When) -> bool:
    begins = (earlier.since or date.min) <= (later.since or date.min)
    return begins and (later.until or date.max) <= (earlier.until or date.max)


def _covers_domains(earlier: tuple[str, ...], later: tuple[str, ...]) -> bool:
    """A domain also means those below it."""
    return not earlier or (
        bool(later)
        and all(any(f".{one}".endswith(f".{wide}") for wide in earlier) for one in later)
    )


def _covers_words(earlier: tuple[str, ...], later: tuple[str, ...]) -> bool:
    return not earlier or (bool(later) and all(_implies(one, earlier) for one in later))


def _implies(keyword: str, among: tuple[str, ...]) -> bool:
    """True when a text that has the keyword has one of the others: "carte mobilité" has
    "carte"."""
    parts = parse(keyword).parts
    return any(_are_within(parse(other).parts, parts) for other in among)


def _are_within(wanted: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return bool(wanted) and all(any(f" {one} " in f" {p} " for p in parts) for one in wanted)


def _is_told(word: str, later: tuple[str, ...]) -> bool:
    """True when the later rule refuses every text that this exception of the earlier one
    refuses."""
    return _implies(word, later)
