"""Reading cases. `visible_to` is the reading rule of `staff.policy` as SQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.reference import parse
from grc.cases.service import facts_for
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import Forbidden, NotFound
from grc.core.i18n import N_
from grc.staff.policy import CONTENT, CaseFacts, Level, Permission, allowed

NOT_FOUND = N_("Cette page n'existe pas, ou vous n'y avez pas accès.")
_concerned = aliased(Handling)  # made once: it costs more than the rest of the condition


def visible_to(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The condition on `Case` that this actor may know of it at all.

    Every list, count, search and export starts from here. A machine reads all, as in
    `policy.allowed`.
    """
    if actor.is_machine:
        return true()
    units = actor.units(*CONTENT)
    if not units:
        return false()
    of_case = _concerned.case_id == Case.id
    by_department = exists().where(of_case, _concerned.department_id.in_(actor.departments))
    by_unit = exists().where(of_case, _concerned.unit_id.in_(units))
    return and_(
        ~_access(actor, now, Case.id, "deny"),
        or_(
            and_(Case.level == Level.NORMAL, by_department),
            and_(Case.level == Level.RESTRICTED, by_unit),
            _access(actor, now, Case.id, "allow", "exceptional"),
        ),
    )


def visible_handling(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The same rule for a list of handlings of the actor's own units.

    The unit is known, so only named cases and personal rows remain to be asked.
    """
    units = actor.units(*CONTENT)
    if not units:
        return false()
    denied = _access(actor, now, Handling.case_id, "deny")
    listed = _access(actor, now, Handling.case_id, "allow", "exceptional")
    own = Handling.unit_id.in_(units)
    return and_(~denied, or_(and_(own, Handling.level != Level.NAMED), listed))


def _access(
    actor: Actor, now: datetime, case_id: InstrumentedAttribute[int], *effects: str
) -> ColumnElement[bool]:
    return exists().where(
        CaseAccess.case_id == case_id,
        CaseAccess.user_id == actor.user_id,
        CaseAccess.effect.in_(effects),
        or_(CaseAccess.until.is_(None), CaseAccess.until > now),
    )


def by_reference(typed: str) -> Case | None:
    """The case a typed reference names; None when it is wrong or names none."""
    found = parse(typed)
    if found is None or not found.valid or found.kind != "D":
        return None
    case = session().get(Case, found.number)
    matches = case is not None and parse(case.reference) == found
    return case if matches else None


def case_for(actor: Actor, reference: str, permission: Permission, now: datetime) -> Case:
    """The only way a view obtains a case.

    An outsider gets the same NotFound as for a case that does not exist; a reader without
    the permission gets Forbidden.
    """
    return case_and_facts(actor, reference, permission, now)[0]


def case_and_facts(
    actor: Actor, reference: str, permission: Permission, now: datetime
) -> tuple[Case, CaseFacts]:
    """The same, with what the policy wants to know, to ask it what else may be done."""
    case = by_reference(reference)
    if case is None:
        raise NotFound(NOT_FOUND)
    facts = facts_for(case, actor, now)
    if not allowed(actor, Permission.CASE_READ, facts):
        raise NotFound(NOT_FOUND)
    if not allowed(actor, permission, facts):
        raise Forbidden(N_("Vous pouvez lire cette demande, pas la modifier."))
    return case, facts
