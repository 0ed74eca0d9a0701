"""What the rules look at: the first message of a case and what intake resolved."""

from datetime import datetime

from sqlalchemy import bindparam, select

from grc.cases.models import Case, Message
from grc.cases.shared import told_in
from grc.channels import registry
from grc.core.clock import paris_date
from grc.core.db import fetch
from grc.organisation.queries import snapshot as organisation
from grc.routing.rules import RoutingInputs

_FIRST = (
    select(Message.sender, Message.text)
    .where(told_in(bindparam("case")))
    .order_by(Message.id)
    .limit(1)
)


def inputs_of(case: Case, now: datetime, *, unit_id: int | None = None) -> RoutingInputs:
    """What the rules look at: the first message and what intake resolved. `unit_id` is where
    intake put the case: elsewhere than in triage, it was told the unit."""
    first = fetch(_FIRST, {"case": case.id}).one_or_none()
    commune = organisation().commune(case.commune) if case.commune else None
    mailbox = organisation().mailbox(case.channel, case.source)
    return RoutingInputs(
        on=paris_date(now),
        channel=case.channel,
        source=case.source,
        request_type=case.request_type or (mailbox.request_type if mailbox else ""),
        subject=case.subject,
        text=first.text if first else "",
        commune=case.commune or "",
        commune_name=commune.name if commune else "",
        territory=case.territory or "",
        sender_domain=_domain(first.sender) if first else "",
        mailbox_unit=mailbox.unit_code if mailbox else "",
        given_unit=_given(unit_id),
        given_by=getattr(registry.look(case.channel), "unit_given_by", ""),
    )


def _given(unit_id: int | None) -> str:
    known = organisation()
    if unit_id is None or unit_id == known.triage.id:
        return ""
    return known.unit_by_id(unit_id).code


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip(">").lower()
