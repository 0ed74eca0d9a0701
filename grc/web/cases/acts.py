"""Acts on a case that need words: one form each, as a page or in a dialog."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.persons import known_for_good
from grc.cases.queries import address_of
from grc.cases.service import handling_of
from grc.cases.states import ENDED, Status
from grc.citizens.service import owners
from grc.core.errors import Conflict
from grc.core.i18n import N_
from grc.organisation.queries import snapshot as organisation
from grc.routing import service as routing
from grc.staff.policy import Permission
from grc.staff.queries import colleagues
from grc.web.cases.acting import BOTH, WRITE, Words, act, case_of, filled, other_case
from grc.web.cases.blueprint import bp
from grc.web.cases.carrying import expected
from grc.web.forms import cases as forms
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters.rows import case_url
from grc.web.session import actor
from grc.web.words import _
from grc.work import service as work

ROUTE, ASSIGN = Permission.CASE_ROUTE, Permission.CASE_ASSIGN


@bp.route("/<reference>/reaffecter", methods=BOTH)
@needs(ROUTE)
def reroute(reference: str) -> ResponseReturnValue:
    """Send the case to another unit of ours."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        routing.reroute(
            case,
            form.unit.data,
            form.reason.data,
            expected=expected(),
            actor=actor(),
            now=at,
            request_type=form.request_type.data or None,
        )

    why = _("La demande quitte cette file pour celle du service choisi.")
    done = _("Demande %(reference)s réaffectée.", reference=reference)
    words = Words(_("Réaffecter"), _("Réaffecter"), why, done)
    return act(reference, ROUTE, filled(forms.Reroute()), words, carry)


@bp.route("/<reference>/confirmer", methods=BOTH)
@needs(ROUTE)
def confirm(reference: str) -> ResponseReturnValue:
    """Confirm the unit of a case that no sure rule had routed."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        level = form.level.data
        routing.confirm(case, level=level, expected=expected(), actor=actor(), now=at)

    form, case = forms.Confirm(), case_of(reference, ROUTE)
    form.prepare(case.request_type)
    unit = organisation().unit_by_id(handling_of(case, actor()).unit_id)
    why = _("Service proposé : %(unit)s.", unit=unit.name)
    done = _("Service confirmé pour la demande %(reference)s.", reference=case.reference)
    words = Words(_("Confirmer le service"), _("Confirmer"), why, done)
    return act(reference, ROUTE, form, words, carry)


@bp.route("/<reference>/qualifier", methods=BOTH)
@needs(WRITE)
def qualify(reference: str) -> ResponseReturnValue:
    """Say what nature of request it is."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        code = form.request_type.data
        routing.qualify(case, code, expected=expected(), actor=actor(), now=at)

    why = _("Le délai et la nature juridique suivent.")
    words = Words(_("Qualifier"), _("Qualifier"), why)
    form = forms.Qualify()
    form.prepare(case_of(reference, WRITE).request_type)
    return act(reference, WRITE, form, words, carry)


@bp.route("/<reference>/etat", methods=BOTH)
@needs(WRITE)
def move(reference: str) -> ResponseReturnValue:
    """Change the state without ending the case."""
    form = forms.Move()
    form.prepare(handling_of(case_of(reference, WRITE), actor()).status)

    def carry(case: Case, form: Any, at: datetime) -> None:
        _move(case, form.status.data, form.reason.data, None, at)

    return act(reference, WRITE, form, Words(_("Changer l’état"), _("Changer l’état")), carry)


def _move(case: Case, status: str, why: str, outcome: str | None, at: datetime) -> None:
    work.move(case, status, why=why, outcome=outcome, expected=expected(), actor=actor(), now=at)


@bp.route("/<reference>/clore", methods=BOTH)
@needs(WRITE)
def close(reference: str) -> ResponseReturnValue:
    """End the case, and say how."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        _move(case, form.end.data, form.reason.data, form.outcome.data, at)

    words = Words(_("Clore"), _("Clore"), _("Rouvrir restera possible."))
    return act(reference, WRITE, filled(forms.Close()), words, carry)


@bp.route("/<reference>/rouvrir", methods=BOTH)
@needs(WRITE)
def reopen(reference: str) -> ResponseReturnValue:
    """Start again a case that had ended."""
    case = case_of(reference, WRITE)
    if request.method != "POST" and not _has_ended(case):
        flash(_("Cette demande est déjà ouverte."), "info")
        return redirect(case_url(case.reference))

    def carry(case: Case, form: Any, at: datetime) -> None:
        if not _has_ended(case):  # the page that says so keeps what was typed
            raise Conflict(N_("Cette demande est déjà ouverte."))
        _move(case, Status.IN_PROGRESS, form.reason.data, None, at)

    words = Words(_("Rouvrir"), _("Rouvrir"))
    return act(reference, WRITE, forms.Reopen(), words, carry)


def _has_ended(case: Case) -> bool:
    return handling_of(case, actor()).status in ENDED


@bp.route("/<reference>/confier", methods=BOTH)
@needs(ASSIGN)
def assign(reference: str) -> ResponseReturnValue:
    """Entrust the case to a colleague of its unit."""
    form = forms.Assign()
    unit = handling_of(case_of(reference, ASSIGN), actor()).unit_id
    form.prepare([(str(number), name) for number, name in colleagues({unit})])

    def carry(case: Case, form: Any, at: datetime) -> None:
        work.assign(case, int(form.assignee.data), expected=expected(), actor=actor(), now=at)

    return act(reference, ASSIGN, form, Words(_("Confier"), _("Confier")), carry)


@bp.route("/<reference>/doublon", methods=BOTH)
@needs(WRITE)
def duplicate(reference: str) -> ResponseReturnValue:
    """Close the case as the duplicate of another."""

    def carry(case: Case, form: Any, at: datetime) -> None:
        other = other_case(form.other.data, at)
        work.link_duplicate(case, other, expected=expected(), actor=actor(), now=at)

    why = _("Cette demande sera clôturée et liée à l’autre. La rouvrir défait la clôture.")
    words = Words(_("Doublon d’une autre demande"), _("Lier et clore"), why)
    return act(reference, WRITE, forms.Duplicate(), words, carry)


@bp.route("/<reference>/usager", methods=BOTH)
@needs(WRITE)
def choose_citizen(reference: str) -> ResponseReturnValue:
    """Say which known person wrote, when the program only proposes."""
    form = forms.WhoIsIt()
    known = _proposed(case_of(reference, WRITE))
    form.prepare([(str(n), name or _("Nom inconnu")) for n, (_id, name) in enumerate(known, 1)])

    def carry(case: Case, form: Any, at: datetime) -> None:
        chosen = form.citizen.data
        citizen = None if chosen == "new" else known[int(chosen) - 1][0]
        work.set_citizen(case, citizen, expected=expected(), actor=actor(), now=at)

    words = Words(_("Qui a écrit ?"), _("Rattacher"), _("Le choix reste dans l’historique."))
    return act(reference, WRITE, form, words, carry)


def _proposed(case: Case) -> list[tuple[int, str | None]]:
    """The people known at the address used whom this agent may know of."""
    point = address_of(case.id)
    found = owners(point) if point else []
    known = known_for_good(actor(), [one.citizen_id for one in found], now()) if found else set()
    return [(one.citizen_id, one.name) for one in found if one.citizen_id in known]
