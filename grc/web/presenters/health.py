"""Reception at a glance: what arrived, what became of it, what waits or failed."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from grc.core.backlog import Backlog, backlog
from grc.core.clock import paris_date
from grc.intake import quarantine
from grc.intake import queries as intake
from grc.intake.reconcile import SourceReport, counts
from grc.organisation.queries import snapshot as organisation
from grc.outbox import queries as outbox
from grc.web.filters import ago
from grc.web.presenters import marks
from grc.web.words import _, say
from grc.webhooks import service as webhooks
from grc.webhooks.models import Webhook

DAYS = 7
SLOW = timedelta(minutes=5)
STEPS = {
    "understand": lambda: _("Comprendre"),
    "split": lambda: _("Découper"),
    "route": lambda: _("Affecter"),
    "redate": lambda: _("Recalculer l’échéance"),
    "acknowledge": lambda: _("Accuser l’enregistrement"),
    "send": lambda: _("Envoyer"),
    "deliver": lambda: _("Annoncer aux programmes"),
    "tell_unit": lambda: _("Prévenir le service"),
    "tell_heirs": lambda: _("Prévenir qui hérite d’une demande"),
    "plan_closing": lambda: _("Prévoir la clôture"),
    "close": lambda: _("Clore"),
    "hand_over": lambda: _("Transmettre un danger"),
    "alarm": lambda: _("Sonner l’alarme"),
    "notify": lambda: _("Prévenir un agent"),
}
UNVISITED = timedelta(hours=1)  # whoever fetches comes by each minute
Thing = dict[str, Any]


class Visit(NamedTuple):
    """How a mailbox that is fetched fares."""

    tone: str
    words: str


def health(now: datetime) -> Thing:
    """The context of templates/intake/health.html."""
    sources, steps = _sources(now), _steps(now)
    return {
        "page": {
            "title": _("Réception"),
            "summary": _("Ce qui arrive, et ce qui attend une suite"),
        },
        "figures": _figures(now, sources),
        "sources": sources,
        "steps": steps,
        "webhooks": _webhooks(),
    }


def _figures(now: datetime, sources: list[Thing]) -> list[Thing]:
    waiting, oldest = quarantine.ages()
    gap = sum(int(source["gap"]) for source in sources)
    failed = outbox.failed()
    late = oldest is not None and now - oldest > timedelta(days=3)
    return [
        _figure(
            _("À examiner"),
            waiting,
            _("le plus ancien : %(age)s", age=ago(oldest)) if oldest else _("rien n’attend"),
            "late" if late else "soon" if waiting else "fine",
        ),
        _figure(
            _("Écart en 7 jours"),
            gap,
            _("des éléments ont disparu") if gap else _("tout a une suite"),
            "late" if gap else "fine",
        ),
        _figure(
            _("Envois en échec"),
            failed,
            _("à reprendre par les services") if failed else _("tout est parti"),
            "late" if failed else "fine",
        ),
    ]


def _figure(label: str, value: int, words: str, tone: str) -> Thing:
    return {"label": label, "value": str(value), "words": words, "tone": tone}


def _sources(now: datetime) -> list[Thing]:
    """Every source, even silent: what it delivered lately and what became of it."""
    since = paris_date(now - timedelta(days=DAYS))
    lately = {(one.channel, one.source): one for one in counts(since)}
    last_days, stuck, visits = intake.sources(), intake.in_quarantine(), _visits(now)
    return [
        _source(
            lately.get(key) or SourceReport(*key),
            last_days.get(key),
            stuck.get(key, 0),
            visits.get(key),
        )
        for key in sorted({*last_days, *lately, *stuck, *visits})
    ]


def _visits(now: datetime) -> dict[tuple[str, str], Visit]:
    """How each mailbox that is fetched fares: its tone and words."""
    visits = intake.last_visits()
    fetched = (key for key, box in organisation().mailboxes.items() if box.fetched_from)
    return {key: _visit(visits.get(key), now) for key in fetched}


def _visit(visit: intake.LastVisit | None, now: datetime) -> Visit:
    last = visit.succeeded_at if visit else None
    tone = "late" if last is None or now - last > UNVISITED else "fine"
    if visit is not None and visit.problem is not None:
        words = _("relève en échec : %(why)s", why=say(visit.problem))
        return Visit("soon" if tone == "fine" else tone, words)
    return Visit(tone, _("relevée %(age)s", age=ago(last)) if last else _("jamais relevée"))


def _source(lately: SourceReport, last_day: date | None, stuck: int, visit: Visit | None) -> Thing:
    tone, words = _state(lately.gap, stuck, visit.tone if visit else "fine")
    names = ("opened", "appended", "duplicate", "discarded")
    return {
        "name": lately.source,
        "channel_label": marks.channel_label(lately.channel),
        "channel_icon": marks.channel_icon(lately.channel),
        "last_received_at": lately.last,
        "last_day": last_day,
        "received": lately.received,
        "quarantined": stuck,
        "gap": lately.gap,
        "tone": tone,
        "state_words": words,
        "visit_words": visit.words if visit else "",
        **{name: lately.outcomes[name] for name in names},
    }


def _state(gap: int, stuck: int, visited: str) -> tuple[str, str]:
    """The worst that can be said of a source, first."""
    if gap:
        return "late", _("écart")
    if visited != "fine":
        return visited, _("à relever")
    return ("soon", _("à examiner")) if stuck else ("fine", _("à jour"))


def _steps(now: datetime) -> list[Thing]:
    found = backlog(now)
    return [_step(name, found.get(name, Backlog()), now) for name in STEPS]


def _step(name: str, row: Backlog, now: datetime) -> Thing:
    slow = row.oldest_at is not None and now - row.oldest_at > SLOW
    tone = "late" if row.failed else "soon" if slow else "fine"
    words = _("en échec") if row.failed else _("en retard") if slow else _("à jour")
    return {
        "label": STEPS[name](),
        "waiting": row.waiting,
        "oldest_at": row.oldest_at,
        "failed": row.failed,
        "tone": tone,
        "state_words": words,
    }


def _webhooks() -> list[Thing]:
    """The programs that are told of events, and whether they take it."""
    return [_webhook(one, waiting) for one, waiting in webhooks.faring()]


def _webhook(one: Webhook, waiting: int) -> Thing:
    failing = one.failing_since is not None
    words = _("coupé") if one.off_at else _("en échec") if failing else _("à jour")
    return {
        "name": one.name,
        "waiting": waiting,
        "since": one.failing_since or one.off_at,
        "tone": "late" if one.off_at else "soon" if failing else "fine",
        "state_words": words,
    }
