"""What stays reserved to a list of people when its unit closes: it goes to the unit above.

Who closes a unit is told nothing of it. The list stays as it is: nobody reads it who did not.
"""

from datetime import datetime

from sqlalchemy import select

from grc.cases import fields
from grc.cases import service as cases
from grc.cases.fields import Field
from grc.cases.models import Case, Handling
from grc.core import steps
from grc.core.actor import SYSTEM
from grc.core.db import session
from grc.organisation.queries import snapshot
from grc.routing.service import put, start_again
from grc.staff.policy import Level


def plan(unit_id: int, *, now: datetime) -> None:
    """Plan a step for each open part of the unit in a named case, in the transaction that closes
    the unit."""
    here = (Handling.unit_id == unit_id, Handling.is_open, Handling.level == Level.NAMED)
    for part_id in session().scalars(select(Handling.id).where(*here).order_by(Handling.id)):
        subject = ("handling", part_id)
        steps.plan("hand_up", subject, key=f"hand_up:{part_id}", now=now)


def carry(handling_id: int, *, now: datetime) -> None:
    """Give one part to the nearest open unit above, where it waits for somebody of its list. What
    was opened again, moved or ended since stays; so does what a doctor wrote about, which no
    unit but a medical one may have."""
    part = session().get(Handling, handling_id)
    if part is None:
        return
    case = session().get_one(Case, part.case_id)
    cases.alone(case)
    session().refresh(part)
    old = snapshot().unit_by_id(part.unit_id)
    unit = snapshot().open_above(old)
    if old.is_active or not part.is_open or unit is None or case.is_medical:
        return
    agent = part.assignee_id
    placed = put(case, part, unit, routed_at=now)
    fields.tell(case, Field.UNIT, old.name, unit.name, actor=SYSTEM, now=now)
    fields.tell_agent(case, agent, placed.assignee_id, actor=SYSTEM, now=now)
    start_again(case, placed, True, SYSTEM, now)
