"""Cases a page at a time, newest first, by a cursor that stays right while others are opened."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from grc.cases.models import Case, Handling
from grc.cases.queries import visible_to
from grc.core.actor import Actor
from grc.core.db import among, session

DEPTH = 3000  # cases looked at for one page, so that its cost does not grow with the base


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

    Fewer, with an id to go on below, where many in a row may not be read. `unit_id`: one of the
    units concerned; `status`: the public one.
    """
    wanted = _wanted(unit_id, status)
    found: list[Case] = []
    looked, chunk = 0, 2 * size
    while looked < DEPTH:
        query = wanted if below is None else wanted.where(wanted.selected_columns[0] < below)
        ids = session().scalars(query.limit(chunk)).all()
        found += _readable(actor, ids, size + 1 - len(found), now)
        if len(found) > size:
            return found[:size], found[size - 1].id
        if len(ids) < chunk:
            return found, None
        below, looked, chunk = ids[-1], looked + len(ids), min(4 * chunk, DEPTH)
    return found, below


def _wanted(unit_id: int | None, status: str | None) -> Select[int]:
    """The ids, newest first; of a unit they are read from an index of its own, so that a unit
    with few cases is not looked for among all."""
    if unit_id is None:
        query = select(Case.id).order_by(Case.id.desc())
    else:
        query = select(Handling.case_id).where(Handling.unit_id == unit_id)
        query = query.order_by(Handling.case_id.desc())
        query = query if status is None else query.join(Case, Case.id == Handling.case_id)
    return query if status is None else query.where(Case.status == status)


def _readable(actor: Actor, ids: Sequence[int], most: int, now: datetime) -> Sequence[Case]:
    """Those of these cases that may be read: asked of a few, not of the whole base at once."""
    query = select(Case).where(among(Case.id, ids), visible_to(actor, now))
    return session().scalars(query.order_by(Case.id.desc()).limit(most)).all()
