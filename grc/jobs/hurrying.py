"""Doing what a person asked for while she waits: acts on few cases, the beginning of a dry run."""

from collections.abc import Sequence

from sqlalchemy import select

from grc.core.audit import Subject
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


def hurry_about(subject: Subject, tools: Tools, times: int) -> None:
    """Run the steps of one subject now, so many times: the workers go on with what is left."""
    about = (Step.subject_kind == subject[0], Step.subject_id == subject[1])
    pending = (Step.done_at.is_(None), Step.failed_at.is_(None))
    query = select(Step.id).where(*about, *pending).order_by(Step.id).limit(1)
    for _ in range(times):
        step_id = session().scalar(query)
        end_read()
        if step_id is None:
            return
        runner.run(step_id, tools)
