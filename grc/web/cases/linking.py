"""Cases that have to do with each other: linking, splitting, one more unit, and undoing it."""

from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import message_of
from grc.cases.service import handling_of
from grc.staff.policy import Permission
from grc.web.cases.acting import BOTH, WRITE, Words, act, case_of, filled, other_case
from grc.web.cases.blueprint import bp
from grc.web.cases.carrying import carry_out, expected
from grc.web.forms import linking as forms
from grc.web.guard import needs
from grc.web.session import actor
from grc.web.words import _
from grc.work import linking

ROUTE = Permission.CASE_ROUTE


@bp.route("/<reference>/lier", methods=BOTH)
@needs(WRITE)
def relate(reference: str) -> ResponseReturnValue:
    """Say that another case has to do with this one."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        other, kind = other_case(form.other.data, at), form.kind.data
        if kind == "parent_of":
            linking.relate(other, case, "child_of", expected=None, actor=actor(), now=at)
        else:
            linking.relate(case, other, kind, expected=expected(), actor=actor(), now=at)

    words = Words(_("Lier à une autre demande"), _("Lier"), _("Le lien pourra être défait."))
    return act(reference, WRITE, filled(forms.Relate()), words, carry)


@bp.post("/<reference>/delier")
@needs(WRITE)
def unrelate(reference: str) -> ResponseReturnValue:
    """Undo a link."""

    def do(case: Case, at: datetime) -> None:
        other, kind = other_case(request.form.get("other", ""), at), request.form.get("kind", "")
        linking.unrelate(case, other, kind, actor=actor(), now=at)

    return carry_out(reference, WRITE, do, done=_("Lien défait."))


@bp.route("/<reference>/messages/<int:number>/separer", methods=BOTH)
@needs(WRITE)
def split(reference: str, number: int) -> ResponseReturnValue:
    """Open a case from a message of this one."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        message, subject = message_of(case.id, number), form.subject.data
        linking.split(case, message, subject, expected=expected(), actor=actor(), now=at)

    message = message_of(case_of(reference, WRITE).id, number)
    form = forms.Split(data={"subject": message.subject})
    why = _(
        "Le message reste ici et se lit aussi dans la nouvelle demande, qui va au service que "
        "disent les règles."
    )
    return act(reference, WRITE, form, Words(_("Nouvelle demande"), _("Ouvrir"), why), carry)


@bp.post("/<reference>/rejoindre")
@needs(WRITE)
def rejoin(reference: str) -> ResponseReturnValue:
    """Undo a split."""

    def do(case: Case, at: datetime) -> None:
        linking.rejoin(case, expected=expected(), actor=actor(), now=at)

    return carry_out(reference, WRITE, do, done=_("La demande est de nouveau avec l’autre."))


@bp.route("/<reference>/service", methods=BOTH)
@needs(ROUTE)
def add_unit(reference: str) -> ResponseReturnValue:
    """Make one more unit concerned."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        code, due_on = form.unit.data, form.due_on.data
        linking.add_unit(case, code, due_on, expected=expected(), actor=actor(), now=at)

    form = forms.AddUnit(data={"due_on": handling_of(case_of(reference, ROUTE), actor()).due_on})
    form.prepare()
    why = _("Chaque service a son état et son échéance ; l’usager n’en voit qu’un.")
    return act(reference, ROUTE, form, Words(_("Ajouter un service"), _("Ajouter"), why), carry)


@bp.post("/<reference>/service/retirer")
@needs(ROUTE)
def remove_unit(reference: str) -> ResponseReturnValue:
    """Undo it, as long as that unit has done nothing."""

    def do(case: Case, at: datetime) -> None:
        linking.remove_unit(case, request.form.get("unit", ""), actor=actor(), now=at)

    return carry_out(reference, ROUTE, do, done=_("Service retiré."))
