"""Gather everything about one case, in a number of statements that does not grow with it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from grc.cases.models import Case
from grc.cases.states import label as status_label
from grc.catalogue.queries import current_type
from grc.core import clock
from grc.core.actor import Actor
from grc.core.i18n import translate
from grc.organisation.queries import snapshot
from grc.supervision import conversation, follow_up, people
from grc.supervision.views import CaseFile, HandlingView


class Newest(NamedTuple):
    """How much of what grows with a case is read, from its end; None: all."""

    acts: int | None = None
    messages: int | None = None


ALL = Newest()


def case_file(
    actor: Actor, case: Case, locale: str, now: datetime | None = None, newest: Newest = ALL
) -> CaseFile:
    """The file of a case that this actor may read (see `cases.queries.case_for`), with the
    `newest` of its timeline and messages. Links name only cases the actor may know of."""
    first = leading(handlings := people.handlings(case.id, locale))
    links = follow_up.links(actor, case.id, at := now or clock.now())
    commune, territory = _place(case)
    return CaseFile(
        reference=case.reference,
        status=case.status,
        status_label=translate(status_label(case.status), locale),
        nature=case.nature,
        subject=case.subject,
        channel=case.channel,
        source=case.source,
        unit=first.unit if first else None,
        unit_name=first.unit_name if first else None,
        commune=case.commune,
        commune_name=commune,
        territory=case.territory,
        territory_name=territory,
        request_type=case.request_type,
        request_type_label=_type(case, locale),
        priority=case.priority,
        level=case.level,
        assignee=first.assignee if first else None,
        contacts=case.contacts,
        unread=case.unread,
        opened_at=case.opened_at,
        received_at=case.received_at,
        closed_at=case.closed_at,
        version=case.version,
        citizen=people.citizen(actor, case, locale, at),
        parties=people.parties(case.id),
        handlings=handlings,
        facts=people.facts(case.id),
        references=people.references(case.id),
        deadlines=people.deadlines(case.id, locale),
        messages=conversation.messages(case.id, newest.messages),
        notes=conversation.notes(case.id),
        letters=conversation.letters(case.id),
        routing=follow_up.routing(case.id, locale),
        links=links,
        tasks=follow_up.tasks(case.id),
        actions=follow_up.actions(case.id, locale),
        timeline=follow_up.timeline(
            case.id, locale, None if actor.is_machine else links, newest.acts
        ),
    )


def _type(case: Case, locale: str) -> str | None:
    kind = current_type(case.request_type) if case.request_type else None
    return kind.label(locale) if kind else case.request_type


def _place(case: Case) -> tuple[str | None, str | None]:
    known = snapshot()
    commune, territory = known.commune(case.commune or ""), known.territory(case.territory or "")
    return commune.name if commune else None, territory.name if territory else None


def leading(handlings: Iterable[HandlingView]) -> HandlingView | None:
    """The handling that speaks for the case: an open one if any, the oldest."""
    return min(handlings, key=lambda row: (not row.is_open, row.id), default=None)
