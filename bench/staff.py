"""The people of the sample: two agents and a supervisor in each unit, and a few others."""

from datetime import datetime

from sqlalchemy import select

from grc.core import clock
from grc.core.actor import Actor
from grc.core.db import add, add_all, end_read, session, transaction
from grc.organisation.queries import UnitView, snapshot
from grc.staff.models import User, UserRole
from grc.staff.passwords import hash_password
from grc.staff.policy import Role
from grc.staff.queries import actor_of

PASSWORD = "a password for measuring"  # noqa: S105 - opens nothing but a benchmark
_NAMES = ("Camille Aubert", "Dominique Vasseur", "Claude Fontaine")
_PREFIX = "bench."
Team = dict[int, list[Actor]]  # unit id -> agent, agent, supervisor


def hire() -> None:
    """Create the accounts that are missing."""
    known = set(session().scalars(select(User.login)))
    end_read()
    password, now = hash_password(PASSWORD), clock.now()
    with transaction():
        for unit in _units():
            for number, name in enumerate(_NAMES):
                if _login(unit, number) not in known:
                    _account(unit, number, name, password, now)


def _account(unit: UnitView, number: int, name: str, password: str, now: datetime) -> None:
    login, shown = _login(unit, number), f"{name} ({unit.short_name})"
    user_id = add(User, login=login, name=shown[:120], password_hash=password, created_at=now)
    role = Role.SUPERVISOR if number == 2 else Role.AGENT
    roles = [role] if unit.kind != "triage" or number != 2 else [role, Role.ADMINISTRATOR]
    rows = [{"user_id": user_id, "unit_id": unit.id, "role": role} for role in roles]
    add_all(UserRole, rows)


def overseer() -> str:
    """The login of somebody who supervises every unit, made when she is missing."""
    login = f"{_PREFIX}overseer"
    known = session().scalar(select(User.id).where(User.login == login))
    end_read()
    if known is None:
        hashed, now = hash_password(PASSWORD), clock.now()
        with transaction():
            user_id = add(User, login=login, name="Anne", password_hash=hashed, created_at=now)
            told = {"user_id": user_id, "role": Role.SUPERVISOR}
            add_all(UserRole, [{**told, "unit_id": unit.id} for unit in _units()])
    return login


def _login(unit: UnitView, number: int) -> str:
    return f"{_PREFIX}{unit.code}.{number}"


def _units() -> list[UnitView]:
    return [unit for unit in snapshot().units if unit.is_active]


def hired() -> Team:
    """Who works where, as actors."""
    tree = {u.id: (u.parent_id, u.department_id) for u in snapshot().units}
    query = select(User).where(User.login.startswith(_PREFIX))
    actors = {user.login: actor_of(user, tree) for user in session().scalars(query)}
    end_read()
    return {unit.id: [actors[_login(unit, n)] for n in range(len(_NAMES))] for unit in _units()}
