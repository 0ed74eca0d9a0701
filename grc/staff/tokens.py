"""Tokens: what scripts show instead of a login, and what each may do.

A token that reads cases, asked for by an administrator, opens nothing before another one has
confirmed it: whoever has the keys does not read.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select, update

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, add_all, amend, execute, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.staff import administrators
from grc.staff.models import Token, TokenUnit
from grc.staff.policy import Permission, Role, allowed
from grc.staff.queries import Tree, everywhere, with_below

PREFIX = "grc_"  # so that a leaked secret is recognised by those who look for them
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_USED_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a token may do."""

    RAW_WRITE = "raw:write"
    REQUESTS_WRITE = "requests:write"
    CASES_READ = "cases:read"


SCOPE_LABELS: Mapping[str, str] = {
    Scope.RAW_WRITE: N_("remettre des éléments bruts"),
    Scope.REQUESTS_WRITE: N_("déposer des demandes"),
    Scope.CASES_READ: N_("lire les demandes"),
}


@dataclass(frozen=True)
class Bearer:
    """The script that asks: its token, and the actor whose rights it has when it reads."""

    token_id: int
    name: str
    scopes: frozenset[str]
    channel: str | None
    reader: Actor

    @property
    def writer(self) -> Actor:
        """Who brings what this script brings; no import has such a label."""
        return Actor(self.reader.label)


def add_token(
    name: str,
    scopes: Collection[str],
    *,
    unit_ids: Collection[int] = (),
    all_units: bool = False,
    channel: str | None = None,
    expires_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """Create a token; returns its secret, which nobody can show again. One that reads cases waits
    for another administrator than `actor`, but from the command line. Raises InvalidInput."""
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur crée des jetons."))
    _check(name, scopes, bool(unit_ids) or all_units)
    if expires_at is not None and expires_at <= now:
        raise InvalidInput(N_("La date de fin est passée."), field="expires")
    asked_by = _asks(scopes, actor)
    secret = PREFIX + secrets.token_urlsafe(32)
    token_id = add(
        Token,
        name=name,
        secret_hash=_hash(secret),
        scopes=sorted(scopes),
        channel=channel,
        all_units=all_units,
        created_at=now,
        expires_at=expires_at,
        asked_by=asked_by,
    )
    add_all(TokenUnit, [{"token_id": token_id, "unit_id": unit} for unit in sorted(unit_ids)])
    said = ", ".join(sorted(scopes))
    subject = ("token", token_id)
    event = Event.TOKEN_ADDED if asked_by is None else Event.TOKEN_PROPOSED
    audit.record(event, subject=subject, actor=actor, now=now, name=name, scopes=said)
    return secret


def _asks(scopes: Collection[str], actor: Actor) -> int | None:
    """Who may not confirm this token herself; None when it needs nobody else."""
    if Scope.CASES_READ not in scopes or actor.user_id is None:
        return None
    if not administrators.others(actor.user_id):
        text = N_(
            "Vous êtes le seul administrateur : un autre doit confirmer un jeton qui lit des "
            "demandes. Créez-en un, ou faites-le faire par l'exploitant : grc token add."
        )
        raise InvalidInput(text, field="scope")
    return actor.user_id


def confirm(name: str, *, actor: Actor, now: datetime) -> bool:
    """Let a token that another administrator asked for read; False when it waits no more. To
    refuse it is to revoke it. Raises Forbidden to confirm one's own, NotFound."""
    administrators.demand(actor)
    token = _named(name)
    if not waits(token):
        return False
    administrators.demand_second(actor, token.asked_by, since=token.created_at)
    amend(token, asked_by=None)
    subject = ("token", token.id)
    audit.record(Event.TOKEN_CONFIRMED, subject=subject, actor=actor, now=now, name=name)
    return True


def _named(name: str) -> Token:
    token = session().scalar(select(Token).where(Token.name == name).with_for_update())
    if token is None:
        raise NotFound(N_("Aucun jeton ne s'appelle « %(name)s »."), name=name)
    return token


def _check(name: str, scopes: Collection[str], has_units: bool) -> None:
    if not _NAME.fullmatch(name):
        text = N_("Le nom d'un jeton a 40 caractères au plus : a à z, chiffres, point, tiret, _.")
        raise InvalidInput(text, field="name")
    if session().scalar(select(Token.id).where(Token.name == name)):
        raise InvalidInput(N_("Le jeton « %(name)s » existe déjà."), field="name", name=name)
    for scope in scopes:
        if scope not in set(Scope):
            text = N_("Le droit « %(scope)s » n'existe pas ; connus : %(known)s.")
            raise InvalidInput(text, field="scope", scope=scope, known=", ".join(Scope))
    if Scope.CASES_READ in scopes and not has_units:
        text = N_("Dites de quels services ce jeton lit les demandes : --unit ou --all-units.")
        raise InvalidInput(text, field="unit")


def revoke(name: str, *, actor: Actor, now: datetime) -> bool:
    """End a token for good; False when it had ended before. Raises NotFound."""
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur révoque des jetons."))
    token = _named(name)
    if token.revoked_at is not None:
        return False
    amend(token, revoked_at=now)
    subject = ("token", token.id)
    audit.record(Event.TOKEN_REVOKED, subject=subject, actor=actor, now=now, name=name)
    return True


def everything() -> list[tuple[Token, list[int]]]:
    """Every token with the ids of its units, by name."""
    units: dict[int, list[int]] = {}
    for row in session().execute(select(TokenUnit.token_id, TokenUnit.unit_id)):
        units.setdefault(row.token_id, []).append(row.unit_id)
    tokens = session().scalars(select(Token).order_by(Token.name))
    return [(token, units.get(token.id, [])) for token in tokens]


def is_valid(token: Token, now: datetime) -> bool:
    """True when a token is neither revoked nor expired, and waits for nobody."""
    is_over = token.expires_at is not None and token.expires_at <= now
    return token.revoked_at is None and token.asked_by is None and not is_over


def waits(token: Token) -> bool:
    """True when another administrator must confirm a token before it opens anything."""
    return token.asked_by is not None and token.revoked_at is None


_BY_SECRET = select(Token).where(Token.secret_hash == bindparam("secret_hash"))


def token_of(secret: str, now: datetime) -> Token | None:
    """The valid token of a secret; looking a hash up tells no clock anything of the secret."""
    found = session().scalar(_BY_SECRET, {"secret_hash": _hash(secret)})
    return found if found is not None and is_valid(found, now) else None


def bearer(token: Token, tree: Tree) -> Bearer:
    """What a token may do at this moment."""
    units = everywhere(tree) if token.all_units else with_below(_units(token.id), tree)
    reader = Actor(
        label=f"token:{token.name}",
        roles={unit: frozenset({Role.AGENT.value}) for unit in units},
        departments=frozenset(tree[unit][1] for unit in units if unit in tree),
        is_listed=False,  # nobody puts a script on the list of a named case
        is_script=True,
    )
    return Bearer(token.id, token.name, frozenset(token.scopes), token.channel, reader)


def _units(token_id: int) -> Sequence[int]:
    return session().scalars(select(TokenUnit.unit_id).where(TokenUnit.token_id == token_id)).all()


def is_to_stamp(token: Token, now: datetime) -> bool:
    """True when its last use is known less exactly than to the minute."""
    return token.used_at is None or now - token.used_at >= _USED_EVERY


def stamp(token_id: int, now: datetime) -> None:
    """Note that a token was used."""
    execute(update(Token).where(Token.id == token_id).values(used_at=now))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
