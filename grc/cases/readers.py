"""Who reads cases: an account, its roles, and whether rights of its own must be asked for."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, select

from grc.cases.models import CaseAccess
from grc.core.db import session
from grc.staff.models import User, UserRole
from grc.staff.queries import Held

_ID: Any = bindparam("user")
_READER = (
    select(User, exists().where(CaseAccess.user_id == _ID), UserRole.unit_id, UserRole.role)
    .outerjoin(UserRole, UserRole.user_id == User.id)
    .where(User.id == _ID)
)


class Reader(NamedTuple):
    """An account; whether a case names it, to give a right or to refuse it (`Actor.is_listed`);
    its roles: (unit id, role)."""

    user: User
    is_listed: bool
    held: Held


def reader(user_id: int) -> Reader | None:
    """The reader of this id, None when there is none. One statement, asked at each request."""
    rows = session().execute(_READER, {"user": user_id}).all()
    held = [(row.unit_id, row.role) for row in rows if row.role]
    return Reader(rows[0][0], bool(rows[0][1]), held) if rows else None
