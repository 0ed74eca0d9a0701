"""What a case was before an act, and putting it back as long as nobody has touched it since."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from grc.bulk.picking import Picked
from grc.cases import fields, listing
from grc.cases import service as cases
from grc.cases.fields import Field
from grc.cases.models import Case, Handling
from grc.cases.states import label as status_label
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import amend
from grc.core.events import Event
from grc.core.i18n import Text
from grc.organisation.queries import snapshot as organisation
from grc.routing import by_hand, due, standing
from grc.staff.policy import Level

_MOMENTS = ("taken_at", "routed_at", "resolved_at", "closed_at", "reopened_at")
_HANDLING = (
    *("unit_id", "department_id", "assignee_id", "status", "is_open", "to_route", "outcome"),
    *_MOMENTS,
)
_TYPE = ("request_type", "request_type_version", "nature")
_CASE = ("level", "unread", *_TYPE)
Kept = Mapping[str, Any]


def before(one: Picked) -> dict[str, Any]:
    """What an act may change, as it is now."""
    values = {name: getattr(one.handling, name) for name in _HANDLING}
    spelled = {n: v.isoformat() if isinstance(v, datetime) else v for n, v in values.items()}
    listed = listing.listed_for_units(one.case.id) if one.case.level == Level.NAMED else []
    case = {name: getattr(one.case, name) for name in _CASE}
    case["closed_at"] = one.case.closed_at.isoformat() if one.case.closed_at else None
    dates = {str(row.id): row.due_on.isoformat() for row in one.handlings}
    dues = {"running": due.running(one.case.id), "dates": dates}
    return {"handling": spelled, "case": case, "listed": listed, "due": dues}


def after(case: Case, handling: Handling) -> dict[str, Any]:
    """What must still be so for the act to be undone."""
    return {
        "version": handling.version,
        "level": case.level,
        "request_type": case.request_type,
        "running": due.running(case.id),
    }


def put_back(
    case: Case, handling: Handling, kept: Kept, *, what: Text, actor: Actor, now: datetime
) -> None:
    """Make a case again what it was; the timeline says so, and what that changes for others."""
    old_status, old_unit, old_agent = handling.status, handling.unit_id, handling.assignee_id
    values = _revived(kept["handling"])
    cases.change(handling, **values)
    fields.tell_agent(case, old_agent, handling.assignee_id, actor=actor, now=now)
    _type_back(case, kept["case"], kept["due"], actor, now)
    cases.set_level(case, kept["case"]["level"], actor=actor, now=now)
    if old_unit != handling.unit_id:
        _unit_back(case, handling, old_unit, what, actor, now)
    if kept["case"]["level"] == Level.NAMED:
        listing.list_exactly(case.id, kept["listed"])
    if case.unread != kept["case"]["unread"]:
        amend(case, unread=kept["case"]["unread"])
    ended = kept["case"]["closed_at"]
    case.closed_at = datetime.fromisoformat(ended) if ended else None
    cases.publish_status(case, now)
    subject = ("handling", handling.id)
    about: dict[str, Any] = {"subject": subject, "case_id": case.id, "actor": actor, "now": now}
    audit.record(Event.CASE_PUT_BACK, what=what, **about)
    if old_status != handling.status:  # undone, not reopened: nobody came back to us
        old, new = status_label(old_status), status_label(handling.status)
        audit.record(Event.CASE_MOVED, old=old, new=new, **about)


def _revived(spelled: Kept) -> dict[str, Any]:
    moments = {n: datetime.fromisoformat(spelled[n]) for n in _MOMENTS if spelled[n]}
    return {**spelled, **moments}


def _type_back(case: Case, kept: Kept, dues: Kept, actor: Actor, now: datetime) -> None:
    if case.request_type == kept["request_type"]:
        return
    old = standing.kind(case)
    amend(case, **{name: kept[name] for name in _TYPE})
    fields.tell(case, Field.TYPE, old, standing.kind(case), actor=actor, now=now)
    dates = {int(number): date.fromisoformat(on) for number, on in dues["dates"].items()}
    due.put_back(case, dues["running"], dates, now=now)


def _unit_back(
    case: Case, handling: Handling, old_unit: int, what: Text, actor: Actor, now: datetime
) -> None:
    units = organisation()
    unit, left = units.unit_by_id(handling.unit_id), units.unit_by_id(old_unit)
    remark_id = audit.remark(str(what), now=now)
    assert remark_id is not None  # noqa: S101 - the words are ours
    by_hand.keep(case, unit, left, remark_id, actor, now)
