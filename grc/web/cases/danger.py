"""Danger on the page of a case: crying, answering, saying that it was a mistake."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.danger import mistake, service
from grc.danger import queries as alerts
from grc.staff.policy import CaseFacts, Level, Permission, allowed
from grc.web.cases.acting import BOTH, WRITE, Words, act
from grc.web.cases.blueprint import bp
from grc.web.danger import answer
from grc.web.forms import cases as forms
from grc.web.guard import needs
from grc.web.presenters.case import Reading
from grc.web.presenters.things import Act
from grc.web.session import actor
from grc.web.words import _


def acts(reading: Reading, facts: CaseFacts) -> list[Act]:
    """What may be said of danger here; the key `!` cries, and answers who has cried."""
    found = alerts.of_case(reading.case.id) if reading.case.level != Level.NORMAL else None
    writes = allowed(reading.actor, Permission.CASE_WRITE, facts)
    url = url_for("danger.page", demande=reading.file.reference)
    cry = Act(_("Danger"), url, icon="alert", key="!", kind="danger", modal=True)
    if found is None or not writes:
        return [cry]
    return [cry if found.taken_at else answer(found.id), *_back(reading)]


def _back(reading: Reading) -> list[Act]:
    """Saying that it was a mistake, while nothing was written in secret."""
    alert = mistake.handed(reading.case.id)
    if alert is None or not mistake.may_return(reading.case, alert):
        return []
    url = f"{reading.url}/rendre-danger"
    return [Act(_("Transmise par erreur"), url, icon="undo", modal=True)]


@bp.route("/<reference>/rendre-danger", methods=BOTH)
@needs(WRITE)
def send_back(reference: str) -> ResponseReturnValue:
    """It was handed over by mistake: back where it stood."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        service.send_back(case, form.reason.data, actor=actor(), now=at)

    why = _("Le service d’avant la retrouve comme elle était, et l’alarme s’arrête.")
    done = _("Demande %(reference)s rendue.", reference=reference)
    words = Words(_("Transmise par erreur"), _("Rendre"), why, done)
    return act(reference, WRITE, forms.SendBack(), words, carry)
