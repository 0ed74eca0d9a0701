"""A reply being written, kept on the server: one per agent and case."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core.actor import Actor
from grc.core.db import execute, is_postgresql, session
from grc.staff.policy import Permission
from grc.work.models import Draft


def save(case: Case, text: str, *, actor: Actor, now: datetime) -> None:
    """Keep what is typed so far; empty text removes the draft."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    if not text.strip():
        drop(case, actor)
        return
    dialect = postgresql if is_postgresql() else sqlite
    row = {"case_id": case.id, "user_id": actor.user_id, "text": text, "saved_at": now}
    session().execute(
        dialect.insert(Draft)
        .values(row)
        .on_conflict_do_update(
            index_elements=["case_id", "user_id"], set_={"text": text, "saved_at": now}
        )
    )


def drop(case: Case, actor: Actor) -> None:
    """Forget a draft."""
    execute(delete(Draft).where(Draft.case_id == case.id, Draft.user_id == actor.user_id))
