"""Mail to the owner of an account about the way in, so that nobody enters in her name unseen."""

from datetime import datetime

from grc.outbox import notices
from grc.staff.models import User

_SUBJECT = "grc : votre compte"
_END = """

%(url)s

Si vous ne l'avez pas demandé, prévenez tout de suite le délégué à la protection des données ou
votre responsable : quelqu'un pourrait entrer à votre place.
"""
_LINK = "Un code pour choisir un nouveau mot de passe vient d'être fait pour votre compte." + _END
_CHOSEN = "Le mot de passe de votre compte vient d'être changé par ce code." + _END
_MOVED = "L'adresse électronique de votre compte vient d'être remplacée par une autre." + _END


def link_made(user: User, *, now: datetime) -> None:
    """An administrator has a code in hand that opens this account."""
    _tell(user, user.email, "link", _LINK, now)


def password_chosen(user: User, *, now: datetime) -> None:
    """The code has served."""
    _tell(user, user.email, "chosen", _CHOSEN, now)


def address_changed(user: User, before: str, *, now: datetime) -> None:
    """What is told from now on goes elsewhere: the address before is told so."""
    if before != user.email:
        _tell(user, before, "address", _MOVED, now)


def _tell(user: User, address: str, what: str, text: str, now: datetime) -> None:
    key = f"account:{user.id}:{what}:{now.isoformat()}"
    notices.plan(key, address, "/", now=now, subject=_SUBJECT, text=text)
