"""Where a reply would be read: in a mailbox, on the follow-up page, or nowhere."""

from enum import StrEnum

from sqlalchemy import select

from grc.cases.following import secret_was_given
from grc.cases.models import Case, Party
from grc.citizens.models import ContactPoint
from grc.core.db import session
from grc.core.i18n import N_
from grc.staff.policy import Level


class Road(StrEnum):
    """How a reply reaches the citizen."""

    MAIL = "mail"
    PAGE = "page"
    HIDDEN = "hidden"  # there is a page, which shows nothing of this case
    NONE = "none"


REFUSALS = {
    Road.HIDDEN: N_(
        "Personne ne lirait une réponse : pas d’adresse électronique, et la page de suivi ne "
        "montre rien d’une demande confidentielle. Appelez, ou écrivez par la poste."
    ),
    Road.NONE: N_(
        "Personne ne lirait une réponse : ni adresse électronique, ni code de page de suivi "
        "donné. Appelez, ou écrivez par la poste."
    ),
}


def road(case: Case, address: str | None) -> Road:
    """How a reply would reach the correspondent, whose e-mail `address` is None if unknown."""
    if address is not None:
        return Road.MAIL
    if not secret_was_given(case):
        return Road.NONE
    return Road.PAGE if case.level == Level.NORMAL else Road.HIDDEN


def only_by_post(case: Case) -> bool:
    """Whether nobody would read a reply that is no letter."""
    return road(case, correspondent(case)) in REFUSALS


def correspondent(case: Case) -> str | None:
    """The e-mail address of the party we write to."""
    query = (
        select(ContactPoint.value)
        .join(Party, Party.contact_point_id == ContactPoint.id)
        .where(Party.case_id == case.id, Party.is_correspondent, ContactPoint.kind == "email")
        .order_by(Party.id)
    )
    return session().scalar(query.limit(1))
