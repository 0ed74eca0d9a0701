"""Who keeps the accounts, and who may confirm what one of them asked for: four eyes are those of
two people, so nobody confirms as somebody else whom she has just made or entered as."""

from datetime import datetime

from sqlalchemy import func, select

from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import Forbidden
from grc.core.i18n import N_
from grc.staff.models import RoleProposal, User, UserRole
from grc.staff.policy import Permission, Role, allowed

LOCK = 92_103  # of the administrators
LAST = N_("C'est le dernier administrateur : nommez-en un autre d'abord.")


def demand(actor: Actor) -> None:
    """The first line of a use-case: raise Forbidden for who is no administrator."""
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur tient les comptes."))


def others(*without: int) -> int:
    """How many open accounts are those of administrators, without these."""
    query = select(func.count(User.id.distinct())).join(UserRole, UserRole.user_id == User.id)
    where = (UserRole.role == Role.ADMINISTRATOR, User.is_active, User.id.not_in(without))
    return session().scalar(query.where(*where)) or 0


def is_one(user_id: int) -> bool:
    """True for the account of an administrator."""
    mine = (UserRole.user_id == user_id, UserRole.role == Role.ADMINISTRATOR)
    return session().scalar(select(UserRole.user_id).where(*mine).limit(1)) is not None


def may_become(user_id: int) -> bool:
    """True for the account of an administrator, or of somebody who is to be confirmed as one."""
    mine = (RoleProposal.user_id == user_id, RoleProposal.role == Role.ADMINISTRATOR)
    asked = select(RoleProposal.id).where(*mine, RoleProposal.decided_at.is_(None))
    return is_one(user_id) or session().scalar(asked.limit(1)) is not None


def demand_second(actor: Actor, *concerned: int | None, since: datetime) -> None:
    """Raise Forbidden unless `actor` may confirm what was asked at `since`: she is none of those
    concerned (who asked, for whom), and her role and her password were hers before."""
    if actor.user_id is None:
        return
    if actor.user_id in concerned:
        raise Forbidden(N_("Un autre administrateur confirme cette demande."))
    if _entered_after(actor.user_id, since):
        raise Forbidden(
            N_(
                "Votre rôle ou votre mot de passe est plus récent que cette demande : un autre "
                "administrateur la confirme, ou elle est refusée et refaite."
            )
        )


def _entered_after(user_id: int, since: datetime) -> bool:
    made = (RoleProposal.user_id == user_id, RoleProposal.role == Role.ADMINISTRATOR)
    after = (RoleProposal.is_given, RoleProposal.decided_at > since)
    if session().scalar(select(RoleProposal.id).where(*made, *after).limit(1)) is not None:
        return True
    chosen = session().get_one(User, user_id).password_at
    return chosen is not None and chosen > since
