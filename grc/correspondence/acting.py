"""One act on a letter at a time: who may, from which state, and on what one has seen."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import execute, session
from grc.core.errors import Conflict
from grc.core.events import Event
from grc.core.i18n import N_
from grc.correspondence.models import OurLetter
from grc.correspondence.states import State, move
from grc.staff.policy import Permission

_CHANGE = update(OurLetter).where(
    OurLetter.id == bindparam("letter"), OurLetter.version == bindparam("known_version")
)


def demand(letter: OurLetter, permission: Permission, actor: Actor, now: datetime) -> Case:
    """The first line of an act: its case, of which nobody else does anything meanwhile. Raises
    Forbidden."""
    case = session().get_one(Case, letter.case_id)
    cases.demand(case, actor, permission, now)
    return held(letter)


def held(letter: OurLetter) -> Case:
    """The case of a letter, held until the end of the transaction; the letter as it is now."""
    case = session().get_one(Case, letter.case_id)
    cases.alone(case)
    session().refresh(letter)
    return case


def change(
    letter: OurLetter, to: State | None, *, expected: int | None = None, **values: Any
) -> None:
    """Change a letter by one conditional UPDATE; `to` None leaves its state. Raises Conflict when
    the page is old, or when this state does not lead there."""
    at_version(letter, expected)
    if to is not None:
        values["state"] = move(letter.state, to).value
    version = letter.version
    values["version"] = version + 1
    done = execute(_CHANGE, {"letter": letter.id, "known_version": version} | values)
    if done.rowcount != 1:
        raise Conflict(N_("Cette lettre a changé entre-temps. Rien n'a été écrasé."))
    for name, value in values.items():
        set_committed_value(letter, name, value)


def at_version(letter: OurLetter, expected: int | None) -> None:
    """Raise Conflict when the page was made from another version than this one."""
    if expected is not None and expected != letter.version:
        raise Conflict(N_("Cette lettre a changé entre-temps. Rien n'a été écrasé."))


def record(event: Event, letter: OurLetter, actor: Actor, now: datetime, **data: Any) -> None:
    """Write what was done to a letter into the journal of its case."""
    remark_id = data.pop("remark_id", None)
    audit.record(
        event,
        subject=("our_letter", letter.id),
        case_id=letter.case_id,
        actor=actor,
        now=now,
        remark_id=remark_id,
        letter=letter.reference,
        **data,
    )
