"""Recovery actions of a case, and where rights stand, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.core.i18n import Text
from grc.recovery import proposals
from grc.recovery.amounts import euros
from grc.recovery.catalogue import ORGANISMS, label
from grc.recovery.rights import FAMILY
from grc.supervision.views import ActionView
from grc.web.filters import day
from grc.web.presenters import marks
from grc.web.presenters.things import Act
from grc.web.typography import printed
from grc.web.words import _, say

Thing = dict[str, Any]


_ICONS = {"checked": "eye", "obtained": "check", "refused": "close"}


@dataclass(frozen=True)
class Proposed:
    """A proposal of the program for a case, by its number in it."""

    number: int
    code: str
    label: str
    why: str
    since: datetime
    waits: bool  # else it was dismissed


@dataclass(frozen=True)
class Where:
    """The case whose actions are shown, when, and whether they may be settled."""

    url: str
    now: datetime
    writes: bool


def proposed(case_id: int) -> list[Proposed]:
    """What the program proposes for a case, or proposed and was dismissed."""
    return [
        Proposed(
            number=number,
            code=one.code,
            label=_(label(one.code)),
            why=say(Text.from_json(one.reason)),
            since=one.since,
            waits=one.settled_at is None,
        )
        for number, one in proposals.of_case(case_id)
    ]


def all_of(found: Sequence[ActionView], told: Sequence[Proposed], where: Where) -> Thing:
    """The actions of a case, its rights and what is proposed, ready for templates/cases."""
    meant = [one for one in found if one.family != FAMILY and one.withdrawn_at is None]
    keys = iter("h" if where.writes else "")
    return {
        "actions": [_action(one, where, keys) for one in meant],
        "rights": [_right(one, where.url, where.now) for one in found if one.family == FAMILY],
        "proposals": _waiting(told, where.url),
        "dismissed": [_dismissed(one, where.url) for one in told if not one.waits],
    }


def _waiting(told: Sequence[Proposed], url: str) -> list[Thing]:
    """The first takes the key; that of recovery actions opens them all, it first."""
    waits = [one for one in told if one.waits]
    return [
        proposal(one, f"{url}/propositions/{one.number}", keys=place == 0)
        for place, one in enumerate(waits)
    ]


def proposal(one: Proposed, url: str, *, keys: bool) -> Thing:
    """What is proposed, why, and the two answers."""
    note = Act(_("Noter"), f"{url}/noter", "post", "recovery")
    away = f"{url}/ecarter"
    dismiss = Act(_("Pas utile"), away, icon="close", key="i" if keys else None, modal=True)
    return {"label": one.label, "why": one.why, "since": one.since, "acts": [note, dismiss]}


def _dismissed(one: Proposed, url: str) -> Thing:
    again = f"{url}/propositions/{one.number}/reprendre"
    act = Act(_("Reprendre"), again, "post", "undo")
    return {"label": one.label, "why": one.why, "act": act}


def _action(action: ActionView, where: Where, keys: Iterator[str]) -> Thing:
    line: Thing = {"label": printed(action.label), "tone": "fine", "url": None}
    url = f"{where.url}/suivi/{action.number}"
    if action.done_on:
        day_ = day(action.done_on)
        words = _("faite %(day)s, %(result)s", day=day_, result=action.result_label)
        undo = Act(_("Remettre à faire"), f"{url}/refaire", "post", "undo")
        return line | {"words": words, "acts": [undo] if where.writes else []}
    words = _("promise pour %(day)s, %(who)s", day=day(action.promised_on), who=action.owner)
    tone = marks.urgency("received", action.promised_on, where.now)
    take_back = Act(_("Retirer"), f"{url}/retirer", "post", "undo")
    acts = [*answers(url, next(keys, None)), take_back] if where.writes else []
    return line | {"words": words, "tone": tone, "url": url, "why": action.reason, "acts": acts}


def answers(url: str, key: str | None, where: str = "") -> list[Act]:
    """What becomes of a promise, in one key each; `where`: the list one goes back to."""
    fields = {"liste": where} if where else {}
    done, over = f"{url}/faite", f"{url}/abandonnee"
    return [
        Act(_("Fait"), done, "post", "check", key, fields=fields),
        Act(_("Abandonner"), over, "post", "close", key and key.upper(), fields=fields),
    ]


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
