"""The list of accounts, as administrators look for one: by pages, by name."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, tuple_

from grc.core.audit import AuditRow
from grc.core.db import session
from grc.staff.models import User, UserRole

PAGE = 50
ENTRIES = 30  # of what was done to one account


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a part of a name, login or address; a unit, a role; open or closed."""

    words: str = ""
    unit_id: int | None = None
    role: str = ""
    is_active: bool | None = True
    after: tuple[str, int] | None = None  # the last of the page before: name, id


@dataclass(frozen=True)
class Listed:
    """One account."""

    id: int
    login: str
    name: str
    email: str
    is_active: bool
    created_at: datetime
    roles: tuple[tuple[int, str], ...]  # unit id, role


def page(wanted: Wanted) -> list[Listed]:
    """One page and one more, to know whether there is another. Two statements."""
    query = select(User).order_by(User.name, User.id).limit(PAGE + 1)
    if words := wanted.words.strip().lower():
        texts = (func.lower(User.name), User.login, func.lower(User.email))
        query = query.where(or_(*(text.contains(words, autoescape=True) for text in texts)))
    if wanted.is_active is not None:
        query = query.where(User.is_active.is_(wanted.is_active))
    if wanted.unit_id is not None or wanted.role:
        query = query.where(User.id.in_(_holders(wanted)))
    if wanted.after:
        query = query.where(tuple_(User.name, User.id) > tuple_(*wanted.after))
    users = session().scalars(query).all()
    held = _held([user.id for user in users])
    return [_listed(user, held[user.id]) for user in users]


def _holders(wanted: Wanted):  # type: ignore[no-untyped-def]
    query = select(UserRole.user_id)
    if wanted.unit_id is not None:
        query = query.where(UserRole.unit_id == wanted.unit_id)
    return query.where(UserRole.role == wanted.role) if wanted.role else query


def _held(user_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    if user_ids:
        for row in session().scalars(select(UserRole).where(UserRole.user_id.in_(user_ids))):
            found[row.user_id].append((row.unit_id, row.role))
    return found


def _listed(user: User, roles: list[tuple[int, str]]) -> Listed:
    return Listed(
        user.id,
        user.login,
        user.name,
        user.email,
        user.is_active,
        user.created_at,
        tuple(roles),
    )


def by_login(login: str) -> User | None:
    """The account of this login, closed or not."""
    return session().scalar(select(User).where(User.login == login.strip().lower()))


def history(user_id: int) -> list[AuditRow]:
    """What administrators did to an account, the latest first."""
    query = select(AuditRow).where(
        AuditRow.subject_kind == "user",
        AuditRow.subject_id == user_id,
        AuditRow.event.not_in(("user:logged-in", "user:away", "user:back")),
    )
    return list(session().scalars(query.order_by(AuditRow.id.desc()).limit(ENTRIES)))
