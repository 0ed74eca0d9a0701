"""Recovery actions of a case, and where the rights of its person stand."""

from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.service import handling_of
from grc.core.clock import paris_date
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.recovery import proposals, rights
from grc.recovery import queries as recovery_queries
from grc.recovery import service as recovery
from grc.recovery.catalogue import Standing, label
from grc.recovery.models import RecoveryAction
from grc.recovery.rights import Right
from grc.staff.queries import colleagues
from grc.web.cases.acting import BOTH, WRITE, Words, act, case_of, filled
from grc.web.cases.blueprint import bp
from grc.web.cases.carrying import carry_out
from grc.web.forms import cases as forms
from grc.web.guard import needs
from grc.web.presenters.actions import proposed
from grc.web.session import actor
from grc.web.words import _


@bp.route("/<reference>/suivi", methods=BOTH)
@needs(WRITE)
def promise(reference: str) -> ResponseReturnValue:
    """Promise a recovery action: one key each, the rest may be said first."""
    found = case_of(reference, WRITE)
    unit = handling_of(found, actor()).unit_id
    form = forms.Promise(data={"code": request.args.get("code", "")})  # proposed by a link
    form.propose([(one.code, one.why) for one in proposed(found.id) if one.waits])
    form.prepare([(str(number), name) for number, name in colleagues({unit})])

    def carry(case: Case, form: Any, at: datetime) -> None:
        recovery.promise(
            case,
            form.code.data,
            promised_on=form.promised_on.data,
            owner_id=int(form.owner.data) if form.owner.data else None,
            why=form.reason.data,
            actor=actor(),
            now=at,
        )

    why = _("Ce qui remet sur ses rails une demande qui en est sortie, ou répare un tort.")
    words = Words(_("Action de recouvrement"), _("Promettre"), why, template="cases/record.html")
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


@bp.post("/<reference>/suivi/<int:number>/<any(faite, abandonnee, refaire, retirer):how>")
@needs(WRITE)
def settle(reference: str, number: int, how: str) -> ResponseReturnValue:
    """Done, abandoned, or undone, in one key."""
    action_id = _action(reference, number).id

    def do(case: Case, at: datetime) -> None:
        if how in _RESULTS:
            recovery.finish(case, action_id, _RESULTS[how], actor=actor(), now=at)
            return
        use_case = recovery.reopen if how == "refaire" else recovery.withdraw
        use_case(case, action_id, actor=actor(), now=at)

    return carry_out(reference, WRITE, do, done=_(_SETTLED[how]))


_RESULTS = {"faite": "succeeded", "abandonnee": "abandoned"}
_SETTLED = {
    "faite": N_("Action faite."),
    "abandonnee": N_("Action abandonnée."),
    "refaire": N_("Action remise à faire."),
    "retirer": N_("Action retirée : elle ne compte plus."),
}


@bp.post("/<reference>/propositions/<int:number>/<any(noter, reprendre):how>")
@needs(WRITE)
def accept(reference: str, number: int, how: str) -> ResponseReturnValue:
    """Record what the program proposed; or let what was dismissed wait again."""

    def do(case: Case, at: datetime) -> None:
        proposal_id = _proposal(case, number)
        use_case = recovery.accept if how == "noter" else recovery.restore
        use_case(case, proposal_id, actor=actor(), now=at)

    taken, again = _("Action notée, à votre nom."), _("La proposition attend de nouveau.")
    return carry_out(reference, WRITE, do, done=taken if how == "noter" else again)


@bp.route("/<reference>/propositions/<int:number>/ecarter", methods=BOTH)
@needs(WRITE)
def dismiss(reference: str, number: int) -> ResponseReturnValue:
    """Say that a proposal is of no use, and why."""
    _proposal(case_of(reference, WRITE), number)

    def carry(case: Case, form: Any, at: datetime) -> None:
        recovery.dismiss(case, _proposal(case, number), form.words(), actor=actor(), now=at)

    why = _("Elle ne sera plus proposée pour la même raison.")
    words = Words(_("Proposition inutile"), _("Écarter"), why, done=_("Proposition écartée."))
    return act(reference, WRITE, filled(forms.Dismiss()), words, carry)


def _proposal(case: Case, number: int) -> int:
    """The id of a proposal by its place in its case."""
    found = proposals.by_number(case.id, number)
    if found is None:
        raise NotFound(N_("Cette proposition n'existe pas."))
    return found


def _action(reference: str, number: int) -> RecoveryAction:
    actions = recovery_queries.of_case(case_of(reference, WRITE).id)
    if not 1 <= number <= len(actions):
        raise NotFound(N_("Cette action n'existe pas."))
    return actions[number - 1][0]


@bp.route("/<reference>/droit", methods=BOTH)
@needs(WRITE)
def right(reference: str) -> ResponseReturnValue:
    """Note a right that was checked, asked, obtained or refused: one key for what was asked
    today, the rest may be said first."""
    form = forms.RightStands(data={"standing": Standing.ASKED.value})
    form.prepare()

    def carry(case: Case, form: Any, at: datetime) -> None:
        rights.record(case, _told(form, at), actor=actor(), now=at)

    why = _("Ce que cette personne peut recevoir, et où en est sa demande.")
    words = Words(_("Droit"), _("Noter"), why, template="cases/right.html")
    return act(reference, WRITE, form, words, carry)


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
