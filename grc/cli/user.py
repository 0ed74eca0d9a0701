"""`grc user add`: accounts."""

import secrets
import sys

import click

from grc.cli.base import Command, Commands
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.staff import accounts
from grc.staff.directory import by_login
from grc.staff.policy import Role
from grc.staff.service import add_user


@click.group("user", cls=Commands, help=N_("Comptes des agents."))
def user() -> None:
    """The group."""


@user.command(
    "add",
    cls=Command,
    help=N_("""Créer un compte.

ROLE@UNIT : agent, supervisor, recovery, mail_room, counter, administrator, auditor ou
reader, dans le service de ce code ; un responsable l'est aussi des services en dessous.
Le mot de passe est lu sur l'entrée standard avec --password-stdin ; sinon il est inventé
et affiché cette seule fois.

\b
Exemples :
  grc user add m.durand --name "Marie Durand" --role agent@apa
  pass show grc | grc user add admin --name Admin --role administrator@ressources \\
    --password-stdin"""),
)
@click.argument("login", metavar="LOGIN")
@click.option("--name", required=True, metavar="TEXT", help=N_("Nom affiché."))
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    metavar="ROLE@UNIT",
    help=N_("Rôle dans un service ; répétable."),
)
@click.option("--password-stdin", is_flag=True, help=N_("Lire le mot de passe, une ligne."))
@click.pass_obj
def add(
    program: Program, login: str, name: str, roles: tuple[str, ...], password_stdin: bool
) -> None:
    """Create the account, say its password when it was invented."""
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    password = secrets.token_urlsafe(12) if given is None else given
    with program.running(), transaction():
        pairs = [_role(role) for role in roles]
        add_user(login, name, password, pairs, actor=operator(), now=clock.now())
    click.echo(program.say(N_("Compte créé : %(login)s"), login=login))
    if given is None:
        click.echo(program.say(N_("Mot de passe : %(password)s"), password=password))


@user.command(
    "grant",
    cls=Command,
    help=N_("""Donner des rôles à un compte.

Pour le seul administrateur qui doit aussi lire : à l'écran, un autre devrait confirmer.

\b
Exemple :
  grc user grant admin --role supervisor@apa"""),
)
@click.argument("login", metavar="LOGIN")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    metavar="ROLE@UNIT",
    help=N_("Rôle dans un service ; répétable."),
)
@click.pass_obj
def grant(program: Program, login: str, roles: tuple[str, ...]) -> None:
    """Again: nothing."""
    with program.running(), transaction():
        found = by_login(login)
        if found is None:
            raise NotFound(N_("Ce compte n'existe pas."))
        for unit_id, role in [_role(one) for one in roles]:
            unit = (unit_id, snapshot().unit_by_id(unit_id).name)
            accounts.give(found.id, unit, role, actor=operator(), now=clock.now())
    click.echo(program.say(N_("Rôles donnés : %(login)s"), login=login))


def _role(typed: str) -> tuple[int, str]:
    """(unit id, role) of `role@unit`. Raises InvalidInput."""
    role, _, code = typed.partition("@")
    if role not in set(Role):
        raise InvalidInput(
            N_("Le rôle « %(role)s » n'existe pas ; connus : %(known)s."),
            field="role",
            role=role,
            known=", ".join(Role),
        )
    unit = snapshot().find_unit(code)
    if unit is None:
        known = ", ".join(sorted(unit.code for unit in snapshot().units))
        raise InvalidInput(
            N_("Le service « %(unit)s » n'existe pas ; connus : %(known)s."),
            field="role",
            unit=code,
            known=known,
        )
    return unit.id, role
