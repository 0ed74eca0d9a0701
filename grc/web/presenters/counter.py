"""The waiting room, ready for templates/counter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for

from grc.appointments.models import Appointment, Visit
from grc.appointments.queries import Room
from grc.appointments.visits import LONGEST_NAME
from grc.appointments.words import KINDS, RECEIVED, RESULTS, STATES, Result, State
from grc.core.audit import AuditRow, sentence
from grc.core.clock import paris_date
from grc.core.errors import InvalidInput
from grc.organisation.queries import SiteView
from grc.organisation.queries import snapshot as organisation
from grc.web.filters import at_clock, day
from grc.web.present import locale, now
from grc.web.presenters.things import Act
from grc.web.words import _, ngettext, say

LONG = 30  # minutes: whoever waits longer is shown so


@dataclass(frozen=True)
class Line:
    """A visit. `acts` are what may be done now; `about` says why she came."""

    reference: str
    url: str
    name: str
    about: str
    wait: str
    tone: str
    kind: str
    is_expected: bool
    arrived_at: datetime
    agent: str | None
    is_mine: bool
    is_received: bool
    result: str | None
    acts: tuple[Act, ...] = ()
    results: tuple[Act, ...] = ()
    interview: Act | None = None


@dataclass(frozen=True)
class Waiting:
    """The three lists and the words above them."""

    waiting: Sequence[Line]
    under_way: Sequence[Line]
    ended: Sequence[Line]
    summary: str
    call_next: Act | None


def sites(own: Sequence[SiteView], chosen: SiteView | None) -> list[dict[str, Any]]:
    """The sites to choose from; none when there is no choice."""
    if len(own) == 1:
        return []
    return [
        {"value": one.code, "label": one.name, "selected": chosen is not None and one == chosen}
        for one in own
    ]


def arrival() -> dict[str, Any]:
    """What is asked of somebody who comes."""
    reasons = organisation().visit_reasons.values()
    return {
        "url": url_for("counter.arrive"),
        "longest": LONGEST_NAME,
        "kinds": [(code, _(label)) for code, label in KINDS.items()],
        "reasons": [(one.code, one.label(locale())) for one in reasons if one.is_active],
    }


def room(found: Room, user_id: int) -> Waiting:
    """The lists; keys of one letter act for the person she has called first."""
    mine = [visit for visit in found.under_way if visit.called_by == user_id]
    first = mine[0].id if mine else None
    call = Act(_("Appeler la suivante"), url_for("counter.call_next"), "post", "user", "n")
    return Waiting(
        waiting=[line(visit, found.agents, user_id) for visit in found.waiting],
        under_way=[
            line(visit, found.agents, user_id, keys=visit.id == first)
            for visit in sorted(found.under_way, key=lambda one: one.called_by != user_id)
        ],
        ended=[
            line(visit, found.agents, user_id, keys=not number)
            for number, visit in enumerate(found.ended)
        ],
        summary=_summary(found),
        call_next=call if found.waiting else None,
    )


def line(visit: Visit, agents: Mapping[int, str], user_id: int, *, keys: bool = False) -> Line:
    """One visit; `keys`: its acts have keys that work from anywhere on the page."""
    minutes = _minutes(visit)
    waits = visit.called_at is None and visit.ended_at is None
    return Line(
        reference=visit.reference,
        url=url_for("counter.visit", reference=visit.reference),
        name=visit.name or _("Sans nom"),
        about=about(visit),
        wait=_("%(minutes)s min", minutes=minutes),
        tone="soon" if waits and minutes >= LONG else "none",
        kind=_(KINDS[visit.kind]),
        is_expected=visit.is_expected,
        arrived_at=visit.arrived_at,
        agent=agents.get(visit.called_by or 0),
        is_mine=visit.called_by == user_id,
        is_received=visit.started_at is not None,
        result=_(RESULTS[visit.result]) if visit.result else None,
        acts=tuple(_acts(visit, keys)),
        results=tuple(_results(visit, keys)),
        interview=_interview(visit, keys),
    )


def about(visit: Visit) -> str:
    """Why she came, as chosen from the list."""
    reason = organisation().visit_reasons.get(visit.reason or "")
    parts = [_(KINDS[visit.kind]), reason.label(locale()) if reason else ""]
    return " · ".join(filter(None, parts))


def history(rows: Sequence[AuditRow]) -> list[dict[str, Any]]:
    """What was done, for the macro of timelines."""
    return [
        {"at": row.at, "actor": row.actor, "sentence": say(sentence(row)), "remark": None}
        for row in rows
    ]


@dataclass(frozen=True)
class Moment:
    """An appointment; `recover_url` where an action is promised when it was missed."""

    reference: str
    at: str
    name: str
    about: str
    state: str
    tone: str
    case: str | None
    recover_url: str | None
    acts: tuple[Act, ...]


def agenda(found: Sequence[tuple[Appointment, str | None]]) -> list[Moment]:
    """Appointments and the references of their cases."""
    return [_moment(appointment, case) for appointment, case in found]


def on_closed_days(found: Sequence[tuple[Appointment, str | None]]) -> list[Moment]:
    """The same with their days: the people are told, and the appointment is cancelled."""
    return [_on_its_day(_moment(one, case), day(one.starts_at)) for one, case in found]


def _on_its_day(one: Moment, on: str) -> Moment:
    return replace(one, about=" · ".join(filter(None, [on, one.about])))


def _moment(one: Appointment, case: str | None) -> Moment:
    missed = case is not None and one.state == State.NO_SHOW
    reason = organisation().visit_reasons.get(one.reason or "")
    about = filter(None, [one.host, reason.label(locale()) if reason else ""])
    return Moment(
        reference=one.reference,
        at=at_clock(one.starts_at),
        name=one.name or _("Sans nom"),
        about=" · ".join(about),
        state=_(STATES[one.state]),
        tone=_TONES.get(one.state, "none"),
        case=case,
        recover_url=f"/demandes/{case}/suivi?code=missed_appointment" if missed else None,
        acts=tuple(_moment_acts(one)),
    )


_TONES: Mapping[str, str] = {
    State.ARRIVED: "waiting",
    State.HONOURED: "fine",
    State.NO_SHOW: "late",
}


def _moment_acts(one: Appointment) -> Iterator[Act]:
    def act(name: str, label: str, key: str | None = None, kind: str = "quiet") -> Act:
        url = url_for("agenda.change", reference=one.reference, act=name)
        return Act(label, url, "post", None, key, kind)

    if one.state == State.TO_COME:
        if paris_date(one.starts_at) <= paris_date(now()):
            yield act("arrivee", _("Arrivée"), "p", "plain")
        if one.starts_at < now():
            yield act("absente", _("Absente"), "b")
        yield act("excusee", _("Excusée"), "x")
        yield act("annule", _("Annulé"))
    elif one.state in (State.EXCUSED, State.CANCELLED, State.NO_SHOW):
        yield act("a-venir", _("Remettre à venir"))


def planning(given: Mapping[str, str], refused: InvalidInput | None) -> dict[str, Any]:
    """The form of a new appointment, as it was typed."""
    names = ("name", "on", "at", "minutes", "host", "reason", "case")
    first = {"on": paris_date(now()).isoformat(), "minutes": "30"}
    return {
        "values": {name: given.get(name, first.get(name, "")) for name in names},
        "problem": say(refused.text) if refused else None,
        "field": refused.field if refused else None,
        "reasons": arrival()["reasons"],
    }


def _minutes(visit: Visit) -> int:
    until = visit.called_at or visit.ended_at or now()
    return max(0, int((until - visit.arrived_at).total_seconds() // 60))


def _acts(visit: Visit, keys: bool) -> list[Act]:
    if visit.ended_at is not None:
        is_today = visit.on_date == paris_date(now())
        return [_act(visit, "rouvrir", _("Rouvrir"), "undo", "z", keys)] if is_today else []
    if visit.called_at is None:
        left = {"result": str(Result.LEFT)}
        return [
            _act(visit, "appeler", _("Appeler"), "user", "t", True),
            _act(visit, "terminer", _("Partie"), "close", "x", True, left, "quiet"),
        ]
    if visit.started_at is not None:
        return []
    absent = _act(visit, "absente", _("Absente"), "undo", "b", keys, kind="quiet")
    return [_act(visit, "recevoir", _("Reçue"), "check", "r", keys, kind="primary"), absent]


def _results(visit: Visit, keys: bool) -> list[Act]:
    if visit.ended_at is not None or visit.called_at is None:
        return []
    return [
        _act(visit, "terminer", _(RESULTS[code]), None, str(number), keys, {"result": str(code)})
        for number, code in enumerate(RECEIVED, 1)
    ]


def _interview(visit: Visit, keys: bool) -> Act | None:
    if visit.ended_at is not None or visit.called_at is None:
        return None
    url = url_for("interview.look_up", visite=visit.reference)
    kind = "primary" if visit.started_at is not None else "plain"
    return Act(_("Entretien"), url, icon="form", key="e" if keys else None, kind=kind)


def _act(
    visit: Visit,
    act: str,
    label: str,
    icon: str | None,
    key: str,
    keys: bool,
    fields: Mapping[str, str] | None = None,
    kind: str = "plain",
) -> Act:
    url = url_for("counter.change", reference=visit.reference, act=act)
    return Act(label, url, "post", icon, key if keys else None, kind, fields=fields or {})


def _summary(found: Room) -> str:
    waiting, ended = len(found.waiting), len(found.ended)
    waits = ngettext("%(num)s personne attend", "%(num)s personnes attendent", waiting)
    done = ngettext(
        "%(num)s visite terminée aujourd’hui", "%(num)s visites terminées aujourd’hui", ended
    )
    return f"{waits} · {done}"
