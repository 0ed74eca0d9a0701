"""What is under way for the person who has a telephone number."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select, union

from grc.cases.models import Case, Party
from grc.citizens.models import Citizen, CitizenContact, ContactPoint
from grc.core.db import session

_MOST = 50  # cases of one number looked at: beyond, it is no person's


def open_case(number: str) -> Case | None:
    """The open case a call from this number is most likely about; None when nobody can say.

    A number that several people have says of none of them who calls. Of several cases of one
    person: the latest.
    """
    query = select(Case).where(Case.id.in_(_with(number)), Case.closed_at.is_(None))
    found = session().scalars(query.order_by(Case.id.desc()).limit(_MOST)).all()
    if not found or len(_people(found)) > 1:
        return None
    return found[0]


def _people(cases: Sequence[Case]) -> set[int]:
    """Whom these cases are for, those merged as one; each case without a person apart."""
    ids = {case.citizen_id for case in cases if case.citizen_id}
    query = select(func.coalesce(Citizen.survivor_id, Citizen.id)).where(Citizen.id.in_(ids))
    roots = set(session().scalars(query)) if len(ids) > 1 else ids
    return roots | {-case.id for case in cases if not case.citizen_id}


def _with(number: str) -> Any:
    """The ids of the cases where this number was told, or whose people have it."""
    point = select(ContactPoint.id).where(
        ContactPoint.kind == "phone", ContactPoint.value == number
    )
    told: Select[int] = select(Party.case_id).where(Party.contact_point_id.in_(point))
    people = select(CitizenContact.citizen_id).where(CitizenContact.contact_point_id.in_(point))
    known: Select[int] = select(Party.case_id).where(Party.citizen_id.in_(people))
    return union(told, known)
