"""Carrying an act on many cases out while the person waits, when they are few."""

from collections.abc import Sequence

from sqlalchemy import select

from grc.core.db import end_read, session
from grc.core.steps import Step
from grc.jobs import runner
from grc.jobs.ahead import TOGETHER
from grc.pipeline import Tools

AT_ONCE = 50  # cases; with more the workers go on, and the page says how far they are


def hurry(line_ids: Sequence[int], tools: Tools) -> None:
    """Run the steps of these lines now, twenty a commit; what a worker has taken is left to
    it. Nothing for many lines."""
    if len(line_ids) > AT_ONCE:
        return
    about = (Step.subject_kind == "bulk_line", Step.subject_id.in_(line_ids))
    pending = (Step.done_at.is_(None), Step.failed_at.is_(None))
    query = select(Step.id).where(*about, *pending).order_by(Step.id)
    step_ids = list(session().scalars(query))
    end_read()
    for start in range(0, len(step_ids), TOGETHER):
        runner.run_together(step_ids[start : start + TOGETHER], tools)
