"""Cases a page at a time, newest first, by a cursor that stays right while others are opened."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from grc.cases.models import Case, Handling
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import session


def page(
    actor: Actor,
    now: datetime,
    *,
    size: int,
    below: int | None = None,
    unit_id: int | None = None,
    status: str | None = None,
) -> tuple[Sequence[Case], int | None]:
    """At most `size` cases that the actor may read, and the id to go on below: None at the end.

    `unit_id`: one of the units concerned; `status`: the public one.
    """
    query = select(Case).where(visible_to(actor, now))
    if below is not None:
        query = query.where(Case.id < below)
    if unit_id is not None:
        query = query.where(
            exists().where(Handling.case_id == Case.id, Handling.unit_id == unit_id)
        )
    if status is not None:
        query = query.where(Case.status == status)
    found = session().scalars(query.order_by(Case.id.desc()).limit(size + 1)).all()
    return found[:size], found[size - 1].id if len(found) > size else None
