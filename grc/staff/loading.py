"""Accounts by a file, CSV or workbook: the same use-cases as the screen, line by line.

Columns: identifiant, nom; and adresse, poste, roles (role@service, separated by spaces), actif
(non: the account is closed). An empty cell says nothing; a line that is not there changes
nothing; the same file again changes nothing. A line that cannot be is refused whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from grc.core import titled
from grc.core.actor import Actor
from grc.core.errors import InvalidInput
from grc.core.i18n import N_, Text
from grc.organisation.queries import snapshot as organisation
from grc.staff import accounts, administrators, granting
from grc.staff.accounts import About
from grc.staff.directory import by_login
from grc.staff.models import User
from grc.staff.policy import Role

NEEDED = ("identifiant", "nom")
COLUMNS = (*NEEDED, "adresse", "poste", "roles", "actif")
Roles = set[tuple[int, str]]  # unit id, role


@dataclass(frozen=True)
class Refused:
    """A line that changed nothing: its number, what it said, why."""

    line: int
    cells: Mapping[str, str]
    why: Text


@dataclass
class Loaded:
    """What a file did, by logins."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {name: len(rows) for name, rows in vars(self).items()}


@dataclass(frozen=True)
class Entailed:
    """What is done elsewhere when an account changes, by who may know of it: `close` (id) closes
    it and hands its work over, `take` (id, unit, role) takes a role away and hands up what she
    alone could read, `moved` (id, address before) tells the owner that her address changed."""

    close: Callable[[int], None]
    take: Callable[[int, tuple[int, str], str], None]
    moved: Callable[[int, str], None]


class Rehearsed(Exception):
    """Ends the transaction of a rehearsal, so that nothing of it stays."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded


def load(
    path: Path,
    entailed: Entailed,
    *,
    rehearses: bool = False,
    actor: Actor,
    now: datetime,
) -> Loaded:
    """Carry a file out, in the caller's transaction. Raises Rehearsed instead of returning for
    a rehearsal, InvalidInput for what is no table, Forbidden."""
    administrators.demand(actor)
    loaded, seen = Loaded(), set[str]()
    for number, cells in titled.rows(path, NEEDED):
        given = {name: cells.get(name, "").strip() for name in COLUMNS}
        if not any(given.values()):
            continue
        try:
            login, outcome = _line(given, seen, entailed, actor, now)
            getattr(loaded, outcome).append(login)
        except InvalidInput as refusal:
            loaded.refused.append(Refused(number, given, refusal.text))
    if rehearses:
        raise Rehearsed(loaded)
    return loaded


def _line(
    given: Mapping[str, str],
    seen: set[str],
    entailed: Entailed,
    actor: Actor,
    now: datetime,
) -> tuple[str, str]:
    """The login and what was done: everything that can be refused is, before anything is."""
    login = given["identifiant"].lower()
    if login in seen:
        raise InvalidInput(N_("Cet identifiant est déjà plus haut dans le fichier."))
    seen.add(login)
    is_open, user = _is_open(given["actif"]), by_login(login)
    if not is_open:
        if user is None:
            raise InvalidInput(N_("Ce compte n'existe pas."))
        if not user.is_active:
            return login, "unchanged"
        entailed.close(user.id)
        return login, "closed"
    about = _about(given, user).cleaned()
    roles = _roles(given["roles"]) if given["roles"] else None
    _demand_possible(user, roles, actor)
    if user is None:
        number, outcome = accounts.create(about, actor=actor, now=now), "created"
    else:
        number = user.id
        outcome = "changed" if _change(user, about, entailed, actor, now) else "unchanged"
    if roles is not None and _make(number, roles, entailed, actor, now) and outcome == "unchanged":
        outcome = "changed"
    return about.login, outcome


def _is_open(typed: str) -> bool:
    words = {"": True, "oui": True, "1": True, "non": False, "0": False}
    if typed.lower() not in words:
        raise InvalidInput(N_("« actif » se remplit par oui ou non."))
    return words[typed.lower()]


def _about(given: Mapping[str, str], user: User | None) -> About:
    """What the line says; of an account, what its empty cells leave."""
    if user is None:
        return About(given["identifiant"], given["nom"], given["adresse"], given["poste"])
    told = {"name": given["nom"], "email": given["adresse"], "extension": given["poste"]}
    return replace(accounts.about_of(user), **{name: text for name, text in told.items() if text})


def _roles(typed: str) -> Roles:
    found: Roles = set()
    for one in typed.replace(",", " ").split():
        role, _at, code = one.partition("@")
        unit = organisation().find_unit(code)
        if role not in set(Role) or unit is None:
            text = N_("« %(role)s » n'est pas un rôle dans un service : agent@apa.")
            raise InvalidInput(text, role=one)
        found.add((unit.id, role))
    return found


def _demand_possible(user: User | None, roles: Roles | None, actor: Actor) -> None:
    for _unit, role in roles or ():
        granting.demand_possible(user.id if user else None, role, actor)
    if user is None:
        return
    if not user.is_active:
        raise InvalidInput(N_("Ce compte est désactivé : rétablissez-le d'abord."))
    if roles is None:
        return
    held = set(granting.roles_of(user.id))
    if user.id == actor.user_id and roles != held:
        raise InvalidInput(N_("Vos propres rôles ne se changent pas par un fichier."))
    keys = {role for _unit, role in roles}
    had = {role for _unit, role in held}
    if Role.ADMINISTRATOR in had - keys and not administrators.others(user.id):
        raise InvalidInput(N_("C'est le dernier administrateur : nommez-en un autre d'abord."))


def _change(user: User, about: About, entailed: Entailed, actor: Actor, now: datetime) -> bool:
    before = user.email
    is_changed = accounts.change(user.id, about, expected=user.version, actor=actor, now=now)
    if is_changed:
        entailed.moved(user.id, before)
    return is_changed


def _make(number: int, roles: Roles, entailed: Entailed, actor: Actor, now: datetime) -> bool:
    """Give and take until she has these roles; True when something changed."""
    held = set(granting.roles_of(number))
    for unit_id, role in sorted(roles - held):
        granting.give(number, _named(unit_id), role, actor=actor, now=now)
    for unit_id, role in sorted(held - roles):
        entailed.take(number, _named(unit_id), role)
    return held != roles


def _named(unit_id: int) -> tuple[int, str]:
    unit = organisation().units_by_id.get(unit_id)
    return unit_id, unit.name if unit else "–"
