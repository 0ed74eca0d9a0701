"""Which case told how somebody can be reached, and who may know of it.

A party says one contact point, the first; what else its case told is in
`citizen_contact_source`. What no case told and no agent wrote by hand is shown to nobody.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from grc.cases.models import Case, Party
from grc.cases.queries import visible_to
from grc.citizens.models import CitizenContact, CitizenContactSource
from grc.core.actor import Actor
from grc.core.db import add_all, session

BY_HAND = "page"  # the origin of what an agent wrote on the page of a person: not of a case
_BY_PARTY = (
    Party.contact_point_id == CitizenContact.contact_point_id,
    Party.citizen_id == CitizenContact.citizen_id,
)
_BESIDES = (
    CitizenContactSource.contact_point_id == CitizenContact.contact_point_id,
    CitizenContactSource.citizen_id == CitizenContact.citizen_id,
)


def may_know(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The condition on `CitizenContact` that this actor may know of it: written by hand, or told
    in a case she may read."""
    readable = visible_to(actor, now)
    return or_(
        CitizenContact.origin == BY_HAND,
        exists().where(*_BY_PARTY, Case.id == Party.case_id, readable),
        exists().where(*_BESIDES, Case.id == CitizenContactSource.case_id, readable),
    )


def told_in(case_id: int) -> ColumnElement[bool]:
    """The condition on `CitizenContact` that this very case told it."""
    return or_(
        exists().where(*_BY_PARTY, Party.case_id == case_id),
        exists().where(*_BESIDES, CitizenContactSource.case_id == case_id),
    )


def note(case_id: int, citizen_id: int | None, points: Collection[int]) -> None:
    """Remember that a case told of these contact points of somebody; twice is once."""
    if citizen_id is None or not points:
        return
    source = CitizenContactSource
    known = session().scalars(
        select(source.contact_point_id).where(
            source.case_id == case_id, source.citizen_id == citizen_id
        )
    )
    new = sorted(set(points) - set(known))
    rows = [{"citizen_id": citizen_id, "contact_point_id": one, "case_id": case_id} for one in new]
    add_all(source, rows)
