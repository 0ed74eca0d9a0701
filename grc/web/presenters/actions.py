"""Recovery actions of a case, and where rights stand, in words."""

from collections.abc import Sequence
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


_ICONS = {"checked": "eye", "obtained": "check", "refused": "close"}


def both(found: Sequence[ActionView], case_url: str, now: datetime) -> dict[str, list[Thing]]:
    """The actions of a case and its rights, ready for templates/cases/_facts.html."""
    return {
        "actions": [_action(one, case_url, now) for one in found if one.family != FAMILY],
        "rights": [_right(one, case_url, now) for one in found if one.family == FAMILY],
    }


def _action(action: ActionView, case_url: str, now: datetime) -> Thing:
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
    tone = {"obtained": "fine", "refused": "none", "checked": "none"}.get(action.result or "")
    return {
        "label": f"{printed(action.label)} · {_(ORGANISMS.get(action.organism or '', ''))}",
        "words": ", ".join(parts),
        "icon": _ICONS.get(action.result or "", "hourglass"),
        "tone": tone or marks.urgency("received", action.promised_on, now),
        "url": f"{case_url}/suivi/{action.number}",
    }
