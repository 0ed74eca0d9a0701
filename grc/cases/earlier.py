"""A message that came first and is understood last: the request dates from that day.

The date of a request does not depend on the order in which a mailbox is read: its clocks run
from the first message that reached us (CRPA L112-3, R112-5).
"""

from datetime import datetime

from sqlalchemy import select, update

from grc.cases import fields
from grc.cases.models import Case, CaseFact, Handling
from grc.cases.opening import NewFact, NewMessage
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, amend, execute, session, write_later
from grc.core.events import Event


def received_earlier(
    case: Case, fact: NewFact, message: NewMessage, *, actor: Actor, now: datetime
) -> None:
    """Date a case from an earlier message of the same conversation, whose subject it takes.
    The fact it was dated from stays, replaced. Its deadline is computed again afterwards."""
    if fact.at is None or fact.at >= case.received_at:
        return
    add(
        CaseFact,
        case_id=case.id,
        kind=fact.kind,
        on_date=fact.on,
        at=fact.at,
        source=fact.source,
        recorded_at=now,
        actor=actor.label,
        replaces_id=_present(case.id, fact.kind),
    )
    old, subject = paris_date(case.received_at), message.subject[:500] or case.subject
    fields.tell_subject(case, subject, actor=actor, now=now)
    amend(case, received_at=fact.at, subject=subject)
    execute(update(Handling).where(Handling.case_id == case.id), {"received_at": fact.at})
    audit.record(
        Event.CASE_RECEIVED_EARLIER,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        old=fields.written(old),
        on=fields.written(fact.on),
    )
    session().expire_all()


def _present(case_id: int, kind: str) -> int | None:
    write_later(CaseFact)
    query = select(CaseFact.id).where(CaseFact.case_id == case_id, CaseFact.kind == kind)
    return session().scalar(query.order_by(CaseFact.id.desc()).limit(1))
