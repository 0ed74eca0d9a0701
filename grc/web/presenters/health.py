"""Reception at a glance: what arrived, what became of it, what waits or failed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case as when
from sqlalchemy import func, select

from grc.core.clock import paris_date
from grc.core.db import session
from grc.core.steps import Step
from grc.intake import quarantine
from grc.intake.models import Item, Received
from grc.outbox.models import Outgoing
from grc.web.filters import ago
from grc.web.presenters import marks
from grc.web.words import _

DAYS = 7
SLOW = timedelta(minutes=5)
STEPS = {
    "understand": lambda: _("Comprendre"),
    "route": lambda: _("Affecter"),
    "acknowledge": lambda: _("Accuser l’enregistrement"),
    "send": lambda: _("Envoyer"),
    "tell_unit": lambda: _("Prévenir le service"),
    "plan_closing": lambda: _("Prévoir la clôture"),
    "close": lambda: _("Clore"),
}
Thing = dict[str, Any]


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
    }


def _figures(now: datetime, sources: list[Thing]) -> list[Thing]:
    waiting, oldest = quarantine.ages()
    gap = sum(int(source["gap"]) for source in sources)
    failed = session().scalar(
        select(func.count()).where(Outgoing.status.in_(("failed", "bounced")))
    )
    late = oldest is not None and now - oldest > timedelta(days=3)
    return [
        _figure(
            _("À examiner"),
            waiting,
            _("le plus ancien : %(age)s", age=ago(oldest)) if oldest else _("rien n’attend"),
            "late" if late else "soon" if waiting else "fine",
        ),
        _figure(
            _("Écart"),
            gap,
            _("des éléments ont disparu") if gap else _("tout a une suite"),
            "late" if gap else "fine",
        ),
        _figure(
            _("Envois en échec"),
            failed or 0,
            _("à reprendre par les services") if failed else _("tout est parti"),
            "late" if failed else "fine",
        ),
    ]


def _figure(label: str, value: int, words: str, tone: str) -> Thing:
    return {"label": label, "value": str(value), "words": words, "tone": tone}


def _sources(now: datetime) -> list[Thing]:
    counted = _received(now)
    outcomes = select(
        Item.channel, Item.source, Item.outcome, func.count(), func.max(Item.stored_at)
    )
    found: dict[tuple[str, str], Thing] = {}
    for channel, source, outcome, count, last in session().execute(
        outcomes.group_by(Item.channel, Item.source, Item.outcome)
    ):
        line = found.setdefault((channel, source), {"last": last, "ledger": 0})
        line[outcome] = count
        line["ledger"] += count
        line["last"] = max(line["last"], last)
    return [_source(*key, found.get(key, {}), counted.get(key, (0, 0)))
            for key in sorted(set(found) | set(counted))]  # fmt: skip


def _received(now: datetime) -> dict[tuple[str, str], tuple[int, int]]:
    """(received in all, received in the last days) by source."""
    lately = when(
        (Received.on_date > paris_date(now) - timedelta(days=DAYS), Received.count), else_=0
    )
    query = select(
        Received.channel, Received.source, func.sum(Received.count), func.sum(lately)
    ).group_by(Received.channel, Received.source)
    return {(row[0], row[1]): (int(row[2]), int(row[3])) for row in session().execute(query)}


def _source(channel: str, source: str, line: Thing, counted: tuple[int, int]) -> Thing:
    gap = counted[0] - int(line.get("ledger", 0))
    stuck = int(line.get("quarantined", 0))
    tone = "late" if gap else "soon" if stuck else "fine"
    words = _("écart") if gap else _("à examiner") if stuck else _("à jour")
    names = ("opened", "appended", "duplicate", "discarded", "quarantined", "waiting")
    return {
        "name": source,
        "channel_label": marks.channel_label(channel),
        "channel_icon": marks.channel_icon(channel),
        "last_received_at": line.get("last"),
        "received": counted[0],
        "lately": counted[1],
        "gap": gap,
        "tone": tone,
        "state_words": words,
        **{name: line.get(name, 0) for name in names},
    }


def _steps(now: datetime) -> list[Thing]:
    late = (Step.failed_at.is_(None)) & (Step.done_at.is_(None)) & (Step.due_at <= now)
    query = (
        select(
            Step.name,
            func.sum(when((late, 1), else_=0)),
            func.min(when((late, Step.due_at), else_=None)),
            func.sum(when((Step.failed_at.is_not(None), 1), else_=0)),
        )
        .where(Step.done_at.is_(None))
        .group_by(Step.name)
    )
    found = {row[0]: row for row in session().execute(query)}
    return [_step(name, found.get(name), now) for name in STEPS]


def _step(name: str, row: Any, now: datetime) -> Thing:
    waiting, oldest, failed = (int(row[1] or 0), row[2], int(row[3] or 0)) if row else (0, None, 0)
    slow = oldest is not None and now - oldest > SLOW
    tone = "late" if failed else "soon" if slow else "fine"
    words = _("en échec") if failed else _("en retard") if slow else _("à jour")
    return {
        "label": STEPS[name](),
        "waiting": waiting,
        "oldest_at": oldest,
        "failed": failed,
        "tone": tone,
        "state_words": words,
    }
