"""Recovery actions of my units: what was promised, what is late."""

from collections.abc import Container, Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, request, url_for
from flask import session as cookie

from grc.cases.lookup import names_of
from grc.core.clock import paris_date
from grc.core.i18n import Text
from grc.organisation.queries import UnitView
from grc.organisation.queries import snapshot as organisation
from grc.recovery import proposals, queries
from grc.recovery.catalogue import FAMILIES, TYPES, label
from grc.recovery.proposing import PROPOSED
from grc.recovery.rights import FAMILY as RIGHT
from grc.staff.policy import Permission, allowed
from grc.web import nav
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import labels, marks
from grc.web.presenters.actions import answers
from grc.web.presenters.lists import Choice, Empty
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act
from grc.web.session import actor, who
from grc.web.words import _, say
from grc.work import queries as work

bp = Blueprint("recovery", __name__)
PAGE = 20
_FILTERS = frozenset({"late", "unit", "mine", "family", "code"})


@bp.get("/recouvrement")
@needs(Permission.RECOVERY_LIST)
def actions() -> str:
    """What was promised and is not done yet, soonest first."""
    cookie["back"] = [_("Recouvrement"), _here()]
    late, unit = request.args.get("late") == "1", _unit()
    found = queries.promised(
        actor(),
        now(),
        unit_id=unit.id if unit else None,
        owner_id=who().id if request.args.get("mine") == "1" else None,
        family=_among("family", FAMILIES),
        late_on=paris_date(now()) if late else None,
        after=_after(request.args.get("after", "")),
        limit=PAGE + 1,
    )
    return render(
        "recovery/actions.html",
        current="recovery.actions",
        page={"title": _("Recouvrement"), "summary": _("Ce qui a été promis aux usagers")},
        tabs=_tabs("late" if late else "promised"),
        filters=[_mine(), *_families(), *_units()],
        actions=_lines(found[:PAGE]),
        pages=_pages(found),
        empty=Empty(
            _("Rien n’est promis"),
            _("Une action se promet depuis la page d’une demande, par la touche « c »."),
            None,
        ),
    )


