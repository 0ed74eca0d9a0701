"""A person who has a named case contacts another service: its units are told, nobody else.

What the other service sees, plans and counts is the same as without: everything is written on
the named case, by the step that runs for every contact.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from grc.cases.models import Case, Handling, Message
from grc.channels import registry
from grc.citizens.merging import standing_with_given
from grc.core.clock import PARIS
from grc.core.db import fetch, read_together, session
from grc.core.i18n import N_, translate
from grc.core.settings import settings
from grc.organisation.queries import snapshot
from grc.staff.policy import Level
from grc.work.follow_up import plan_task

KIND = "contact_elsewhere"
WORDS = N_("%(channel)s, le %(on)s, %(unit)s")
APART = N_("le %(on)s, par un service dont le nom ne peut être dit")
MOST = 20  # named cases of one person
_NAMED = (  # asked at every contact, so built once
    select(Case.id)
    .where(
        Case.citizen_id.in_(standing_with_given("citizen")),
        Case.level == Level.NAMED,
        Case.closed_at.is_(None),
        Case.id != bindparam("case"),
    )
    .order_by(Case.id.desc())
    .limit(MOST)
)


def tell(case_id: int, now: datetime) -> None:
    """Tell the units of the named cases of a person of her last contact about this case, once a
    message. Nothing where she has none, nor of her named case itself."""
    case = session().get_one(Case, case_id)
    if case.citizen_id is None or case.citizen_match != "matched":
        return
    named = _named(case.citizen_id, case_id)
    if not named:
        return
    told = (Message.case_id == case_id, Message.direction == "in")
    message = session().scalars(select(Message).where(*told).order_by(Message.id.desc())).first()
    if message is not None:
        here = _units([case_id])
        for one in named:
            _tell(one, case, message, here, now)


def _named(citizen_id: int, but: int) -> Sequence[Case]:
    found = fetch(_NAMED, {"citizen": citizen_id, "case": but}).scalars().all()
    cases = {case.id: case for case in read_together(Case, found)} if found else {}
    return [cases[case_id] for case_id in found]


def _units(case_ids: Sequence[int]) -> list[int]:
    query = select(Handling.unit_id).where(Handling.case_id.in_(case_ids)).order_by(Handling.id)
    return list(session().scalars(query))


def _tell(named: Case, case: Case, message: Message, here: Sequence[int], now: datetime) -> None:
    for unit in sorted(set(_units([named.id]))):
        key = f"{KIND}:{message.id}:{named.id}:{unit}"
        plan_task(KIND, named, unit, _words(case, message, here), key=key, now=now)


def _words(case: Case, message: Message, here: Sequence[int]) -> str:
    """The channel, the day and the service; of what is secret too, the day."""
    on, locale = f"{message.sent_at.astimezone(PARIS):%d/%m/%Y}", settings().locale
    if case.level == Level.NAMED or case.is_medical:
        return translate(APART, locale) % {"on": on}
    channel = translate(registry.label(message.channel), locale)
    unit = snapshot().unit_by_id(here[0]).name if here else "–"
    return translate(WORDS, locale) % {"channel": channel, "on": on, "unit": unit}
