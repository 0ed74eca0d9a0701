"""`grc user add`: accounts."""

import secrets
import sys

import click

from grc.cases.unread import reads_reserved
from grc.cli.base import Command, Commands
from grc.cli.program import Program, operator
from grc.core import clock
from grc.core.db import transaction
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.outbox import of_accounts
from grc.staff import granting, links
from grc.staff.directory import by_login
from grc.staff.models import User
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

Pour ce que nul autre administrateur ne peut confirmer à l'écran : le rôle de lire qu'on se
donne, le second administrateur. Un rôle déjà donné par une seule personne est confirmé.

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
        found = _account(login)
        for unit_id, role in [_role(one) for one in roles]:
            unit = (unit_id, snapshot().unit_by_id(unit_id).name)
            granting.give(found.id, unit, role, actor=operator(), now=clock.now())
    click.echo(program.say(N_("Rôles donnés : %(login)s"), login=login))


@user.command(
    "code",
    cls=Command,
    help=N_("""Faire un code par lequel une personne choisit son mot de passe.

Quand nul autre administrateur ne peut confirmer celui de l'écran. Affiché cette seule
fois, à taper sur la page /mot-de-passe ; il sert une fois, pendant deux jours.

\b
Exemple :
  grc user code admin"""),
)
@click.argument("login", metavar="LOGIN")
@click.pass_obj
def code(program: Program, login: str) -> None:
    """The owner is told by mail, as from the screen."""
    with program.running(), transaction():
        found, at = _account(login), clock.now()
        made = links.make(found.id, reserved=reads_reserved, actor=operator(), now=at)
        of_accounts.link_made(found, now=at)
    click.echo(program.say(N_("Code de mot de passe : %(code)s"), code=made))


def _account(login: str) -> User:
    found = by_login(login)
    if found is None:
        raise NotFound(N_("Ce compte n'existe pas."))
    return found


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
