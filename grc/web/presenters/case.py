"""The page of a case from its file. See templates/cases/case.html for what it wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import url_for

from grc.cases.closest import Rank, rank
from grc.cases.models import Case
from grc.catalogue.files import NATURE_LABELS
from grc.core.actor import Actor
from grc.organisation.queries import snapshot as organisation
from grc.routing.queries import rule_at, rule_labels
from grc.staff.policy import Permission, allowed
from grc.supervision.case_file import Newest, case_file
from grc.supervision.views import (
    CaseFile,
    ContactView,
    DeadlineView,
    HandlingView,
    PartyView,
    RoutingView,
    TaskView,
)
from grc.web.filters import phone, spoken
from grc.web.present import locale
from grc.web.presenters import actions, labels, links, marks, rules, writing
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act
from grc.web.typography import printed
from grc.web.words import _
from grc.work import answering

_TOLD = 50  # events on the page; the rest on request
_SPOKEN = 150  # messages that came last: enough to find the last ones written among them
Thing = dict[str, Any]  # what a template reads; its shape is written at the template's top


@dataclass(frozen=True)
class Reading:
    """A case as one person reads it at one moment."""

    case: Case
    actor: Actor
    now: datetime
    whole_history: bool = False
    whole_talk: bool = False
    may_split: bool = False  # open another case from a message

    @cached_property
    def file(self) -> CaseFile:
        """Everything known of it, in the person's language."""
        acts = None if self.whole_history else _TOLD
        messages = None if self.whole_talk else _SPOKEN
        return case_file(self.actor, self.case, locale(), self.now, Newest(acts, messages))

    @cached_property
    def url(self) -> str:
        """The address of its page."""
        return case_url(self.file.reference)

    @cached_property
    def handling(self) -> HandlingView:
        """What this person's acts are about."""

        def _rank(row: HandlingView) -> Rank:
            return rank(
                self.actor, assignee_id=row.assignee_id, unit_id=row.unit_id, is_open=row.is_open
            )

        return min(self.file.handlings, key=_rank)

    @property
    def seen(self) -> str:
        """How many events there are: those beyond happened since."""
        return str(self.file.timeline[-1].number if self.file.timeline else 0)

    @cached_property
    def correspondent(self) -> PartyView | None:
        """The party we write to: one with an e-mail address if any."""
        writers = [party for party in self.file.parties if party.is_correspondent]
        by_mail = [party for party in writers if "@" in (party.contact or "")]
        return next(iter(by_mail or writers), None)

    @cached_property
    def road(self) -> answering.Road:
        """How a reply reaches the correspondent."""
        contact = self.correspondent.contact if self.correspondent else None
        return answering.road(self.case, contact if "@" in (contact or "") else None)

    @cached_property
    def papers(self) -> list[dict[str, Any]]:
        """The documents its type asks for."""
        return writing.documents(self.case)

    @cached_property
    def proposals(self) -> list[actions.Proposed]:
        """What the program proposes, or proposed and was dismissed; by its number."""
        return actions.proposed(self.case.id)

    @property
    def deadline(self) -> DeadlineView | None:
        """The next date still to be met."""
        return next((one for one in self.file.deadlines if one.met_at is None), None)


def case(reading: Reading, acts: Sequence[Act] = ()) -> Thing:
    """Everything about a case but its conversation."""
    file, handling, deadline = reading.file, reading.handling, reading.deadline
    due_on = deadline.due_on if deadline else handling.due_on
    return {
        "reference": file.reference,
        "subject": file.subject or _("Sans objet"),
        "url": reading.url,
        "received_at": file.received_at,
        "channel_label": marks.channel_label(file.channel),
        "channel_icon": marks.channel_icon(file.channel),
        "for_whom": for_whom(reading),
        "status_label": marks.status_label(file.status),
        "status_tone": marks.status_tone(file.status),
        "urgency": marks.urgency(file.status, due_on, reading.now),
        "due_on": due_on if handling.is_open else None,
        "due_why": _why(deadline.reasons) if deadline else None,
        "unit": unit_name(handling),
        "assignee": handling.assignee_name,
        "priority": marks.priority(file.priority),
        "level_label": marks.level_label(file.level),
        "contact_rank": file.contacts,
        "words_to_read": reading.case.words_to_read,
        "version": handling.version,
        "seen": reading.seen,
        "acts": acts,
        "handlings": [links.handling(row, reading, writes=bool(acts)) for row in file.handlings],
        "request_type": file.request_type_label,
        "nature": _(NATURE_LABELS.get(file.nature, file.nature)),
        "facts": [labels.fact(fact) for fact in file.facts],
        "documents": reading.papers,
        "references": file.references,
        "parties": [_party(party) for party in file.parties],
        "citizen": _citizen(reading, writes=bool(acts)),
        **actions.all_of(
            file.actions,
            reading.proposals if acts else [],
            actions.Where(reading.url, reading.now, writes=bool(acts)),
        ),
        "tasks": [
            _task(task, reading, writes=bool(acts)) for task in file.tasks if task.done_at is None
        ],
        "links": [links.link(link, reading, writes=bool(acts)) for link in file.links],
        "repeats": links.repeats(reading) if acts and handling.is_open else [],
        "timeline": list(reversed(events(reading))),
        "events": int(reading.seen),
        "history_url": f"{reading.url}?historique=1#historique",
    }


