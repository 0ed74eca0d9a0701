"""Recovery actions of my units: what was promised, what is late."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for

from grc.cases.lookup import names_of
from grc.core.clock import paris_date
from grc.organisation.queries import UnitView
from grc.organisation.queries import snapshot as organisation
from grc.recovery import queries
from grc.recovery.catalogue import FAMILIES, label
from grc.staff.policy import Permission
from grc.web import nav
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import labels, marks
from grc.web.presenters.lists import Choice, Empty
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act
from grc.web.session import actor
from grc.web.words import _
from grc.work import queries as work

bp = Blueprint("recovery", __name__)
PAGE = 50


@bp.get("/recouvrement")
@needs(Permission.RECOVERY_LIST)
def actions() -> str:
    """What was promised and is not done yet, soonest first."""
    late, unit = request.args.get("late") == "1", _unit()
    found = queries.promised(
        actor(),
        now(),
        unit_id=unit.id if unit else None,
        late_on=paris_date(now()) if late else None,
        after=_after(request.args.get("after", "")),
        limit=PAGE + 1,
    )
    return render(
        "recovery/actions.html",
        current="recovery.actions",
        page={"title": _("Recouvrement"), "summary": _("Ce qui a été promis aux usagers")},
        tabs=_tabs(late, unit.code if unit else None),
        filters=_units(late, unit.code if unit else None),
        actions=_lines(found[:PAGE]),
        pages=_pages(found),
        empty=Empty(
            _("Rien n’est promis"),
            _("Une action se promet depuis la page d’une demande, par la touche « c »."),
            None,
        ),
    )


@bp.get("/recouvrement/taches")
@needs(Permission.RECOVERY_LIST)
def tasks() -> str:
    """What the program asks a person to do: a reply that did not leave, or did not arrive."""
    found = work.tasks(actor(), now())
    names = names_of([case for _task, case in found])
    return render(
        "recovery/actions.html",
        current="recovery.actions",
        page={"title": _("Tâches"), "summary": _("Ce qui attend une personne du service")},
        tabs=_tabs(None, None),
        filters=[],
        actions=[_task(task, case, names.get(case.id)) for task, case in found],
        pages=None,
        empty=Empty(_("Rien n’attend"), _("Un envoi qui échoue apparaît ici."), None),
    )


def _task(task: Any, case: Any, who: str | None) -> dict[str, Any]:
    since = paris_date(task.due_at)
    return {
        "label": _(labels.TASKS.get(task.kind, task.kind)),
        "family_label": _("Tâche"),
        "promised_on": since,
        "urgency": marks.urgency("received", since, now()),
        "owner": organisation().unit_by_id(task.unit_id).short_name,
        "reason": task.detail,
        "case": _case(case, who),
    }


def _case(case: Any, who: str | None) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "subject": case.subject or _("Sans objet"),
        "url": case_url(case.reference),
        "who": who,
    }


def _unit() -> UnitView | None:
    return organisation().units_by_code.get(request.args.get("unit", ""))


def _after(cursor: str) -> tuple[date, int] | None:
    """Where the page before ended; what makes no sense shows the first page."""
    day, _dot, number = cursor.partition(".")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def _pages(found: Sequence[queries.Promised]) -> dict[str, str | None]:
    if len(found) <= PAGE:
        return {"newer_url": None, "older_url": None, "words": None}
    last = found[PAGE - 1][0]
    kept = {name: value for name, value in request.args.items() if name in {"late", "unit"}}
    older = url_for(".actions", after=f"{last.promised_on.isoformat()}.{last.id}", **kept)  # type: ignore[arg-type]
    return {"newer_url": None, "older_url": older, "words": None}


def _tabs(late: bool | None, unit: str | None) -> list[Choice]:
    """Promised, late, and what the program asks (`late` None)."""
    return [
        Choice(_("Promises"), url_for(".actions", unit=unit), late is False),
        Choice(_("En retard"), url_for(".actions", unit=unit, late=1), late is True),
        Choice(_("Tâches"), url_for(".tasks"), late is None),
    ]


def _units(late: bool, chosen: str | None) -> list[Choice]:
    own = [organisation().unit_by_id(unit) for unit in nav.my_units(actor())]
    if len(own) < 2:
        return []
    return [
        Choice(
            unit.short_name,
            url_for(
                ".actions",
                unit=None if unit.code == chosen else unit.code,
                late=1 if late else None,
            ),
            unit.code == chosen,
        )
        for unit in own
    ]


def _lines(found: Sequence[queries.Promised]) -> list[dict[str, Any]]:
    names = names_of([case for _action, case, _owner in found])
    numbers = queries.numbers([action for action, _case, _owner in found])
    return [
        _line(action, case, owner, names.get(case.id), numbers[action.id])
        for action, case, owner in found
    ]


def _line(action: Any, case: Any, owner: str, who: str | None, number: int) -> dict[str, Any]:
    done = f"{case_url(case.reference, 'suivi')}/{number}"
    return {
        "label": _(label(action.code)),
        "family_label": _(FAMILIES.get(action.family, action.family)),
        "promised_on": action.promised_on,
        "urgency": marks.urgency("received", action.promised_on, now()),
        "owner": owner,
        "case": _case(case, who),
        "done": Act(_("Fait"), done, icon="check", modal=True),
    }
