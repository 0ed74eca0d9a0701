"""What is under way for the person who has a telephone number."""

from typing import Any

from sqlalchemy import Select, select, union

from grc.cases.models import Case, Party
from grc.citizens.models import CitizenContact, ContactPoint
from grc.core.db import session

_MOST = 50  # cases of one number looked at: beyond, it is no person's


def open_case(number: str) -> Case | None:
    """The open case a call from this number is most likely about; None when nobody can say.

    A number that several people have says of none of them who calls. Of several cases of one
    person: the latest.
    """
    query = select(Case).where(Case.id.in_(_with(number)), Case.closed_at.is_(None))
    found = session().scalars(query.order_by(Case.id.desc()).limit(_MOST)).all()
    if not found or len({case.citizen_id or -case.id for case in found}) > 1:
        return None
    return found[0]


def _with(number: str) -> Any:
    """The ids of the cases where this number was told, or whose people have it."""
    point = select(ContactPoint.id).where(
        ContactPoint.kind == "phone", ContactPoint.value == number
    )
    told: Select[int] = select(Party.case_id).where(Party.contact_point_id.in_(point))
    people = select(CitizenContact.citizen_id).where(CitizenContact.contact_point_id.in_(point))
    known: Select[int] = select(Party.case_id).where(Party.citizen_id.in_(people))
    return union(told, known)
