"""Recovery actions of a case, and where rights stand, in words."""

from datetime import datetime
from typing import Any

from grc.recovery.amounts import euros
from grc.recovery.catalogue import ORGANISMS
from grc.recovery.rights import FAMILY
from grc.supervision.views import ActionView
from grc.web.filters import day
from grc.web.presenters import marks
from grc.web.typography import printed
from grc.web.words import _

Thing = dict[str, Any]


def shown(action: ActionView, case_url: str, now: datetime) -> Thing:
    """An action of a case, ready for templates/cases/_facts.html."""
    if action.family == FAMILY:
        return _right(action, case_url, now)
    line: Thing = {"label": printed(action.label), "tone": "fine", "url": None}
    if action.done_on:
        day_ = day(action.done_on)
        words = _("faite %(day)s, %(result)s", day=day_, result=action.result_label)
        return line | {"words": words}
    words = _("promise pour %(day)s, %(who)s", day=day(action.promised_on), who=action.owner)
    tone = marks.urgency("received", action.promised_on, now)
    return line | {"words": words, "tone": tone, "url": f"{case_url}/suivi/{action.number}"}


def _right(action: ActionView, case_url: str, now: datetime) -> Thing:
    """Where a right stands; it can always be said anew."""
    day_ = day(action.done_on or action.asked_on or action.promised_on)
    parts = [action.result_label or _("demandé"), day_]
    if action.amount_cents is not None:
        parts.append(_("%(amount)s par mois", amount=euros(action.amount_cents)))
    waits = action.done_on is None
    return {
        "label": f"{printed(action.label)} · {_(ORGANISMS.get(action.organism or '', ''))}",
        "words": ", ".join(parts),
        "tone": marks.urgency("received", action.promised_on, now) if waits else "fine",
        "url": f"{case_url}/suivi/{action.number}",
    }
