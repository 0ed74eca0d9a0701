"""A letter that cannot leave goes back to its service, which is told."""

from datetime import datetime

from grc.core.actor import Actor
from grc.correspondence import leaving
from grc.correspondence.models import OurLetter
from grc.work import follow_up


def give_back(letter: OurLetter, *, expected: int | None, actor: Actor, now: datetime) -> None:
    """Withdraw a letter that would go where nothing is to be sent; its service finds a task on
    the case. Raises Conflict when it may leave after all."""
    case = leaving.refuse(letter, expected=expected, actor=actor, now=now)
    key = f"letter_refused:our_letter:{letter.id}"
    follow_up.plan_task("letter_refused", case, letter.unit_id, letter.reference, key=key, now=now)
