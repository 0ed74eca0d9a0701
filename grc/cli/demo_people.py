"""The invented agents of the demonstration: one per service, and a few with other roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grc.core.actor import SYSTEM, Actor
from grc.core.db import session, transaction
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.staff.queries import Tree, actor_of
from grc.staff.service import add_user

PASSWORD = "demonstration-92"  # noqa: S105 - printed, and refused in production
_FIRST = ("Camille", "Samir", "Hélène", "Julien", "Aïcha", "Thomas", "Inès", "Marc", "Léa", "Omar")
_LAST = ("Moreau", "Benali", "Caron", "Robert", "Diallo", "Petit", "Garcia", "Lefèvre", "Roux")


@dataclass(frozen=True)
class Account:
    """A login and what it shows; `roles` are (unit code, role)."""

    login: str
    name: str
    what: str
    roles: tuple[tuple[str, str], ...]


SHOWN = (
    Account("agent.apa", "Camille Moreau", "agent", (("apa", "agent"),)),
    Account("agent.tri", "Samir Benali", "agent", (("tri", "agent"),)),
    Account(
        "responsable",
        "Hélène Caron",
        "supervisor",
        (("autonomie", "supervisor"), ("relation", "supervisor")),
    ),
    Account("recouvrement", "Julien Robert", "recovery", (("recouvrement", "recovery"),)),
    Account("admin", "Aïcha Diallo", "administrator", (("ressources", "administrator"),)),
)


def accounts() -> Iterable[Account]:
    """Those that are shown, then an agent for every other service."""
    yield from SHOWN
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
                add_user(account.login, account.name, PASSWORD, roles, actor=SYSTEM, now=now)


def agents() -> dict[int, Actor]:
    """The agent of each service, by unit id."""
    tree: Tree = {unit.id: (unit.parent_id, unit.department_id) for unit in snapshot().units}
    logins = {f"agent.{unit.code}": unit.id for unit in snapshot().units}
    users = session().scalars(select(User).where(User.login.in_(logins)))
    return {logins[user.login]: actor_of(user, tree) for user in users}
