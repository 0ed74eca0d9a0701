"""One line of a list of cases, ready for templates/_macros/case.html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from grc.cases.lookup import names_of
from grc.cases.models import Case
from grc.cases.queries import Placed, placed
from grc.cases.reference import parse
from grc.cases.seen import lists
from grc.organisation.queries import snapshot as organisation
from grc.routing.queries import reasons
from grc.staff.policy import Level
from grc.web.presenters import marks
from grc.web.presenters.things import Act
from grc.web.words import _, say
from grc.work.queries import QueueRow


@dataclass(frozen=True)
class Proposal:
    """Where a case waits to be confirmed, and why it is there."""

    unit: str
    why: str
    confirm: Act
    change: Act


@dataclass(frozen=True, slots=True)
class Row:
    """See `row` in templates/_macros/case.html."""

    reference: str
    subject: str
    url: str
    who: str
    where: str | None
    channel_label: str
    channel_icon: str
    received_at: datetime
    due_on: date | None
    urgency: str
    status_label: str
    status_tone: str
    unit: str
    assignee: str | None
    priority: str
    level_label: str | None
    contact_rank: int
    unread: bool = False
    words_to_read: str | None = None
    attachments: int = 0
    proposal: Proposal | None = None
    matched: str | None = None
    heading: str | None = None  # of the lines from this one on


def case_url(reference: str, act: str = "") -> str:
    """The address of a case, or of one of its acts; built by hand, fifty times a page."""
    return f"/demandes/{reference}/{act}" if act else f"/demandes/{reference}"


def of_queue(
    found: Sequence[QueueRow],
    now: datetime,
    *,
    proposals: Mapping[str, Proposal] | None = None,
    one_unit: bool = False,
) -> list[Row]:
    """The lines of a queue; when all are of one unit, its name would be noise."""
    return [_line(row, now, (proposals or {}).get(row.reference), one_unit) for row in found]


def _line(row: QueueRow, now: datetime, proposal: Proposal | None, one_unit: bool) -> Row:
    units = organisation()
    commune = units.commune(row.commune) if row.commune else None
    if row.level == Level.NAMED:
        lists(_number(row.reference), row.level)
    return Row(
        reference=row.reference,
        subject=row.subject or _("Sans objet"),
        url=case_url(row.reference),
        who=row.who,
        where=commune.name if commune else None,
        channel_label=marks.channel_label(row.channel),
        channel_icon=marks.channel_icon(row.channel),
        received_at=row.received_at,
        due_on=row.due_on,
        urgency=marks.urgency(row.status, row.due_on, now),
        status_label=marks.status_label(row.status),
        status_tone=marks.status_tone(row.status),
        unit="" if one_unit else units.unit_by_id(row.unit_id).short_name,
        assignee=row.assignee or (_("sans agent") if one_unit else None),
        priority=marks.priority(row.priority),
        level_label=None if proposal else marks.level_label(row.level),
        contact_rank=row.contacts,
        unread=row.unread,
        words_to_read=row.words_to_read,
        proposal=proposal,
    )


def proposals(found: Sequence[QueueRow]) -> dict[str, Proposal]:
    """For each case to route, the unit it was placed in and the reasons."""
    why = reasons([_number(row.reference) for row in found])
    units = organisation()
    return {
        row.reference: Proposal(
            unit=units.unit_by_id(row.unit_id).short_name,
            why=_(" ; ").join(map(say, why.get(_number(row.reference), ()))),
            confirm=Act(
                _("Confirmer"), case_url(row.reference, "confirmer?liste"), key="t", modal=True
            ),
            change=Act(
                _("Autre service"), case_url(row.reference, "reaffecter?liste"), key="o", modal=True
            ),
        )
        for row in found
    }


def _number(reference: str) -> int:
    found = parse(reference)
    return found.number if found else 0


def of_search(
    cases: Sequence[Case],
    now: datetime,
    names: Mapping[int, str],
    why: Mapping[int, str | None],
    headings: Mapping[int, str],
) -> list[Row]:
    """The lines of a search; `why` says by case id what matched, safe to show; `headings` stand
    above the case of this id."""
    return [
        replace(row, matched=why.get(case.id), heading=headings.get(case.id))
        for case, row in zip(cases, of_cases(cases, now, names), strict=True)
    ]


def of_cases(
    cases: Sequence[Case], now: datetime, names: Mapping[int, str] | None = None
) -> list[Row]:
    """The lines of cases; `names` by their ids, those of their correspondents if not given."""
    places = placed([case.id for case in cases])
    names = names_of(cases) if names is None else names
    return [_found(case, names.get(case.id, ""), places, now) for case in cases]


def _found(case: Case, who: str, places: Mapping[int, Placed], now: datetime) -> Row:
    units = organisation()
    commune = units.commune(case.commune) if case.commune else None
    lists(case.id, case.level)
    handling = places.get(case.id)
    return Row(
        reference=case.reference,
        subject=case.subject or _("Sans objet"),
        url=case_url(case.reference),
        who=who,
        where=commune.name if commune else None,
        channel_label=marks.channel_label(case.channel),
        channel_icon=marks.channel_icon(case.channel),
        received_at=case.received_at,
        due_on=handling.due_on if handling else None,
        urgency=marks.urgency(case.status, handling.due_on if handling else None, now),
        status_label=marks.status_label(case.status),
        status_tone=marks.status_tone(case.status),
        unit=units.unit_by_id(handling.unit_id).short_name if handling else "",
        assignee=None,
        priority=marks.priority(case.priority),
        level_label=marks.level_label(case.level),
        contact_rank=case.contacts,
        unread=case.unread,
        words_to_read=case.words_to_read,
    )
