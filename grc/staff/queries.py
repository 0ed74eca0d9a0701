"""Who a person is right now: rights are read at every request."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import select

from grc.core.actor import Actor
from grc.core.db import session
from grc.staff.models import User, UserRole
from grc.staff.policy import CONTENT, HANDLERS, Role

Tree = dict[int, tuple[int | None, int]]  # unit id -> (id of the unit above, department id)
Held = Iterable[tuple[int, str]]  # roles: (unit id, role)


def actor_of(user: User, tree: Tree) -> Actor:
    """The actor of an account: its roles by unit, a supervisor's units below included."""
    query = select(UserRole.unit_id, UserRole.role).where(UserRole.user_id == user.id)
    return actor_with(user, ((row.unit_id, row.role) for row in session().execute(query)), tree)


def everybody(tree: Tree) -> list[tuple[User, Actor]]:
    """Every open account and its actor, by name."""
    held: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in session().execute(select(UserRole.user_id, UserRole.unit_id, UserRole.role)):
        held[row.user_id].append((row.unit_id, row.role))
    users = session().scalars(select(User).where(User.is_active).order_by(User.name, User.login))
    return [(user, actor_with(user, held[user.id], tree)) for user in users]


def actor_with(user: User, held: Held, tree: Tree) -> Actor:
    """The same, of roles that were read with the account."""
    roles: dict[int, set[str]] = defaultdict(set)
    for unit_id, role in held:
        roles[unit_id].add(role)
        if role == Role.SUPERVISOR:
            for below in _below(unit_id, tree):
                roles[below].add(role)
    content = {unit for unit, names in roles.items() if names & CONTENT}
    return Actor(
        label=user.login,
        user_id=user.id,
        roles={unit: frozenset(names) for unit, names in roles.items()},
        departments=frozenset(tree[unit][1] for unit in content if unit in tree),
        locale=user.locale,
    )


def with_below(unit_ids: Iterable[int], tree: Tree) -> frozenset[int]:
    """These units and all those below them."""
    return frozenset(one for unit in unit_ids for one in (unit, *_below(unit, tree)))


def everywhere(tree: Tree) -> frozenset[int]:
    """All units but those that nobody above sees into: these must be named."""
    return frozenset(one for one, (above, top) in tree.items() if above is not None or one == top)


def _below(unit_id: int, tree: Tree) -> set[int]:
    found = {unit_id}
    grew = True
    while grew:
        more = {unit for unit, (parent, _) in tree.items() if parent in found} - found
        found |= more
        grew = bool(more)
    return found - {unit_id}


def names(user_ids: set[int]) -> dict[int, str]:
    """Display names by account id."""
    if not user_ids:
        return {}
    rows = session().execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def colleagues(unit_ids: set[int]) -> list[tuple[int, str]]:
    """Active people who may handle cases of these units: (id, name), by name."""
    query = (
        select(User.id, User.name)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.unit_id.in_(unit_ids), UserRole.role.in_(HANDLERS), User.is_active)
        .distinct()
        .order_by(User.name)
    )
    return [(row.id, row.name) for row in session().execute(query)]


def works_in(user_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The units where each of these people may handle cases; of a closed account, none."""
    query = select(UserRole.user_id, UserRole.unit_id).join(User, User.id == UserRole.user_id)
    where = (UserRole.user_id.in_(user_ids), UserRole.role.in_(HANDLERS), User.is_active)
    found: dict[int, set[int]] = defaultdict(set)
    for row in session().execute(query.where(*where)):
        found[row.user_id].add(row.unit_id)
    return {user_id: frozenset(units) for user_id, units in found.items()}


def supervised_directly(user_id: int | None) -> frozenset[int]:
    """The units of which an account is the supervisor itself, not from a unit above."""
    query = select(UserRole.unit_id).where(
        UserRole.user_id == user_id, UserRole.role == Role.SUPERVISOR
    )
    return frozenset(session().scalars(query))
