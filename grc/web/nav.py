"""The navigation of a person: the places she may go, with counts that stop at 999+."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import session as cookie
from flask import url_for
from sqlalchemy import bindparam, select, union_all

from grc.cases.models import Handling
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import session
from grc.core.types import UtcDateTime
from grc.intake import quarantine
from grc.organisation.queries import snapshot as organisation
from grc.recovery import queries as recovery
from grc.staff.policy import CONTENT, Permission, allowed
from grc.web.words import _
from grc.work import queries as work


@dataclass(frozen=True)
class Entry:
    """One place; `count` is shown beside it, nothing when zero."""

    endpoint: str
    url: str
    label: str
    icon: str
    key: str
    count: str | None
    current: bool


def entries(actor: Actor, now: datetime, current: str | None) -> list[Entry]:
    """The places of the navigation rail."""
    shown = counts(actor, now)
    places = (
        ("work.mine", _("Mes demandes"), "inbox", "d", Permission.CASE_READ),
        ("work.queue", _("Ma file"), "queue", "f", Permission.CASE_READ),
        ("work.to_route", _("À affecter"), "route", "o", Permission.CASE_ROUTE),
        ("intake.quarantine", _("À examiner"), "examine", "e", Permission.QUARANTINE),
        ("recovery.actions", _("Recouvrement"), "recovery", "r", Permission.RECOVERY_LIST),
        ("intake.health", _("Réception"), "pulse", "s", Permission.HEALTH),
    )
    return [
        Entry(name, url_for(name), label, icon, key, shown.get(name), name == current)
        for name, label, icon, key, permission in places
        if allowed(actor, permission)
    ]


def counts(actor: Actor, now: datetime) -> dict[str, str]:
    """What waits in each place, by endpoint. One statement."""
    wanted = _Wanted(frozenset(actor.roles.items()), actor, my_unit(actor), paris_date(now))
    names, statement = _statement(wanted)
    if not names:
        return {}
    row = session().execute(statement, {"now": now}).one()
    return {name: capped(number) for name, number in zip(names, row, strict=True) if number}


@dataclass(frozen=True)
class _Wanted:
    """Whose counts; two requests of one person with the same roles are the same question."""

    roles: frozenset[tuple[int, frozenset[str]]]
    actor: Actor = field(compare=False)
    unit: int | None
    today: date
    user_id: int | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "user_id", self.actor.user_id)


@lru_cache(maxsize=1024)
def _statement(wanted: _Wanted) -> tuple[tuple[str, ...], Any]:
    """The statement of all counts; building it costs more than running it, so it is kept."""
    actor = wanted.actor
    moment: Any = bindparam("now", type_=UtcDateTime)  # given anew at each request
    found: dict[str, Any] = {}
    if wanted.unit is not None:
        lists = {
            "work.mine": work.mine(actor, moment),
            "work.queue": work.of_unit(actor, wanted.unit, moment),
        }
        if may_route := actor.units("agent", "supervisor"):
            lists["work.to_route"] = work.to_route(actor, may_route, moment)
        found = {name: select(Handling.id).where(*where) for name, where in lists.items()}
        late, asked = recovery.late(actor, wanted.today, moment), work.waiting_tasks(actor, moment)
        found["recovery.actions"] = union_all(late, asked)
    if allowed(actor, Permission.QUARANTINE):
        found["intake.quarantine"] = quarantine.of_units(actor)
    return tuple(found), select(*map(work.capped, found.values()))


def capped(number: int) -> str:
    """A count as shown: never more than 999+."""
    return "999+" if number >= work.CAP else str(number)


def my_units(actor: Actor) -> list[int]:
    """The units whose cases this person works on, by name."""
    units = organisation().units_by_id
    own = (unit for unit in actor.units(*CONTENT) if unit in units)
    return sorted(own, key=lambda unit: units[unit].name)


def my_unit(actor: Actor) -> int | None:
    """The unit whose queue is shown: the one chosen last, else the first."""
    own = my_units(actor)
    chosen = cookie.get("unit")
    return chosen if chosen in own else next(iter(own), None)
