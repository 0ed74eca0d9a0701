"""Types of letter written on a screen, by administrators: they hold for the whole département."""

from typing import Any

from grc.core.actor import Actor
from grc.core.errors import Forbidden
from grc.core.i18n import N_
from grc.correspondence.files import Type
from grc.correspondence.models import LetterType
from grc.organisation import versions
from grc.organisation.versions import Act, Kind
from grc.staff.policy import Permission, allowed

LETTERS = Kind(
    LetterType,
    "letters",
    N_("Lettre type"),
    {
        "label_fr": N_("nom en français"),
        "label_en": N_("nom en anglais"),
        "visas": N_("visas avant la signature"),
        "registered": N_("recommandé"),
        "text": N_("texte"),
    },
    "label_fr",
)


def values(row: LetterType) -> dict[str, Any]:
    """What a version says, as somebody would type it."""
    return {
        "code": row.code,
        "label_fr": row.label_fr,
        "label_en": row.label_en,
        "purpose": row.purpose,
        "visas": row.visas,
        "registered": row.registered,
        "text": row.text,
    }


def may_write(actor: Actor) -> bool:
    """May she write what letters begin with?"""
    return allowed(actor, Permission.USER_ADMIN)


def demand(actor: Actor) -> None:
    """Raise Forbidden for who may not."""
    if not may_write(actor):
        raise Forbidden(N_("Les lettres types sont écrites par un administrateur."))


def end(code: str, act: Act) -> bool:
    """Offer a type no more; letters that have begun keep it. Raises Forbidden, Conflict."""
    demand(act.actor)
    return versions.end(LETTERS, code, act)


def write(one: Type, act: Act) -> bool:
    """Write a version of a type; False when it says that already. Raises Forbidden, Conflict."""
    demand(act.actor)
    return versions.write(LETTERS, vars(one), act)
