"""Reading the versions of the list, and how often each rule decides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from grc.cases.models import Case
from grc.core.audit import Remark
from grc.core.db import among, planned_for_its_values, session
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.routing.models import RoutingDecision, RoutingDraft, RoutingRule, RuleSet
from grc.routing.queries import rule_of
from grc.routing.rule import Rule
from grc.staff.models import User
from grc.staff.policy import Level

COUNTED = timedelta(days=90)
CAP = 100  # decisions of one rule that are looked at: enough to know whether it serves
_SHOWN = 50  # versions of a list


@dataclass(frozen=True)
class VersionView:
    """One version of the list: who wrote it, when, why, in force from which day on."""

    number: int
    effective_on: date
    made_at: datetime
    author: str
    reason: str


def versions(most: int = _SHOWN) -> list[VersionView]:
    """The versions, the latest first."""
    return _versions(most)


def version(number: int) -> VersionView:
    """One version. Raises NotFound."""
    found = _versions(1, RuleSet.number == number)
    if not found:
        raise NotFound(N_("Cette version des règles n'existe pas."))
    return found[0]


def in_force(known: Collection[VersionView], on: date) -> VersionView | None:
    """Of these versions, that of a day: the one written last for that day or before."""
    begun = [one for one in known if one.effective_on <= on]
    return max(begun, key=lambda one: one.number, default=None)


def planned(known: Collection[VersionView], on: date) -> list[VersionView]:
    """The versions to come after a day, those that a later one replaced left out."""
    days = {one.effective_on for one in known if one.effective_on > on}
    found = {one.number: one for day in days if (one := in_force(known, day))}
    return [found[number] for number in sorted(found) if found[number].effective_on > on]


def rules_of(number: int) -> tuple[Rule, ...]:
    """The rules of a version, in their order; none before the first version."""
    ids = session().scalar(select(RuleSet.rule_ids).where(RuleSet.number == number)) or []
    rows = session().scalars(select(RoutingRule).where(among(RoutingRule.id, ids)))
    return tuple(rule_of(row) for row in sorted(rows, key=lambda row: row.position))


def base_of(draft: RoutingDraft) -> tuple[Rule, ...]:
    """The rules of the version a draft began as."""
    return rules_of(draft.base_number)


def decided(rules: Collection[Rule], now: datetime) -> Mapping[str, int]:
    """How many cases each rule placed in the last 90 days, by code, `CAP` for more: of its
    latest hundred those that are not named, which nobody may count."""
    latest = (
        select(RoutingDecision.case_id)
        .where(RoutingDecision.rule_code == RoutingRule.code)
        .where(RoutingDecision.decided_at >= now - COUNTED)
        .order_by(RoutingDecision.decided_at.desc())
        .limit(CAP)
        .correlate(RoutingRule)
        .subquery()
    )
    count = select(func.count()).select_from(latest).join(Case, Case.id == latest.c.case_id)
    shown = count.where(Case.level != Level.NAMED).correlate(RoutingRule).scalar_subquery()
    codes = [rule.code for rule in rules]
    query = select(RoutingRule.code, shown).where(
        RoutingRule.code.in_(codes), RoutingRule.valid_to.is_(None)
    )
    with planned_for_its_values():
        return {row[0]: row[1] for row in session().execute(query)}


def _versions(most: int, *where: ColumnElement[bool]) -> list[VersionView]:
    query = (
        select(RuleSet, User.name, Remark.text)
        .outerjoin(User, User.id == RuleSet.user_id)
        .outerjoin(Remark, Remark.id == RuleSet.remark_id)
        .where(*where)
        .order_by(RuleSet.number.desc())
        .limit(most)
    )
    return [
        VersionView(row.number, row.effective_on, row.made_at, name or row.actor, reason or "")
        for row, name, reason in session().execute(query)
    ]
