"""People to call back, ready for templates/work/call_backs.html."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from grc.cases.models import Case
from grc.jobs.ringing import CHANNEL
from grc.organisation.queries import snapshot as organisation
from grc.web.filters import phone
from grc.web.present import now
from grc.web.presenters.rows import case_url
from grc.web.words import _, ngettext
from grc.work.call_backs import NO, NO_ANSWER, YES
from grc.work.models import CallBack, Task


def row(
    task: Task, calls: CallBack, case: Case | None, who: str | None, fields: Mapping[str, str]
) -> dict[str, Any]:
    """One line; its three answers have the keys 1, 2, 3."""
    here = url_for("call_backs.page")
    number = phone(calls.number) if calls.number else ""
    look_up = url_for("calls.page", channel=CHANNEL, q=calls.number or None, retour=here)
    return {
        "number": number,
        "who": who or (_("Numéro inconnu") if case is None else _("Nom inconnu")),
        "url": look_up if calls.number or case is None else case_url(case.reference),
        "case": case and {"url": case_url(case.reference), "words": case.subject or case.reference},
        "unit": organisation().unit_by_id(task.unit_id).short_name,
        "missed": _missed(calls.missed),
        "called_at": calls.called_at,
        "asked": calls.asked,
        "tries": _tries(calls.tries),
        "tried_at": calls.tried_at,
        "is_due": task.due_at <= now(),
        "answers": [
            {"label": label, "result": result, "key": str(key), "fields": fields}
            for key, (result, label) in enumerate(_answers(), start=1)
        ],
    }


def _answers() -> list[tuple[str, str]]:
    return [(YES, _("Joint")), (NO_ANSWER, _("Pas de réponse")), (NO, _("Sans suite"))]


def _missed(number: int) -> str:
    return ngettext("%(num)s appel manqué", "%(num)s appels manqués", number) if number else ""


def _tries(number: int) -> str:
    return ngettext("%(num)s essai", "%(num)s essais", number) if number else ""


def answered(result: str) -> str:
    """What is said after an answer."""
    said = {
        YES: _("Usager joint : le rappel est fait."),
        NO_ANSWER: _("Essai compté : ce rappel revient dans deux heures."),
        NO: _("Rappel terminé, usager non joint."),
    }
    return said.get(result, "")
