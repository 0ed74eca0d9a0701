"""Two views of the demonstration: one of an agent, one that the supervisor shares."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from grc.core.actor import Actor
from grc.core.db import session, transaction
from grc.finding import views
from grc.finding.models import SavedView
from grc.finding.question import Question
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.staff.queries import actor_of

_VIEWS = (
    ("agent.apa", "APA en retard", {"service": "apa", "retard": "yes"}, ""),
    ("agent.apa", "Antony, ouvertes", {"etat": "open", "commune": "92002"}, ""),
    ("responsable", "Sans agent", {"etat": "open", "service": "apa", "agent": "nobody"}, "apa"),
)


def tell(now: datetime) -> None:
    """Keep each view that is not there yet."""
    for login, name, filters, unit in _VIEWS:
        key = str(uuid5(NAMESPACE_URL, f"view:{login}:{name}"))
        with transaction():
            known = session().scalar(select(SavedView.id).where(SavedView.key == key))
            actor = _actor(login)
            may_share = not unit or snapshot().unit(unit).id in views.shares_in(actor)
            if known is None and may_share:
                views.save(Question("", filters), name, unit, key=key, actor=actor, now=now)


def _actor(login: str) -> Actor:
    tree = {one.id: (one.above, one.department_id) for one in snapshot().units}
    return actor_of(session().scalars(select(User).where(User.login == login)).one(), tree)
