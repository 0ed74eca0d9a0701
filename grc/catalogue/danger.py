"""The plan for danger of the present installation: kept as one row, read from memory."""

from datetime import datetime

from sqlalchemy import select

from grc.catalogue import danger_file
from grc.catalogue.danger_file import Plan
from grc.catalogue.models import DangerPlan
from grc.core.actor import Actor
from grc.core.db import session
from grc.organisation.cache import Cache
from grc.organisation.loading import LoadReport, finish, sync
from grc.organisation.queries import UnitView, snapshot

_CODE = "danger"


def _read() -> Plan:
    kept = session().scalar(select(DangerPlan.plan).where(DangerPlan.code == _CODE))
    return danger_file.from_json(kept) if kept else Plan()


_plan = Cache(_read)


def plan() -> Plan:
    """What was loaded last; the numbers of the whole country before anything was."""
    return _plan.get()


def unit_on_duty() -> UnitView:
    """The unit to which danger is handed over: that of triage when the plan names none."""
    known = snapshot()
    return (known.find_unit(plan().unit) if plan().unit else None) or known.triage


def load(new: Plan, *, actor: Actor, now: datetime) -> LoadReport:
    """Make the plan say what the file says, inside the caller's transaction."""
    report = LoadReport()
    sync(DangerPlan, "plan", [{"code": _CODE, "plan": new.as_json()}], report)
    return finish("danger", report, actor=actor, now=now)
