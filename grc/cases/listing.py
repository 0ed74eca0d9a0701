"""The list of people who may read a case: made from its units, corrected one person at a time.

A row without a remark comes from a unit and follows the units of the case; a row with a
remark was decided for one person and stays.
"""

from collections.abc import Collection

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from grc.cases.models import CaseAccess, Handling
from grc.core.db import execute, fetch, is_postgresql, session
from grc.staff.models import User, UserRole
from grc.staff.policy import EXCEPTIONAL, HANDLERS, Level
from grc.staff.queries import colleagues

_FROM_UNITS = (CaseAccess.effect == "allow", CaseAccess.remark_id.is_(None))


def readable_level(level: str, case_id: int, units: Collection[int]) -> str:
    """The level a case may have in these units, whose people are listed when it is named.

    With nobody to list it stays restricted: a secret kept from everybody is a lost request.
    """
    if level != Level.NAMED:
        return level
    _list_people(case_id, set(units))
    if has_reader(case_id):
        return level
    forget_units(case_id)
    return Level.RESTRICTED


def listed_anew(case_id: int, units: Collection[int]) -> str:
    """The level a named case may keep in these units: their people are on its list now, and
    those of its units before are not. Rights and refusals given to one person stay."""
    forget_units(case_id)
    return readable_level(Level.NAMED, case_id, units)


def listed_for_units(case_id: int) -> list[int]:
    """Who is on the list because of a unit."""
    query = select(CaseAccess.user_id).where(CaseAccess.case_id == case_id, *_FROM_UNITS)
    return sorted(session().scalars(query))


def list_exactly(case_id: int, people: Collection[int]) -> None:
    """Put these people on the list because of a unit, and nobody else; rights and refusals
    given to one person stay."""
    forget_units(case_id)
    _write_rows(case_id, people)


def list_also(case_id: int, people: Collection[int], *, instead_of: int | None = None) -> None:
    """Put these people on the list too, until who left is back when it is in her place; who was
    refused stays so."""
    _write_rows(case_id, people, instead_of)


def forget_units(case_id: int) -> None:
    """Take everybody off the list who was put there because of a unit."""
    execute(delete(CaseAccess).where(CaseAccess.case_id == case_id, *_FROM_UNITS))


def _list_people(case_id: int, units: set[int]) -> None:
    """List the people of these units, and whoever the case is entrusted to there."""
    entrusted = select(Handling.assignee_id).where(
        Handling.case_id == case_id,
        Handling.unit_id.in_(units),
        Handling.assignee_id.is_not(None),
    )
    people = {user_id for user_id, _ in colleagues(units)}
    people |= {user_id for user_id in session().scalars(entrusted) if user_id}
    _write_rows(case_id, people)


def _write_rows(case_id: int, people: Collection[int], instead_of: int | None = None) -> None:
    dialect = postgresql if is_postgresql() else sqlite
    here = (CaseAccess.user_id.in_(people), CaseAccess.effect == EXCEPTIONAL)
    held = select(CaseAccess.user_id, CaseAccess.until, CaseAccess.remark_id)
    dated = {row.user_id: row for row in fetch(held.where(CaseAccess.case_id == case_id, *here))}
    execute(delete(CaseAccess).where(CaseAccess.case_id == case_id, *here))  # a lasting right now
    for user_id in sorted(people):
        row = {"case_id": case_id, "user_id": user_id, "effect": "allow"}
        row |= {"instead_of": instead_of}
        if instead_of is not None and user_id in dated:  # lasting only until she is back
            was = dated[user_id]
            row |= {"held_until": was.until, "held_remark_id": was.remark_id}
        execute(dialect.insert(CaseAccess).on_conflict_do_nothing(), row)


def has_reader(case_id: int) -> bool:
    """True when somebody on the list can handle it; a refusal or a closed account is nobody."""
    listed = (CaseAccess.case_id == case_id, CaseAccess.effect == "allow")
    works = exists().where(UserRole.user_id == User.id, UserRole.role.in_(HANDLERS))
    query = (
        select(User.id)
        .join(CaseAccess, CaseAccess.user_id == User.id)
        .where(*listed, CaseAccess.until.is_(None), User.is_active, works)
    )
    return session().scalar(query.limit(1)) is not None
