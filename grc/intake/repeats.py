"""A new message about something already asked: offered as one more contact, never guessed."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from grc.cases import links
from grc.cases.models import Case, Party
from grc.cases.opening import NewCase
from grc.core.actor import Actor
from grc.core.db import fetch
from grc.core.types import UtcDateTime
from grc.staff.policy import Level

RECENT = timedelta(days=90)
MOST = 3  # open cases of one address: beyond that it writes for many people

_OPEN = (
    select(Case.id)
    .join(Party, Party.case_id == Case.id)
    .where(Party.contact_point_id == bindparam("point"), Party.is_correspondent)
    .where(Case.id != bindparam("case"), Case.closed_at.is_(None))
    .where(Case.level != Level.NAMED)  # a link would tell of it: see `work.elsewhere`
    .where(Case.received_at > bindparam("since", type_=UtcDateTime()))
    .order_by(Case.id.desc())
    .limit(MOST + 1)
)


def propose(case_id: int, new: NewCase, *, actor: Actor, now: datetime) -> None:
    """Relate a case just opened to those the same person has open: an agent says whether it is
    the same request ("35 calls for the same question")."""
    party = new.party
    if new.match != "matched" or party.contact_point_id is None or party.is_first:
        return
    since = new.received_at - RECENT
    asked = {"point": party.contact_point_id, "case": case_id, "since": since}
    found = fetch(_OPEN, asked).scalars().all()
    if len(found) > MOST:
        return
    for other_id in found:
        links.link(case_id, other_id, "repeat", actor=actor, now=now)
