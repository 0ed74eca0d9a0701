"""After a restoration, nothing old is sent again.

What waited to leave when the backup was taken has perhaps left since, from the machine that
was lost. It is given up instead of sent: the worker then tells the unit of each message, and
a person decides. No row is added here, so that counts stay those of the backup.
"""

from typing import Any

from sqlalchemy import and_, select, update

from grc.cases.models import Case
from grc.core.db import execute
from grc.core.steps import Step
from grc.intake.models import Item

LEAVING = ("send", "acknowledge", "deliver")
TOO_OFTEN = 1_000_000  # attempts: more than any step may have, so the next lease gives it up
WHY = "repris d'une sauvegarde, non renvoyé"


def hold() -> int:
    """Hold back what would leave by itself; returns how many messages that concerns."""
    pending = and_(Step.done_at.is_(None), Step.failed_at.is_(None))
    _no_acknowledgement(pending)
    held = execute(
        update(Step)
        .where(pending, Step.name.in_(LEAVING))
        .values(attempts=TOO_OFTEN, last_error=WHY, leased_until=None)
    )
    return int(held.rowcount)


def _no_acknowledgement(pending: Any) -> None:
    """What was received but not yet routed has perhaps been acknowledged since."""
    routing = select(Step.subject_id).where(pending, Step.name == "route")
    execute(update(Case).where(Case.id.in_(routing)).values(may_acknowledge=False))
    execute(update(Item).where(Item.outcome == "waiting").values(acknowledge=False))
