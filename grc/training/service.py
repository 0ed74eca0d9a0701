"""Beginning an exercise, and having it checked."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from grc.core.actor import Actor
from grc.core.db import add, amend, session
from grc.core.errors import Conflict, NotFound
from grc.core.i18n import N_, Text
from grc.training import checks, facts
from grc.training.models import Exercise
from grc.training.words import ExerciseView, exercises

NO_SUCH = N_("Cet exercice n’existe pas.")
NOT_BEGUN = N_("Commencez d’abord cet exercice.")


def view(code: str) -> ExerciseView:
    """An exercise. Raises NotFound."""
    found = exercises().get(code)
    if found is None:
        raise NotFound(NO_SUCH)
    return found


def mine(user_id: int) -> dict[str, Exercise]:
    """The exercises a person has begun, by code."""
    rows = session().scalars(select(Exercise).where(Exercise.user_id == user_id))
    return {row.code: row for row in rows}


def begin(user_id: int, code: str, now: datetime) -> tuple[int, str]:
    """Begin, or begin again: the exercise, and a key that is new each time."""
    row = mine(user_id).get(code)
    if row is None:
        told = {"user_id": user_id, "code": code, "begun_at": now, "prepared": {"turn": 1}}
        exercise_id = add(Exercise, **told)
        return exercise_id, f"{exercise_id}-1"
    turn = int(row.prepared.get("turn", 0)) + 1
    amend(row, begun_at=now, prepared={"turn": turn})
    return row.id, f"{row.id}-{turn}"


def ready(exercise_id: int, prepared: dict[str, Any]) -> None:
    """Keep what was prepared."""
    row = session().get_one(Exercise, exercise_id)
    amend(row, prepared=prepared | {"turn": row.prepared["turn"]})


def check(code: str, found: str, *, actor: Actor, now: datetime) -> Text | None:
    """What is missing; None when it is done, and then that is kept. Raises Conflict before it
    was begun."""
    row = mine(actor.user_id or 0).get(code)
    if row is None:
        raise Conflict(NOT_BEGUN)
    missing = checks.missing(code, facts.gather(row, actor.label, found))
    if missing is None and row.done_at is None:
        amend(row, done_at=now)
    return missing
