"""How much waits in each place a person may go: one statement, whose text is built once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, union_all

from grc.cases.models import Handling
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import fetch
from grc.core.types import UtcDateTime
from grc.correspondence import powers
from grc.correspondence import queries as correspondence
from grc.danger import queries as alerts
from grc.intake import letters, quarantine, unopened
from grc.recovery import queries as recovery
from grc.staff.policy import Permission, allowed
from grc.work import call_backs
from grc.work import queries as work

LOOKED_AT = 100


def waiting(actor: Actor, unit_id: int | None, now: datetime) -> dict[str, int]:
    """What waits for this person, whose queue is that of `unit_id` (None: no unit): `mine`,
    `queue`, `to_route`, `call_backs`, `recovery`, `quarantine`, `letters`, `hand_overs`,
    `book`, each counted up to `cap(name)`."""
    roles = frozenset(actor.roles.items())
    today = paris_date(now)
    writes = allowed(actor, Permission.CASE_WRITE)
    held = powers.powers(actor.user_id, today) if writes else ()
    wanted = _Wanted(roles, actor, unit_id, today, actor.user_id, actor.is_listed, held)
    names, statement = _statement(wanted)
    if not names:
        return {}
    row = fetch(statement, {"now": now}).one()
    return dict(zip(names, row, strict=True))


def cap(name: str) -> int:
    """Where a count stops. A queue is counted by its index alone; of what was promised, each
    case must be looked at to know whether the person may know of it."""
    return LOOKED_AT if name in {"recovery", "call_backs"} else work.CAP


@dataclass(frozen=True)
class _Wanted:
    """Whose counts; two requests of one person with the same roles are the same question."""

    roles: frozenset[tuple[int, frozenset[str]]]
    actor: Actor = field(compare=False)
    unit: int | None
    today: date
    user_id: int | None
    is_listed: bool
    powers: tuple[powers.Power, ...]


@lru_cache(maxsize=1024)
def _statement(wanted: _Wanted) -> tuple[tuple[str, ...], Any]:
    """The statement of all counts; building it costs more than running it, so it is kept."""
    actor = wanted.actor
    moment: Any = bindparam("now", type_=UtcDateTime)  # given anew at each request
    found: dict[str, Any] = {}
    if wanted.unit is not None:
        lists = {
            "mine": work.mine(actor, moment),
            "queue": work.of_unit(actor, wanted.unit, moment),
        }
        if may_route := actor.units("agent", "supervisor"):
            lists["to_route"] = work.to_route(actor, may_route, moment)
        found = {name: select(Handling.id).where(*where) for name, where in lists.items()}
        late, asked = recovery.late(actor, wanted.today, moment), work.waiting_tasks(actor, moment)
        found["call_backs"] = call_backs.waiting(actor, moment)
        found["recovery"] = union_all(late, asked)
    if allowed(actor, Permission.CASE_WRITE):
        found["book"] = correspondence.waiting(actor, wanted.powers, moment)
    if allowed(actor, Permission.TO_SEE):
        found["alerts"] = alerts.waiting(actor, moment)
    if allowed(actor, Permission.QUARANTINE):
        found["quarantine"] = quarantine.of_units(actor)
    if allowed(actor, Permission.MAIL_INDEX):
        found["letters"] = letters.waiting()
    elif allowed(actor, Permission.HAND_OVERS):
        found["hand_overs"] = unopened.to_sign(actor)
    return tuple(found), select(*(work.capped(ids, cap(name)) for name, ids in found.items()))
