"""Recovery actions of a case, and where the rights of its person stand."""

from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.core.clock import paris_date
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.recovery import queries as recovery_queries
from grc.recovery import rights
from grc.recovery import service as recovery
from grc.recovery.catalogue import label
from grc.recovery.models import RecoveryAction
from grc.recovery.rights import Right
from grc.web.cases.acting import BOTH, WRITE, Words, act, case_of, filled
from grc.web.cases.blueprint import bp
from grc.web.forms import cases as forms
from grc.web.guard import needs
from grc.web.session import actor
from grc.web.words import _


@bp.route("/<reference>/suivi", methods=BOTH)
@needs(WRITE)
def promise(reference: str) -> ResponseReturnValue:
    """Promise a recovery action."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        recovery.promise(
            case,
            form.code.data,
            promised_on=form.promised_on.data,
            why=form.reason.data,
            actor=actor(),
            now=at,
        )

    why = _("Ce qui remet sur ses rails une demande qui en est sortie.")
    words = Words(_("Action de recouvrement"), _("Promettre"), why)
    form = filled(forms.Promise())
    form.code.data = form.code.data or request.args.get("code")
    return act(reference, WRITE, form, words, carry)


@bp.route("/<reference>/suivi/<int:number>", methods=BOTH)
@needs(WRITE)
def finish(reference: str, number: int) -> ResponseReturnValue:
    """Say that a recovery action is done, and what it gave."""

    action = _action(reference, number)
    if action.family == rights.FAMILY:
        return _stands(reference, action)

    def carry(case: Case, form: Any, at: datetime) -> None:
        recovery.finish(
            case, action.id, form.result.data, why=form.reason.data, actor=actor(), now=at
        )

    words = Words(_("Action faite"), _("Noter le résultat"))
    return act(reference, WRITE, filled(forms.Finish()), words, carry)


def _action(reference: str, number: int) -> RecoveryAction:
    actions = recovery_queries.of_case(case_of(reference, WRITE).id)
    if not 1 <= number <= len(actions):
        raise NotFound(N_("Cette action n'existe pas."))
    return actions[number - 1][0]


@bp.route("/<reference>/droit", methods=BOTH)
@needs(WRITE)
def right(reference: str) -> ResponseReturnValue:
    """Note a right that was checked, asked, obtained or refused."""
    form = forms.RightStands()
    form.prepare()

    def carry(case: Case, form: Any, at: datetime) -> None:
        rights.record(case, _told(form, at), actor=actor(), now=at)

    why = _("Ce que cette personne peut recevoir, et où en est sa demande.")
    return act(reference, WRITE, form, Words(_("Droit"), _("Noter"), why), carry)


def _stands(reference: str, action: RecoveryAction) -> ResponseReturnValue:
    """Say where a right stands now."""
    form = forms.RightStands()
    form.prepare(only=action.code)
    if request.method != "POST":
        form.right.data = action.code
        form.organism.data = action.organism

    def carry(case: Case, form: Any, at: datetime) -> None:
        rights.change(case, action.id, _told(form, at), actor=actor(), now=at)

    words = Words(_("Droit : %(name)s", name=label(action.code)), _("Noter"))
    return act(reference, WRITE, form, words, carry)


def _told(form: Any, at: datetime) -> Right:
    """The right that was typed. Raises InvalidInput naming the field."""
    return rights.typed(
        form.right.data,
        form.organism.data or "",
        form.standing.data,
        form.on.data or paris_date(at),
        form.amount.data or "",
    )
