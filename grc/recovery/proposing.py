"""Which recovery actions the facts of a case call for, and why. Pure.

The program proposes and never records: each proposal names its evidence, so that what a person
dismissed is not proposed again for the same fact, and what is no longer so goes by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from grc.core.clock import paris_date
from grc.core.i18n import N_, Text

PROPOSED = (  # the actions that may be proposed
    "call_back",
    "failed_sending",
    "missed_appointment",
    "returned_mail",
    "forgotten_case",
    "wrong_unit",
)
LATE = timedelta(days=1)  # somebody who waits for a call has waited a day
ASTRAY = 2  # times a case was sent from a unit to another
SHORTEST, LONGEST = 5, 30  # days without an act of ours, see `patience`


@dataclass(frozen=True)
class Dated:
    """One fact: what it is known by (an id), and when it was."""

    id: int
    at: datetime


@dataclass(frozen=True)
class Failed(Dated):
    """A message of ours that did not leave, or did not arrive."""

    is_returned: bool = False  # refused at its address, not on the way


@dataclass(frozen=True)
class Facts:
    """What is known of one case. `last_act`: the latest act of a person of ours, else the day it
    was received; None when nothing is expected from us."""

    case_id: int
    now: datetime
    patience: int = SHORTEST
    last_act: datetime | None = None
    call_backs: tuple[Dated, ...] = ()  # asked for, not made; `at` is for when
    failed: tuple[Failed, ...] = ()
    no_shows: tuple[Dated, ...] = ()
    returned: tuple[Dated, ...] = ()  # letters of ours, by the post
    reroutes: tuple[Dated, ...] = ()  # from a unit to another
    elsewhere: tuple[Dated, ...] = ()  # the same asked to another unit: that case


@dataclass(frozen=True)
class Proposal:
    """An action to propose. `evidence` is the fact it rests on, `since` when it began."""

    code: str
    evidence: str
    reason: Text
    since: datetime
    other_id: int | None = None


def patience(delay_days: int) -> int:
    """How many days a case may wait for us without an act: a third of the time to answer, never
    less than a working week nor more than a month."""
    return min(max(delay_days // 3, SHORTEST), LONGEST)


def proposals(facts: Facts) -> list[Proposal]:
    """What the facts call for, the oldest first."""
    rules = (_call_back, _failed, _missed, _returned, _forgotten, _astray, _elsewhere)
    found = [one for rule in rules for one in rule(facts)]
    return sorted(found, key=lambda one: (one.since, one.evidence))


def _call_back(facts: Facts) -> Iterator[Proposal]:
    for task in facts.call_backs:
        if facts.now - task.at >= LATE:
            reason = Text(N_("un rappel attendu le %(on)s n'a pas été fait"), _on(task.at))
            yield Proposal("call_back", f"call_back:task:{task.id}", reason, task.at)


def _failed(facts: Facts) -> Iterator[Proposal]:
    for task in facts.failed:
        left = N_("un message n'a pas pu partir le %(on)s")
        arrived = N_("un message n'est pas arrivé le %(on)s")
        reason = Text(arrived if task.is_returned else left, _on(task.at))
        yield Proposal("failed_sending", f"failed:task:{task.id}", reason, task.at)


def _missed(facts: Facts) -> Iterator[Proposal]:
    for one in facts.no_shows:
        reason = Text(N_("le rendez-vous du %(on)s n'a pas été honoré"), _on(one.at))
        yield Proposal("missed_appointment", f"no_show:appointment:{one.id}", reason, one.at)


def _returned(facts: Facts) -> Iterator[Proposal]:
    for letter in facts.returned:
        reason = Text(N_("notre lettre est revenue le %(on)s"), _on(letter.at))
        yield Proposal("returned_mail", f"returned:letter:{letter.id}", reason, letter.at)


def _forgotten(facts: Facts) -> Iterator[Proposal]:
    """The evidence is the last act: a new one is a new chance to be forgotten."""
    last = facts.last_act
    if last is None or facts.now - last < timedelta(days=facts.patience):
        return
    params = _on(last) | {"days": facts.patience}
    reason = Text(N_("rien n'a été fait depuis le %(on)s (plus de %(days)s jours)"), params)
    evidence = f"forgotten:case:{facts.case_id}:{paris_date(last)}"
    yield Proposal("forgotten_case", evidence, reason, last + timedelta(days=facts.patience))


def _astray(facts: Facts) -> Iterator[Proposal]:
    if len(facts.reroutes) < ASTRAY:
        return
    last = max(facts.reroutes, key=lambda one: one.id)
    reason = Text(N_("réaffectée %(count)s fois"), {"count": len(facts.reroutes)})
    yield Proposal("wrong_unit", f"rerouted:audit:{last.id}", reason, last.at)


def _elsewhere(facts: Facts) -> Iterator[Proposal]:
    """One proposal for two cases: the later of them carries it."""
    for other in facts.elsewhere:
        if other.id < facts.case_id:
            reason = Text(N_("la même personne a écrit à plusieurs services"))
            evidence = f"several:case:{facts.case_id}:{other.id}"
            yield Proposal("wrong_unit", evidence, reason, other.at, other.id)


def _on(at: datetime) -> dict[str, str | int]:
    return {"on": f"{paris_date(at):%d/%m/%Y}"}


def gone(pending: Iterable[str], found: Iterable[Proposal]) -> set[str]:
    """The evidence of those that wait and no longer stand."""
    return set(pending) - {one.evidence for one in found}
