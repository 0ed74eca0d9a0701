"""Two more people in the triage, one of whom is absent today: to share out, and to cover."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from grc.cases.models import Case, Handling
from grc.core.actor import SYSTEM, Actor
from grc.core.clock import paris_date
from grc.core.db import end_read, session, transaction
from grc.organisation.queries import snapshot
from grc.staff import absences
from grc.staff.models import Absence, User
from grc.staff.queries import actor_of
from grc.work import service as work

ABSENT, COVER = "agent3.tri", "agent.tri"
HERS = 3  # cases of the one who is absent
LEVELS = ("normal", "restricted")


def tell(now: datetime) -> None:
    """Told once."""
    is_told = session().scalar(select(exists().where(Absence.id > 0)))
    end_read()
    if is_told:
        return
    people = {row.login: row for row in session().scalars(select(User))}
    tree = {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}
    leaver = actor_of(people[ABSENT], tree)
    for case_id in _free():
        _take(case_id, leaver, now)
    today = paris_date(now)
    with transaction():
        absences.declare(
            people[ABSENT].id,
            people[COVER].id,
            today,
            today + timedelta(days=9),
            actor=SYSTEM,
            now=now,
        )


def _free() -> list[int]:
    """Cases of the triage that nobody has taken."""
    query = select(Handling.case_id).where(
        Handling.unit_id == snapshot().triage.id,
        Handling.is_open,
        Handling.assignee_id.is_(None),
        Handling.level.in_(LEVELS),
    )
    found = list(session().scalars(query.order_by(Handling.id).limit(HERS)))
    end_read()
    return found


def _take(case_id: int, actor: Actor, now: datetime) -> None:
    with transaction():
        work.take(session().get_one(Case, case_id), actor=actor, now=now)
