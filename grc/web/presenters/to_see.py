"""What needs a person, in words, ready for templates/to_see/page.html."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from grc.core.actor import Actor
from grc.danger import queries as alerts
from grc.danger.queries import Waiting
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission, allowed
from grc.web.danger import answer
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act, Target
from grc.web.words import _, ngettext


@dataclass(frozen=True)
class Line:
    """One thing: `what` happened, what was `kept`, and what may be done."""

    what: str
    kept: str
    since: datetime
    url: str | None = None
    where: str = ""
    tone: str = "soon"
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Section:
    """The things of one kind, the oldest first; `more` leads to their own list."""

    title: str
    icon: str
    lines: list[Line] = field(default_factory=list)
    more: Target | None = None


def sections(actor: Actor, now: datetime) -> list[Section]:
    """Those that have something, dangers first."""
    found = [_alerts(actor, now)]
    return [section for section in found if section.lines]


def _alerts(actor: Actor, now: datetime) -> Section:
    lines = [_alert(one, actor) for one in alerts.listed(actor, now)]
    roster = Target(_("Tableau d’astreinte"), url_for("duty.page"))
    more = roster if allowed(actor, Permission.DUTY) else None
    return Section(_("Dangers auxquels personne n’a répondu"), "alert", lines, more)


def _alert(one: Waiting, actor: Actor) -> Line:
    alert, unit = one.alert, organisation().unit_by_id(one.alert.unit_id)
    rung = ngettext("L’alarme a sonné %(num)s fois", "L’alarme a sonné %(num)s fois", alert.alarms)
    nobody = _("personne n’est d’astreinte")
    return Line(
        what=(one.case.subject or one.case.reference) if one.case else _("Un danger a été signalé"),
        kept=f"{rung}, {nobody}" if alert.unanswered else rung,
        since=alert.raised_at,
        url=case_url(one.case.reference) if one.case else None,
        where=unit.short_name,
        tone="late",
        acts=(answer(alert.id),) if alerts.answers(actor, one) else (),
    )
