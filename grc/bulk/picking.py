"""The cases a person picked, with what deciding on each needs: as many statements for five
hundred as for one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grc.cases.closest import Rank, rank
from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.reference import parse
from grc.core.actor import Actor
from grc.core.db import among, session
from grc.staff.policy import CaseFacts, Permission, allowed


@dataclass(frozen=True)
class Picked:
    """One case that the person may read; `handling` is the part her act is about."""

    case: Case
    handling: Handling
    handlings: tuple[Handling, ...]
    facts: CaseFacts

    def unit_ids(self) -> frozenset[int]:
        """The units concerned."""
        return frozenset(row.unit_id for row in self.handlings)


@dataclass(frozen=True)
class Selection:
    """What was picked, in its order. `unknown` references name nothing she may know of: no
    case, or one that is hidden, which must look the same."""

    picked: tuple[Picked, ...]
    unknown: int


def pick(actor: Actor, references: Collection[str], now: datetime) -> Selection:
    """The cases of these references; each counts once."""
    typed = list(dict.fromkeys(references))
    parsed = {text: found for text in typed if (found := parse(text)) and found.valid}
    numbers = [found.number for found in parsed.values() if found.kind == "D"]
    cases = {case.id: case for case in _cases(numbers)}
    named = [
        cases[found.number]
        for found in parsed.values()
        if found.number in cases and parse(cases[found.number].reference) == found
    ]
    picked = tuple(_readable(list(dict.fromkeys(named)), actor, now))
    return Selection(picked, len(typed) - len(picked))


def _cases(ids: Sequence[int]) -> Sequence[Case]:
    return session().scalars(select(Case).where(among(Case.id, ids))).all() if ids else ()


def _readable(cases: Sequence[Case], actor: Actor, now: datetime) -> list[Picked]:
    ids = [case.id for case in cases]
    handlings, access = _handlings(ids), access_of(ids, actor.user_id, now)
    found = (_picked(case, handlings[case.id], access.get(case.id), actor) for case in cases)
    return [one for one in found if allowed(actor, Permission.CASE_READ, one.facts)]


def _picked(case: Case, rows: Sequence[Handling], access: str | None, actor: Actor) -> Picked:
    def _rank(row: Handling) -> Rank:
        return rank(actor, assignee_id=row.assignee_id, unit_id=row.unit_id, is_open=row.is_open)

    facts = CaseFacts(
        level=case.level,
        units=frozenset(row.unit_id for row in rows),
        departments=frozenset(row.department_id for row in rows),
        access=access,
    )
    return Picked(case, min(rows, key=_rank), tuple(rows), facts)


def _handlings(case_ids: Sequence[int]) -> Mapping[int, list[Handling]]:
    found: dict[int, list[Handling]] = defaultdict(list)
    if case_ids:
        query = select(Handling).where(among(Handling.case_id, case_ids)).order_by(Handling.id)
        for row in session().scalars(query):
            found[row.case_id].append(row)
    return found


def accesses(
    case_ids: Sequence[int], user_ids: Collection[int], now: datetime
) -> dict[tuple[int, int], str]:
    """The same for several people, by person and case; one statement."""
    if not (user_ids and case_ids):
        return {}
    query = select(CaseAccess).where(
        CaseAccess.user_id.in_(user_ids), among(CaseAccess.case_id, case_ids)
    )
    valid = (row for row in session().scalars(query) if row.until is None or row.until > now)
    return {(row.user_id, row.case_id): row.effect for row in valid}


def access_of(case_ids: Sequence[int], user_id: int | None, now: datetime) -> dict[int, str]:
    """What a person was given or refused on these cases, and is still valid."""
    if user_id is None or not case_ids:
        return {}
    query = select(CaseAccess).where(
        CaseAccess.user_id == user_id, among(CaseAccess.case_id, case_ids)
    )
    rows = session().scalars(query)
    return {row.case_id: row.effect for row in rows if row.until is None or row.until > now}
