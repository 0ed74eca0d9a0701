"""How many cases of a nature are open, for who changes the nature: a number, nothing of them."""

from sqlalchemy import func, select

from grc.cases.models import Case
from grc.cases.states import OPEN
from grc.core.db import session
from grc.staff.policy import Level

CAP = 1_000
LOOKED_AT = 20_000  # the newest of the nature: the count costs the same at ten million cases


def open_cases(code: str) -> int:
    """Open cases of this nature among its newest, at most CAP. Cases reserved to a list of people
    are in no number."""
    newest = select(Case.status, Case.level).where(Case.request_type == code)
    looked = newest.order_by(Case.id.desc()).limit(LOOKED_AT).subquery()
    is_told = (looked.c.status.in_(sorted(OPEN)), looked.c.level != Level.NAMED)
    some = select(looked.c.status).where(*is_told).limit(CAP).subquery()
    return session().scalar(select(func.count()).select_from(some)) or 0
