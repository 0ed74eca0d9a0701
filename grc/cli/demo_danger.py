"""Who is on duty in the coming days, with a hole to be seen, and a danger nobody has answered."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, select

from grc.cases.models import Case, Handling
from grc.catalogue.danger import unit_on_duty
from grc.cli.danger import load_file
from grc.core.actor import SYSTEM
from grc.core.clock import PARIS
from grc.core.db import end_read, session, transaction
from grc.danger import duty, service
from grc.danger.duty import NewShift
from grc.danger.models import Alert, Shift
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.staff.queries import Tree, actor_of

LOGIN, SENDER, UNIT = "astreinte", "agent.apa", "apa"
DAY = timedelta(hours=24)
NIGHTS = (0, 1, 2, 4, 5)  # days from now: the fourth is the hole
WHY = "La voisine appelle : elle entend crier depuis une heure, la dame ne répond plus."


def plan(folder: Path) -> None:
    """What is to be known before the first message."""
    load_file(folder / "danger.toml")


def tell(now: datetime) -> None:
    """Everything, once."""
    known = session().scalar(select(exists().where(Shift.id > 0)))
    end_read()
    if known:
        return
    roster(now)
    if not session().scalar(select(exists().where(Alert.id > 0))):
        _alert(now)


def roster(now: datetime) -> None:
    """One night after the other, but one."""
    here = now.astimezone(PARIS).replace(minute=0, second=0, microsecond=0)
    with transaction():
        unit = unit_on_duty().code
        for days in NIGHTS:
            since = here + days * DAY
            new = NewShift(unit, LOGIN, since, since + DAY, "06 39 98 00 42",
                           "astreinte@exemple-departement.fr")  # fmt: skip
            duty.put(new, actor=SYSTEM, now=now)


def _alert(now: datetime) -> None:
    tree: Tree = {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}
    sender = session().scalars(select(User).where(User.login == SENDER)).one()
    query = select(Case).join(Handling, Handling.case_id == Case.id).where(
        Handling.unit_id == snapshot().unit(UNIT).id, Handling.is_open, Case.level == "normal"
    )  # fmt: skip
    case = session().scalars(query.order_by(Case.id).limit(1)).first()
    if case is None:
        end_read()
        return
    case_id, actor = case.id, actor_of(sender, tree)
    with transaction():
        found = session().get_one(Case, case_id)
        service.hand_over(found, WHY, actor=actor, now=now - timedelta(minutes=4))
