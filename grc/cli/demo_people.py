"""The invented agents of the demonstration: one per service, and a few with other roles."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from grc.cli.demo_accounts import PASSWORD, SHOWN, TRAINEES, Account
from grc.core.actor import SYSTEM, Actor
from grc.core.db import session, transaction
from grc.core.settings import settings
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.staff.queries import Tree, actor_of
from grc.staff.service import add_user

_FIRST = ("Camille", "Samir", "Hélène", "Julien", "Aïcha", "Thomas", "Inès", "Marc", "Léa", "Omar")
_LAST = ("Moreau", "Benali", "Caron", "Robert", "Diallo", "Petit", "Garcia", "Lefèvre", "Roux")

MORE = (
    Account("agent2.tri", "Nadia Lopez", "agent", (("tri", "agent"),)),
    Account("agent3.tri", "Karim Roux", "agent", (("tri", "agent"),)),
)


def accounts() -> Iterable[Account]:
    """Those that are shown, then an agent for every other service."""
    yield from SHOWN
    if settings().training:
        yield from TRAINEES
    yield from MORE
    known = {account.login for account in SHOWN}
    for number, unit in enumerate(snapshot().units):
        login = f"agent.{unit.code}"
        if unit.kind != "department" and login not in known:
            name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}"
            yield Account(login, name, "agent", ((unit.code, "agent"),))


def add_missing(now: datetime) -> None:
    """Create the accounts that are not there yet, in one transaction."""
    with transaction():
        known = set(session().scalars(select(User.login)))
        for account in accounts():
            roles = [(snapshot().unit(code).id, role) for code, role in account.roles]
            if account.login not in known:
                # Nobody needs the others to sign in, and each hash costs a fifth of a second.
                password = PASSWORD if account in (*SHOWN, *TRAINEES) else None
                add_user(account.login, account.name, password, roles, actor=SYSTEM, now=now)


def agents() -> dict[int, Actor]:
    """The agent of each service, by unit id."""
    tree: Tree = {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}
    logins = {f"agent.{unit.code}": unit.id for unit in snapshot().units}
    users = session().scalars(select(User).where(User.login.in_(logins)))
    return {logins[user.login]: actor_of(user, tree) for user in users}
