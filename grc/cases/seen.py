"""What is shown of confidential cases, gathered while an answer is made.

Whoever obtains a case by `case_for`, or draws a line of it, passes here; the edge writes it all
down before the answer leaves (`web.readings`), so that no route can forget to.
"""

from grc.core.db import session
from grc.staff.policy import Level


def shows(case_id: int, level: str, what: str) -> None:
    """Something of a case is about to be shown; `what` is a key of `supervision.readings`. The
    first word counts."""
    if level != Level.NORMAL:
        session().info.setdefault("shown", {}).setdefault(case_id, what)


def lists(case_id: int, level: str) -> None:
    """A line of a list says that a case exists: of a named one that is a reading."""
    if level == Level.NAMED:
        shows(case_id, level, "list")


def take() -> dict[int, str]:
    """What was gathered, by case; and begin anew."""
    found: dict[int, str] = session().info.pop("shown", {})
    return found
