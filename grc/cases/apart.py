"""Who may end the protection of somebody to be kept apart from others, and who may read why.

Why she is kept apart can be as sensitive as a named case, and reads on the page of a person whom
half the département knows by an ordinary case.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from grc.cases.models import Case, Party
from grc.cases.queries import readable_for_good
from grc.citizens.merging import standing_with
from grc.core.actor import Actor
from grc.core.audit import AuditRow
from grc.core.db import among, session
from grc.core.events import Event
from grc.staff.models import UserRole
from grc.staff.policy import CONTENT, Level

_SAID = {Event.CITIZEN_KEPT_APART.code, Event.CITIZEN_NOT_KEPT_APART.code}


def may_end(actor: Actor, ids: Collection[int], now: datetime) -> bool:
    """Whether this agent may end the protection: when somebody known by these ids has named
    cases, who reads one of them for good; else whoever may change her page."""
    named = _named(ids)
    return not session().scalar(named.limit(1)) or _reads(actor, ids, now)


def _named(ids: Collection[int]) -> Select[int]:
    query = select(Case.id).join(Party, Party.case_id == Case.id)
    hers = Party.citizen_id.in_(standing_with(list(ids)))
    return query.where(hers, Case.level == Level.NAMED)


def _reads(actor: Actor, ids: Collection[int], now: datetime) -> bool:
    return session().scalar(_named(ids).where(readable_for_good(actor, now)).limit(1)) is not None


def unread(actor: Actor, ids: Collection[int], acts: Sequence[AuditRow], now: datetime) -> set[int]:
    """The ids of those acts whose reason this agent may not read: why somebody known by these
    ids is (not) kept apart is for the unit that wrote it and for who reads a named case of hers."""
    said = [row for row in acts if row.event in _SAID and row.actor_id != actor.user_id]
    if not said or _reads(actor, ids, now):
        return set()
    near = _colleagues({row.actor_id for row in said if row.actor_id}, actor)
    return {row.id for row in said if row.actor_id not in near}


def _colleagues(user_ids: Collection[int], actor: Actor) -> set[int]:
    """Those of these accounts, closed ones too, with a role in a unit whose cases she reads."""
    where = among(UserRole.user_id, list(user_ids)), UserRole.unit_id.in_(actor.units(*CONTENT))
    return set(session().scalars(select(UserRole.user_id).where(*where)))
