"""Who reads cases: an account, and whether rights of its own must be asked for."""

from typing import Any

from sqlalchemy import bindparam, exists, select

from grc.cases.models import CaseAccess
from grc.core.db import session
from grc.staff.models import User

_ID: Any = bindparam("user")
_READER = select(User, exists().where(CaseAccess.user_id == _ID)).where(User.id == _ID)


def reader(user_id: int) -> tuple[User | None, bool]:
    """An account, None when there is none; and whether a case names it, to give a right or to
    refuse it (`Actor.is_listed`)."""
    found = session().execute(_READER, {"user": user_id}).one_or_none()
    return (found[0], bool(found[1])) if found else (None, False)
