"""Who read my file: what is answered to a citizen who asks (GDPR, article 15)."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from grc.core.db import transaction
from grc.core.errors import NotFound
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.supervision import readings
from grc.supervision.readings import MOST, PURPOSES, Read, Reading
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.session import actor
from grc.web.words import _, ngettext, say

bp = Blueprint("who_read", __name__)


@bp.get("/lectures")
@needs(Permission.READINGS)
def page() -> ResponseReturnValue:
    """Ask for somebody by her reference, and see, or print, who read what."""
    typed = request.args.get("de", "").strip()[:40]
    if not typed:
        return _drawn(typed)
    try:
        found = readings.of_citizen(typed, actor=actor(), now=now())
    except NotFound as refusal:
        return _drawn(typed, problem=say(refusal.text)), 404
    with transaction():
        readings.note(found, actor=actor(), now=now())
    return _drawn(typed, found)


def _drawn(typed: str, found: Read | None = None, problem: str = "") -> str:
    return render(
        "who_read/page.html",
        current="who_read.page",
        typed=typed,
        problem=problem,
        found=_shown(found) if found else None,
    )


def _shown(found: Read) -> dict[str, Any]:
    number = len(found.readings)
    return {
        "reference": found.reference,
        "at": now(),
        "summary": ngettext("%(num)s lecture", "%(num)s lectures", number),
        "cut": _("Seules les %(n)s dernières sont montrées.", n=MOST) if found.is_cut else "",
        "named": any(one.name for one in found.readings),
        "lines": [_line(one) for one in found.readings],
    }


def _line(one: Reading) -> dict[str, Any]:
    unit = organisation().units_by_id.get(one.unit_id or 0)
    return {
        "at": one.at,
        "unit": unit.name if unit else _("service non noté"),
        "what": _(PURPOSES.get(one.what, one.what)),
        "case": one.case,
        "name": one.name,
    }
