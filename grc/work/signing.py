"""Who signs what leaves, and to whom it is written."""

from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case, Party
from grc.core.actor import Actor
from grc.core.db import session
from grc.organisation.queries import snapshot
from grc.outbox.wording import Signed
from grc.staff.models import User
from grc.staff.policy import Level


def person_name(case: Case) -> str:
    """The name of the person written to; empty for an organisation, or when nobody knows it."""
    query = select(Party.name, Party.organisation)
    row = (
        session()
        .execute(
            query.where(Party.case_id == case.id, Party.is_correspondent)
            .order_by(Party.id)
            .limit(1)
        )
        .first()
    )
    if row is None or row.organisation:
        return ""
    return " ".join((row.name or "").split())


def agent_name(actor: Actor) -> str:
    """The name of who acts, as her account says it."""
    user = session().get(User, actor.user_id) if actor.user_id else None
    return user.name if user else ""


def signed(case: Case, actor: Actor) -> Signed:
    """What the signature says. Neither service nor telephone for a confidential request."""
    person = person_name(case)
    shown = person if " " in person else ""  # "marie77" is no name to greet
    if case.level != Level.NORMAL:
        return Signed(case.reference, shown, agent_name(actor))
    unit = snapshot().unit_by_id(cases.handling_of(case, actor).unit_id)
    return Signed(case.reference, shown, agent_name(actor), unit.name, unit.phone, unit.address)
