"""Rewriting the rules: one draft for everybody, in which two may work at the same time.

What is changed is one rule at a time, named by its code with what was shown of it: two people
who change different rules do not meet, and who changes a rule that changed meanwhile is told.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, lock, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.core.search import strip_accents
from grc.routing.models import RoutingDraft, RoutingRule
from grc.routing.reading import base_of, rules_of
from grc.routing.rule import Rule
from grc.routing.stored import digest, read_all, written
from grc.routing.versions import LOCK
from grc.routing.workshop import check, demand, last_number, open_draft, the_draft

_LONGEST_CODE = 50


class RuleChanged(Conflict):
    """Somebody changed the rule that is being written; `theirs` is what it says now, None when
    it was removed."""

    def __init__(self, theirs: Rule | None) -> None:
        self.theirs = theirs
        super().__init__(
            N_("Cette règle a changé pendant que vous l'écriviez. Comparez, puis enregistrez.")
        )


@lru_cache(maxsize=2048)  # a page asks it of every rule
def seen(rule: Rule) -> str:
    """What a page remembers of the rule it shows."""
    return digest([rule])[:12]


def start(*, actor: Actor, now: datetime, number: int | None = None) -> None:
    """Begin a draft as the version written last, or as an older one to return to. A draft that
    is open stays as it is; raises Conflict when one had to begin as an older version."""
    demand(actor)
    lock(LOCK)
    if open_draft() is not None:
        if number is None:
            return
        raise Conflict(
            N_("Un brouillon est ouvert : mettez-le en vigueur ou abandonnez-le d'abord.")
        )
    base = number or last_number()
    draft_id = add(
        RoutingDraft,
        slot=1,
        base_number=last_number(),
        rules=[written(rule) for rule in rules_of(base)],
        started_by=actor.user_id,
        started_at=now,
        edited_by=actor.user_id,
        edited_at=now,
    )
    _tell(draft_id, Text(N_("commencé comme la version %(n)s"), {"n": base}), actor, now)


def save(rule: Rule, was: str, after: str, *, actor: Actor, now: datetime) -> Rule:
    """Put a rule in the draft: in place of the one of its code that was `seen`, or, without a
    code, a new one after another ("": the first). Raises InvalidFile with every mistake,
    RuleChanged."""
    draft, rules = _held(actor)
    new = not rule.code
    if new:
        rule = replace(rule, code=_new_code(rule.label, rules))
    check((rule,))
    at = _place(after, rules) + 1 if new else _still(rule.code, was, rules)
    what = N_("règle « %(rule)s » ajoutée") if new else N_("règle « %(rule)s » changée")
    rules[at : at + (not new)] = [rule]
    _write(draft, rules, Text(what, {"rule": rule.label}), actor, now)
    return rule


def remove(code: str, was: str, *, actor: Actor, now: datetime) -> None:
    """Take a rule out of the draft. Raises RuleChanged."""
    draft, rules = _held(actor)
    gone = rules.pop(_still(code, was, rules))
    _write(draft, rules, Text(N_("règle « %(rule)s » retirée"), {"rule": gone.label}), actor, now)


def put_back(code: str, *, actor: Actor, now: datetime) -> None:
    """Make a rule again what it is in the version the draft began as, where it stood."""
    draft, rules = _held(actor)
    base = base_of(draft)
    old = next((rule for rule in base if rule.code == code), None)
    if old is None:
        raise InvalidInput(N_("Cette règle n'est pas dans la version de départ."))
    others = [rule for rule in rules if rule.code != code]
    before = {rule.code for rule in base[: base.index(old)]}
    at = max((n for n, rule in enumerate(others, 1) if rule.code in before), default=0)
    others.insert(at, old)
    what = Text(N_("règle « %(rule)s » remise comme avant"), {"rule": old.label})
    _write(draft, others, what, actor, now)


def move(code: str, step: int, *, actor: Actor, now: datetime) -> None:
    """Move a rule by so many places, up when negative; it stops at both ends."""
    draft, rules = _held(actor)
    at = _place(code, rules)
    if at < 0:
        raise RuleChanged(None)
    rule = rules.pop(at)
    rules.insert(min(max(at + step, 0), len(rules)), rule)
    if rules[at : at + 1] != [rule]:
        _write(
            draft, rules, Text(N_("règle « %(rule)s » déplacée"), {"rule": rule.label}), actor, now
        )


def drop(*, actor: Actor, now: datetime) -> None:
    """Give the draft up; what it said is kept, and the rules in force stay."""
    draft, _rules = _held(actor)
    end(draft, now)
    _tell(draft.id, Text(N_("abandonné")), actor, now)


def end(draft: RoutingDraft, now: datetime) -> None:
    """Close a draft, so that another can be begun."""
    draft.slot, draft.ended_at = None, now
    session().flush()


def _held(actor: Actor) -> tuple[RoutingDraft, list[Rule]]:
    """The draft, ours until the transaction ends."""
    demand(actor)
    lock(LOCK)
    draft = the_draft()
    return draft, list(read_all(draft.rules))


def _place(code: str, rules: Sequence[Rule]) -> int:
    """Where a rule stands, -1 when it is not there."""
    return next((number for number, rule in enumerate(rules) if rule.code == code), -1)


def _still(code: str, was: str, rules: Sequence[Rule]) -> int:
    """Where a rule stands, when it is still what was seen."""
    at = _place(code, rules)
    if at < 0:
        raise RuleChanged(None)
    if seen(rules[at]) != was:
        raise RuleChanged(rules[at])
    return at


def _new_code(label: str, rules: Sequence[Rule]) -> str:
    """A code made of the label, that no rule has or had: cases pin it."""
    plain = re.sub(r"[^a-z0-9]+", "-", strip_accents(label).lower()).strip("-")
    stem = plain[:_LONGEST_CODE].strip("-") or "regle"
    taken = {rule.code for rule in rules} | set(session().scalars(select(RoutingRule.code)))
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code


def _write(
    draft: RoutingDraft, rules: Sequence[Rule], what: Text, actor: Actor, now: datetime
) -> None:
    draft.rules = [written(rule) for rule in rules]
    draft.edited_by, draft.edited_at = actor.user_id or draft.edited_by, now
    session().flush()
    _tell(draft.id, what, actor, now)


def _tell(draft_id: int, what: Text, actor: Actor, now: datetime) -> None:
    subject = ("routing_draft", draft_id)
    audit.record(Event.RULES_DRAFTED, subject=subject, actor=actor, now=now, what=what)
