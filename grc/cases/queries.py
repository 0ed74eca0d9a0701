"""Reading cases. `visible_to` is the reading rule of `staff.policy` as SQL."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from grc.cases.models import Attachment, Case, CaseAccess, Handling, Message, Party
from grc.cases.reference import parse
from grc.cases.seen import shows
from grc.cases.service import facts_for
from grc.cases.shared import told_in
from grc.core.actor import Actor
from grc.core.db import among, session
from grc.core.errors import Forbidden, NotFound
from grc.core.i18n import N_
from grc.core.types import UtcDateTime
from grc.staff.policy import (
    ALLOW,
    CONTENT,
    DENY,
    EXCEPTIONAL,
    CaseFacts,
    Level,
    Permission,
    allowed,
)

NOT_FOUND = N_("Cette page n'existe pas, ou vous n'y avez pas accès.")
# Stands for the instant in a statement that is kept, and is given each time it is run.
NOW: Any = bindparam("now", type_=UtcDateTime)
_concerned = aliased(Handling)  # made once: it costs more than the rest of the condition


def visible_to(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The condition on `Case` that this actor may know of it at all.

    Every list, count, search and export starts from here. A machine reads all, as in
    `policy.allowed`.
    """
    return _readable(actor, now, ALLOW, EXCEPTIONAL)


def readable_for_good(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """The condition on `Case` that this actor reads it otherwise than by an exceptional access,
    which is for reading on the screen: what leaves and what is changed starts from here."""
    return _readable(actor, now, ALLOW)


def _readable(actor: Actor, now: datetime, *listed: str) -> ColumnElement[bool]:
    if actor.is_machine:
        return true()
    units = actor.units(*CONTENT)
    if not units:
        return false()
    by_place = _by_place(units, actor.departments)
    if not actor.is_listed:
        return by_place
    return and_(
        ~_access(actor, now, Case.id, DENY),
        or_(by_place, _access(actor, now, Case.id, *listed)),
    )


@lru_cache(maxsize=512)  # a page asks it several times, and building it costs as much as running
def _by_place(units: frozenset[int], departments: frozenset[int]) -> ColumnElement[bool]:
    """What a case is to somebody whom it does not name: a matter of where it is handled."""
    of_case = _concerned.case_id == Case.id
    by_department = exists().where(of_case, _concerned.department_id.in_(departments))
    by_unit = exists().where(of_case, _concerned.unit_id.in_(units))
    return or_(
        and_(Case.level == Level.NORMAL, by_department),
        and_(Case.level == Level.RESTRICTED, by_unit),
    )


def visible_handling(actor: Actor, now: datetime, *, in_order: bool = False) -> ColumnElement[bool]:
    """The same rule for a list of handlings of the actor's own units.

    The unit is known, so only named cases and personal rows remain to be asked. `in_order`: a
    list of many units is read in its order; the sum hides the indexes by unit, from which all
    that these units have would be sorted.
    """
    units = actor.units(*CONTENT)
    if not units:
        return false()
    own = _own(units, in_order=in_order)
    if not actor.is_listed:
        return own
    denied = _access(actor, now, Handling.case_id, DENY)
    listed = _access(actor, now, Handling.case_id, ALLOW, EXCEPTIONAL)
    return and_(~denied, or_(own, listed))


@lru_cache(maxsize=512)
def _own(units: frozenset[int], *, in_order: bool) -> ColumnElement[bool]:
    own = (Handling.unit_id + 0 if in_order else Handling.unit_id).in_(units)
    return and_(own, Handling.level != Level.NAMED)


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
    if not actor.is_machine:
        shows(case.id, case.level, EXCEPTIONAL if facts.access == EXCEPTIONAL else "act")
    return case, facts


class Placed(NamedTuple):
    """Where a case is handled, and by when."""

    unit_id: int
    due_on: date


def placed(case_ids: Sequence[int]) -> dict[int, Placed]:
    """The first unit concerned by each case, with its date."""
    query = select(Handling.case_id, Handling.unit_id, Handling.due_on)
    query = query.where(among(Handling.case_id, case_ids)).order_by(Handling.id.desc())
    rows = session().execute(query) if case_ids else ()
    return {row.case_id: Placed(row.unit_id, row.due_on) for row in rows}


def message_of(case_id: int, number: int) -> Message:
    """The message of this number in a case, the first being 1. Raises NotFound."""
    query = select(Message).where(told_in(case_id)).order_by(Message.id)
    found = session().scalars(query.offset(max(number, 1) - 1).limit(1)).first()
    if found is None or number < 1:
        raise NotFound(N_("Ce message n'existe pas."))
    return found


def attachment_of(case_id: int, number: int) -> Attachment:
    """The attachment of this number in a case, the first being 1. Raises NotFound."""
    query = select(Attachment).join(Message, Message.id == Attachment.message_id)
    query = query.where(told_in(case_id)).order_by(Attachment.id)
    found = session().scalars(query.offset(max(number, 1) - 1).limit(1)).first()
    if found is None or number < 1:
        raise NotFound(N_("Cette pièce n'existe pas."))
    return found


def attachment_names(case_id: int) -> list[tuple[int, int, str]]:
    """The attachments of a case: (id, number in the case, name)."""
    query = select(Attachment.id, Attachment.filename, Attachment.inline)
    query = query.join(Message, Message.id == Attachment.message_id)
    rows = session().execute(query.where(told_in(case_id)).order_by(Attachment.id))
    numbered = enumerate(rows, start=1)
    return [(row.id, number, row.filename) for number, row in numbered if not row.inline]


def attachments_of(message_id: int) -> Sequence[Attachment]:
    """The attachments of one message."""
    query = select(Attachment).where(Attachment.message_id == message_id)
    return session().scalars(query.order_by(Attachment.id)).all()


def address_of(case_id: int) -> int | None:
    """The id of the contact point from which a case was written; None without any."""
    query = select(Party.contact_point_id).where(Party.case_id == case_id, Party.is_correspondent)
    return session().scalar(query.order_by(Party.id).limit(1))
