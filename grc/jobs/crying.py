"""Handing over, while a person waits, what she has just typed.

The step is leased by the transaction that plans it: a worker that took it before the item is
understood would put it off for a minute, and that minute is not ours to lose. When this process
ends, the lease does too, and a worker goes on.
"""

from datetime import datetime

from sqlalchemy import select

from grc.core import steps
from grc.core.db import session, write_later
from grc.core.steps import Lease, Step
from grc.jobs import runner
from grc.pipeline import Tools


def hold(alert_id: int, now: datetime) -> list[Lease]:
    """The right to hand over before any worker, in the transaction that raised the alert."""
    write_later()
    about = (Step.subject_kind == "alert", Step.subject_id == alert_id)
    planned = select(Step.id).where(*about, Step.name == "hand_over", Step.done_at.is_(None))
    return steps.lease_all(session().scalars(planned).all(), now)


def hand_over(held: list[Lease], tools: Tools) -> None:
    """Do so, once the item is understood; a failure belongs to the step."""
    for one in held:
        runner.work(one, tools)
