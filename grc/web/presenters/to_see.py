"""What needs a person, in words, ready for templates/to_see/page.html."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask import url_for

from grc.cases.models import Case
from grc.cases.seen import lists
from grc.core import stuck
from grc.core.actor import Actor
from grc.core.seals import Seal
from grc.core.stuck import Stuck
from grc.danger import queries as alerts
from grc.danger.queries import Waiting
from grc.intake import quarantine
from grc.jobs.runner import KNOWN
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission, allowed
from grc.web.danger import answer
from grc.web.filters import phone
from grc.web.intake import reason
from grc.web.presenters import labels
from grc.web.presenters.health import SLOW, STEPS
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act, Target
from grc.web.words import _, ngettext
from grc.work import call_backs
from grc.work import queries as work
from grc.work.models import Task
from grc.work.sending_again import KIND

KEY = "1"  # answers in the row where one is
MOST = 20  # of a kind: the rest is on its own page
DAY = timedelta(days=1)
SEAL = Seal("grc-to-see")
UNSENT = frozenset({KIND, "bounced", "letter_refused"})  # tasks about what did not arrive
# The others are told as items to examine, or as tasks.
RETRIED = KNOWN - {"understand", "split", "send"}


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
    if allowed(actor, Permission.HEALTH):
        found += [*_tasks(actor, now), _calls(actor, now), _items(actor), *_steps(now)]
    return [section for section in found if section.lines]


def _alerts(actor: Actor, now: datetime) -> Section:
    lines = [_alert(one, actor) for one in alerts.listed(actor, now)]
    roster = Target(_("Tableau d’astreinte"), url_for("duty.page"))
    more = roster if allowed(actor, Permission.DUTY) else None
    return Section(_("Dangers auxquels personne n’a répondu"), "alert", lines, more)


def _alert(one: Waiting, actor: Actor) -> Line:
    alert, unit = one.alert, organisation().unit_by_id(one.alert.unit_id)
    rung = _rung(alert.alarms)
    nobody = _("personne n’est d’astreinte")
    mine = alerts.answers(actor, one)
    if one.case:
        lists(one.case.id, one.case.level)
    return Line(
        what=(one.case.subject or one.case.reference) if one.case else _("Un danger a été signalé"),
        kept=f"{rung}, {nobody}" if alert.unanswered else rung,
        since=alert.raised_at,
        url=case_url(one.case.reference) if one.case else None,
        where=unit.short_name,
        tone="late",
        acts=(replace(answer(alert.id), key=KEY),) if mine else (),
    )


def _rung(times: int) -> str:
    if not times:
        return _("L’alarme va sonner")
    return ngettext("L’alarme a sonné %(num)s fois", "L’alarme a sonné %(num)s fois", times)


def _tasks(actor: Actor, now: datetime) -> list[Section]:
    """Of the cases this person reads: what nobody told her, and messages that did not arrive."""
    found = work.tasks(actor, now, limit=MOST)
    told = [_told(task, case) for task, case in found if task.kind not in UNSENT]
    unsent = [_sending(task, case) for task, case in found if task.kind in UNSENT]
    return [
        Section(_("À savoir"), "eye", told),
        Section(_("Envois en échec"), "send", unsent),
    ]


def _told(task: Task, case: Case) -> Line:
    lists(case.id, case.level)
    return Line(
        what=_(labels.TASKS.get(task.kind, task.kind)),
        kept=task.detail or case.subject or case.reference,
        since=task.due_at,
        url=case_url(case.reference),
        where=organisation().unit_by_id(task.unit_id).short_name,
    )


def _sending(task: Task, case: Case) -> Line:
    again = Act(_("Renvoyer"), url_for("to_see.send_again"), "post", "send", KEY,
                fields={"task": SEAL.close(task.id)})  # fmt: skip
    lists(case.id, case.level)
    return Line(
        what=_(labels.TASKS.get(task.kind, task.kind)),
        kept=_("Le texte est gardé : %(subject)s", subject=case.subject or case.reference),
        since=task.due_at,
        url=case_url(case.reference),
        where=organisation().unit_by_id(task.unit_id).short_name,
        acts=(again,) if task.kind == KIND else (),
    )


def _calls(actor: Actor, now: datetime) -> Section:
    """Those who have waited for a call for more than a day."""
    page = url_for("call_backs.page")
    late = [row for row in call_backs.listed(actor, now, MOST) if now - row[0].due_at > DAY]
    for case in (case for _task, _calls, case in late if case):
        lists(case.id, case.level)
    lines = [
        Line(
            what=phone(calls.number) if calls.number else _("Numéro inconnu"),
            kept=_("La personne attend toujours qu’on la rappelle"),
            since=task.due_at,
            url=page,
            where=organisation().unit_by_id(task.unit_id).short_name,
            acts=(Act(_("Rappeler"), page, icon="phone", key=KEY),),
        )
        for task, calls, _case in late
    ]
    return Section(_("Rappels en retard"), "phone", lines, Target(_("Tous les rappels"), page))


def _items(actor: Actor) -> Section:
    """What was received and not understood."""
    if not allowed(actor, Permission.QUARANTINE):
        return Section(_("À examiner"), "examine")
    lines = [
        Line(
            what=reason(item),
            kept=_("L’original est gardé : %(reference)s", reference=item.reference),
            since=item.stored_at,
            url=url_for("intake.item", reference=item.reference),
            where=item.source,
            acts=(_read_again(item.reference),),
        )
        for item in quarantine.waiting(actor, limit=MOST)
    ]
    more = Target(_("Tout ce qui est à examiner"), url_for("intake.quarantine"))
    return Section(_("À examiner"), "examine", lines, more)


def _read_again(reference: str) -> Act:
    url = url_for("intake.retry", reference=reference)
    return Act(_("Relire"), url, "post", "undo", KEY)


def _steps(now: datetime) -> list[Section]:
    """Work of the program itself: its name and how much, nothing of any case."""
    failed = [_failed(one) for one in stuck.failed(RETRIED)]
    late = [_late(one) for one in stuck.late(now - SLOW)]
    health = Target(_("Réception"), url_for("intake.health"))
    return [
        Section(_("Étapes bloquées"), "pulse", failed, health),
        Section(_("Étapes en retard"), "hourglass", late, health),
    ]


def step_name(name: str) -> str:
    """What a step is called on screens."""
    return STEPS[name]() if name in STEPS else name


def _failed(one: Stuck) -> Line:
    again = Act(_("Relancer"), url_for("to_see.retry"), "post", "undo", KEY,
                fields={"step": one.name})  # fmt: skip
    stop = url_for("to_see.abandon", step=one.name)
    return Line(
        what=ngettext(
            "%(name)s : %(num)s étape en échec",
            "%(name)s : %(num)s étapes en échec",
            one.number,
            name=step_name(one.name),
        ),
        kept=_("Rien n’est perdu : ce qui était à faire est gardé, et peut être relancé."),
        since=one.since,
        acts=(again, Act(_("Abandonner"), stop, icon="close", kind="quiet", modal=True)),
    )


def _late(one: Stuck) -> Line:
    return Line(
        what=ngettext(
            "%(name)s : %(num)s étape attend",
            "%(name)s : %(num)s étapes attendent",
            one.number,
            name=step_name(one.name),
        ),
        kept=_("Elles se feront d’elles-mêmes : le travail de fond tourne-t-il ?"),
        since=one.since,
    )
