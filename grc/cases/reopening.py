"""Who has a case that is opened again: not somebody who has gone."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from grc.cases import fields
from grc.cases.models import Case, Handling
from grc.cases.states import Status
from grc.core.actor import Actor
from grc.core.db import session
from grc.staff.models import User


def without_who_left(
    case: Case, handling: Handling, *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """What also changes of a handling that is opened again: entrusted to a closed account it
    would lie in no queue, so it is nobody's, and received."""
    who = handling.assignee_id
    if who is None or session().scalar(select(User.is_active).where(User.id == who)):
        return {}
    fields.tell_agent(case, who, None, actor=actor, now=now)
    return {"assignee_id": None, "status": Status.RECEIVED.value}