def unit_name(handling: HandlingView) -> str:
    """The short name of the unit in charge."""
    return organisation().unit_by_id(handling.unit_id).short_name


def _why(reasons: Iterable[str]) -> str:
    return ", ".join(spoken(printed(one)) for one in reasons)


def for_whom(reading: Reading) -> str:
    """Who the case is about, in a few words."""
    party = reading.correspondent
    known = reading.file.citizen.name
    if party is None:
        return known or _("usager inconnu")
    return known or party.organisation or party.name or party.contact or _("usager inconnu")


def _party(party: PartyView) -> Thing:
    return {
        "role_label": _(labels.ROLES.get(party.role, party.role)),
        "name": party.organisation or party.name or party.contact or _("Nom inconnu"),
    }


def _citizen(reading: Reading, *, writes: bool) -> Thing | None:
    citizen, party = reading.file.citizen, reading.correspondent
    if citizen.id is None and party is None:
        return None
    points = [_point(point) for point in citizen.contact_points]
    if not points and party and party.contact:
        icon = "mail" if "@" in party.contact else "phone"
        points = [{"icon": icon, "label": phone(party.contact), "warning": None}]
    proposed = citizen.match == "proposed" and writes
    return {
        "name": for_whom(reading),
        "url": f"/usagers/{citizen.reference}" if citizen.reference else None,
        "birth": labels.birth(citizen),
        "contact_points": points,
        "match_words": _(" ; ").join(map(printed, citizen.reasons)),
        "choose_url": f"{reading.url}/usager" if proposed else None,
    }


def _point(point: ContactView) -> Thing:
    icon = {"email": "mail", "phone": "phone"}.get(point.kind, "place")
    shown = phone(point.value) if point.kind == "phone" else point.value
    cares = (
        (point.safe is False, _("pas sûr")),
        (point.do_not_call, _("ne pas appeler")),
        (point.do_not_write, _("ne pas écrire")),
        (point.leave_no_message, _("ne pas laisser de message")),
    )
    warning = ", ".join(words for applies, words in cares if applies)
    return {"icon": icon, "label": shown, "warning": warning or None}


def _task(task: TaskView, reading: Reading, *, writes: bool) -> Thing:
    done = Act(_("Fait"), f"{reading.url}/taches/{task.number}/faite", "post", icon="check")
    return {
        "label": _(labels.TASKS.get(task.kind, task.kind)),
        "detail": phone(task.detail) if task.detail.startswith("+") else task.detail,
        "act": done if writes else None,
    }


def events(reading: Reading, after: int = 0) -> list[Thing]:
    """What is told of what happened beyond the first `after` events, oldest first."""
    return [
        {
            "at": act.at,
            "actor": printed(act.actor_name),
            "sentence": printed(act.sentence),
            "remark": act.remark,
        }
        for act in reading.file.timeline
        if act.number > after
    ]


def routing(reading: Reading) -> Thing | None:
    """Where the case went and why, and why not elsewhere."""
    if not reading.file.routing:
        return None
    decision = reading.file.routing[0]
    names = rule_labels()
    return {
        "sentence": _sentence(decision, to_route=reading.handling.to_route),
        "rule": _rule(decision),
        "told": _told(decision),
        "rules_url": _rules_url(decision, reading.actor),
        "reasons": [*map(printed, decision.reasons), *filter(None, [decision.remark])],
        "rejected": [
            {"rule": names.get(code, code), "because": printed(why)}
            for code, why in decision.rejected
        ],
    }


def _rule(decision: RoutingView) -> str | None:
    if not decision.version:
        return None
    return _("%(rule)s (version %(n)s)", rule=decision.label, n=decision.version)


def _told(decision: RoutingView) -> str | None:
    """What the rule said in the version that decided."""
    found = rule_at(decision.rule, decision.version) if decision.version else None
    return rules.told(found, rules.names()) if found else None


def _rules_url(decision: RoutingView, actor: Actor) -> str | None:
    if not decision.version or not allowed(actor, Permission.ROUTING_RULES):
        return None
    return url_for("rules.page", regle=decision.rule, _anchor=f"r-{decision.rule}")


def _sentence(decision: RoutingView, *, to_route: bool) -> str:
    unit = organisation().unit(decision.unit).short_name
    why = _(" ; ").join(map(printed, decision.reasons[:2]))
    if to_route:
        return _("À affecter, placée à %(unit)s : %(why)s.", unit=unit, why=why)
    return _("Affectée à %(unit)s : %(why)s.", unit=unit, why=why)