@bp.get("/recouvrement/propositions")
@needs(Permission.RECOVERY_LIST)
def proposed() -> str:
    """What the program proposes and nobody has answered, the oldest first."""
    cookie["back"] = [_("Propositions"), _here()]
    unit = _unit()
    found = proposals.listed(
        actor(),
        now(),
        unit_id=unit.id if unit else None,
        code=_among("code", TYPES),
        after=_since(request.args.get("after", "")),
        limit=PAGE + 1,
    )
    summary = _("Ce que le programme a vu sortir de ses rails ; rien n’est noté sans vous")
    return render(
        "recovery/actions.html",
        current="recovery.actions",
        page={"title": _("Propositions"), "summary": summary},
        tabs=_tabs("proposed"),
        filters=[*_codes(), *_units()],
        actions=_proposals(found[:PAGE]),
        pages=_older(found[PAGE - 1][0]) if len(found) > PAGE else None,
        empty=Empty(
            _("Rien à proposer"),
            _(
                "Un rappel manqué, un rendez-vous non honoré, une lettre revenue, un envoi en "
                "échec, une demande oubliée ou mal affectée viennent ici."
            ),
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
        tabs=_tabs("tasks"),
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
    kept = {name: value for name, value in request.args.items() if name in _FILTERS}
    older = url_for(".actions", after=f"{last.promised_on.isoformat()}.{last.id}", **kept)  # type: ignore[arg-type]
    return {"newer_url": None, "older_url": older, "words": None}


def _tabs(shown: str) -> list[Choice]:
    """Promised, late, what is proposed, and what the program asks."""
    unit = request.args.get("unit")
    places = {
        "promised": (_("Promises"), url_for(".actions", unit=unit)),
        "late": (_("En retard"), url_for(".actions", unit=unit, late=1)),
        "proposed": (_("Propositions"), url_for(".proposed", unit=unit)),
        "tasks": (_("Tâches"), url_for(".tasks")),
    }
    return [Choice(label, url, name == shown) for name, (label, url) in places.items()]


def _among(name: str, known: Container[str]) -> str | None:
    """What an address asks for, when it makes sense."""
    given = request.args.get(name, "")
    return given if given in known else None


def _chip(label: str, name: str, value: str) -> Choice:
    """A filter: its link applies it, or takes it away when it is applied; the others stay."""
    kept = {key: told for key, told in request.args.items() if key in _FILTERS}
    applied = kept.pop(name, None) == value
    more = {} if applied else {name: value}
    return Choice(label, url_for(request.endpoint or ".actions", **kept, **more), applied)  # type: ignore[arg-type]


def _mine() -> Choice:
    return _chip(_("Les miennes"), "mine", "1")


def _families() -> list[Choice]:
    return [_chip(_(label), "family", code) for code, label in FAMILIES.items()]


def _codes() -> list[Choice]:
    return [_chip(_(TYPES[code].label), "code", code) for code in PROPOSED]


def _units() -> list[Choice]:
    own = [organisation().unit_by_id(unit) for unit in nav.my_units(actor())]
    return [_chip(unit.short_name, "unit", unit.code) for unit in own] if len(own) > 1 else []


def _since(cursor: str) -> tuple[datetime, int] | None:
    """Where the page of proposals before ended."""
    at, _dot, number = cursor.rpartition("~")
    try:
        return datetime.fromisoformat(at), int(number)
    except ValueError:
        return None


def _older(last: Any) -> dict[str, str | None]:
    kept = {name: value for name, value in request.args.items() if name in _FILTERS}
    older = url_for(".proposed", after=f"{last.since.isoformat()}~{last.id}", **kept)  # type: ignore[arg-type]
    return {"newer_url": None, "older_url": older, "words": None}


def _proposals(found: Sequence[Any]) -> list[dict[str, Any]]:
    names = names_of([case for _one, case in found])
    numbers = proposals.numbers([case.id for _one, case in found])
    writes = allowed(actor(), Permission.CASE_WRITE)
    return [
        _proposal(one, case, names.get(case.id), numbers[one.id] if writes else 0)
        for one, case in found
    ]


def _proposal(one: Any, case: Any, who: str | None, number: int) -> dict[str, Any]:
    url = case_url(case.reference, "propositions") + f"/{number}"
    since = paris_date(one.since)
    note = Act(_("Noter"), f"{url}/noter", "post", "recovery", "c", fields={"liste": _here()})
    dismiss = Act(_("Pas utile"), f"{url}/ecarter?liste", icon="close", key="i", modal=True)
    return {
        "label": _(label(one.code)),
        "family_label": _(FAMILIES[TYPES[one.code].family]),
        "is_proposed": True,
        "since": one.since,
        "promised_on": since,
        "urgency": "soon",
        "owner": organisation().unit_by_id(one.unit_id).short_name,
        "reason": say(Text.from_json(one.reason)),
        "case": _case(case, who),
        "acts": [note, dismiss] if number else [],
    }


def _lines(found: Sequence[queries.Promised]) -> list[dict[str, Any]]:
    names = names_of([case for _action, case, _owner in found])
    numbers = queries.numbers([action for action, _case, _owner in found])
    return [
        _line(action, case, owner, names.get(case.id), numbers[action.id])
        for action, case, owner in found
    ]


def _line(action: Any, case: Any, owner: str, who: str | None, number: int) -> dict[str, Any]:
    url = f"{case_url(case.reference, 'suivi')}/{number}"
    answer = Act(_("Résultat…"), url, icon="pen", modal=True)
    return {
        "label": _(label(action.code)),
        "family_label": _(FAMILIES.get(action.family, action.family)),
        "since": action.created_at,
        "promised_on": action.promised_on,
        "urgency": marks.urgency("received", action.promised_on, now()),
        "owner": owner,
        "case": _case(case, who),
        "acts": [*([] if action.family == RIGHT else answers(url, "h", _here())), answer],
    }


def _here() -> str:
    return request.full_path.rstrip("?")
