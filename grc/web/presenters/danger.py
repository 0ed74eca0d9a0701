"""Danger, in words: the numbers, the receipt of a hand-over."""

from typing import Any

from grc.cases.models import Case
from grc.catalogue.danger_file import Plan
from grc.core.db import session
from grc.danger.models import Alert
from grc.intake.models import Item
from grc.organisation.queries import snapshot as organisation
from grc.web.presenters.rows import case_url
from grc.web.words import _

LONGEST_SUBJECT = 80


def numbers(plan: Plan, locale: str) -> list[dict[str, str]]:
    """The numbers to call, in the order of the plan."""
    return [{"number": one.number, "label": one.label(locale)} for one in plan.numbers]


def told(place: str, text: str) -> str:
    """What happens, and where first."""
    where = _("Où : %(place)s", place=place.strip()) if place.strip() else ""
    return "\n".join(filter(None, [where, text.strip()]))


def subject(text: str) -> str:
    """The subject of what has none: its first line, which only the unit on duty reads."""
    line = next(iter(text.strip().splitlines()), "")
    return line[:LONGEST_SUBJECT].rstrip() or _("Danger")


def sent(alert: Alert) -> dict[str, Any]:
    """What the person who handed over may still know: nothing of the content."""
    return {
        "unit": organisation().unit_by_id(alert.unit_id).name,
        "at": alert.raised_at,
        "reference": _reference(alert),
        "is_taken": alert.taken_at is not None,
        "taken_at": alert.taken_at,
        "is_returned": alert.returned_at is not None,
    }


def _reference(alert: Alert) -> str:
    if alert.case_id is not None:
        return session().get_one(Case, alert.case_id).reference
    return session().get_one(Item, alert.item_id).reference if alert.item_id else ""


def case_of(alert: Alert) -> str | None:
    """The address of its case."""
    if alert.case_id is None:
        return None
    return case_url(session().get_one(Case, alert.case_id).reference)
