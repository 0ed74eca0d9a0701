"""What people are writing: a note that names a colleague, a shared draft, documents asked for.

Told once, on the oldest open request of one service, by the real acts.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from grc.cases.models import Case, Handling
from grc.core.actor import Actor
from grc.core.db import end_read, session, transaction
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.staff.queries import Tree, actor_of
from grc.work import canned, drafts, papers
from grc.work import service as work
from grc.work.models import Mention

UNIT, AGENT, SUPERVISOR = "apa", "agent.apa", "responsable"
REQUEST, REPLY = "apa", "pieces-manquantes"
NOTE = "@{name} La fille de l'usager a téléphoné : elle cherche le certificat du médecin."


def tell(now: datetime) -> None:
    """What is not there yet; nothing when no request fits."""
    if session().scalar(select(exists().where(Mention.note_id > 0))):
        end_read()
        return
    case_id = _oldest()
    people = {login: actor_named(login) for login in (AGENT, SUPERVISOR)}
    end_read()
    if case_id is not None:
        with transaction():
            _write(session().get_one(Case, case_id), people, now)


def _oldest() -> int | None:
    query = (
        select(Handling.case_id)
        .join(Case, Case.id == Handling.case_id)
        .where(Handling.unit_id == snapshot().unit(UNIT).id, Handling.is_open)
        .where(Case.request_type == REQUEST, Case.level == "normal")
    )
    return session().scalar(query.order_by(Handling.received_at, Handling.id).limit(1))


def actor_named(login: str) -> Actor:
    """The person of this account, with her rights."""
    tree: Tree = {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}
    return actor_of(session().scalars(select(User).where(User.login == login)).one(), tree)


def _write(case: Case, people: dict[str, Actor], now: datetime) -> None:
    agent, supervisor = people[AGENT], people[SUPERVISOR]
    name = session().scalar(select(User.name).where(User.login == AGENT))
    before = now - timedelta(minutes=20)
    papers.settle(case, "identite", papers.RECEIVED, None, actor=agent, now=before)
    papers.settle(case, "imposition", papers.ASKED, None, actor=agent, now=before)
    work.note(case, NOTE.format(name=name), actor=supervisor, now=before)
    offered = {
        one.name.partition(":")[0]: one for one in canned.offered(case, actor=agent, now=now)
    }
    chosen = offered[REPLY]
    drafts.save(case, chosen.text, actor=supervisor, now=before, shared=True, canned=chosen.name)
