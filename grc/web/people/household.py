"""The household of a person: who is of it, who no longer is, who is to be kept apart."""

from datetime import datetime

from flask import request
from flask.typing import ResponseReturnValue

from grc.cases.households import home
from grc.cases.persons import Person, person_for
from grc.citizens.household import Place
from grc.citizens.models import HouseholdMember
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.staff.policy import Permission
from grc.web.forms import people as forms
from grc.web.guard import needs
from grc.web.people.acts import BOTH, WRITE
from grc.web.people.blueprint import bp
from grc.web.people.carrying import act, carry_out, her
from grc.web.present import now
from grc.web.presenters.households import MEMBER
from grc.web.session import actor
from grc.web.words import _
from grc.work import households


@bp.route("/<reference>/foyer", methods=BOTH)
@needs(WRITE)
def together(reference: str) -> ResponseReturnValue:
    """Somebody is of her household."""
    form = forms.Together()
    form.prepare()
    form.other.data = form.other.data or request.args.get("avec", "")
    apart = bool(form.apart.data)
    if not _is_asked(reference, form.other.data):
        del form.apart

    def do(person: Person, at: datetime) -> None:
        place, other = Place(form.role.data, form.since.data, form.proof.data or ""), form.other
        whom = _other(other.data or "")
        households.join(person, whom, place, apart=apart, actor=actor(), now=at)

    page = {"title": _("Ajouter au foyer"), "submit": _("Ajouter")}
    return act(reference, form, page, do, _("Ajoutée au foyer."))


def _is_asked(reference: str, typed: str) -> bool:
    """Whether to ask in which of her homes: only of somebody who is seen to live with others."""
    try:
        return households.lives_elsewhere(actor(), her(reference), _other(typed), now())
    except (InvalidInput, NotFound):
        return False


def _other(typed: str) -> Person:
    try:
        return person_for(actor(), typed.strip(), now())
    except NotFound:
        words = N_("Aucun usager de cette référence, ou vous n’y avez pas accès.")
        raise InvalidInput(words, field="other") from None


@bp.route("/<reference>/foyer/<member>", methods=BOTH)
@needs(WRITE)
def leave(reference: str, member: str) -> ResponseReturnValue:
    """Somebody left her household, or was noted there by mistake."""
    _member(her(reference), member)
    form = forms.Leave()

    def do(person: Person, at: datetime) -> None:
        row = _member(person, member)
        households.leave(person, row, form.until.data, actor=actor(), now=at)

    page = {"title": _("Retirer du foyer"), "submit": _("Retirer")}
    return act(reference, form, page, do, _("Retirée du foyer."))


def _member(person: Person, sealed: str) -> HouseholdMember:
    """A member this agent may see. Raises NotFound for any other."""
    wanted = MEMBER.open(sealed)
    found = home(actor(), person, (), now(), proposes=False).members
    row = next((one.row for one in found if one.row.id == wanted), None)
    if row is None:
        raise NotFound(N_("Cette personne n’est plus du foyer."))
    return row


@bp.post("/<reference>/foyer/autre")
@needs(Permission.CASE_WRITE)
def not_together(reference: str) -> ResponseReturnValue:
    """Say that two people do not live together: it is not proposed again."""

    def do(person: Person, at: datetime) -> None:
        other = _other(request.form.get("other", ""))
        households.not_together(person, other, actor=actor(), now=at)

    return carry_out(reference, do, _("Noté : ce n’est pas son foyer."))


@bp.route("/<reference>/ne-pas-rapprocher", methods=BOTH)
@needs(WRITE)
def keep_apart(reference: str) -> ResponseReturnValue:
    """Say that she must not be brought together with anybody."""
    why = _(
        "Elle n’apparaît plus dans aucun foyer ni aucune proposition, sauf pour les personnes "
        "d’un dossier nominatif à elle."
    )
    return _say(reference, True, {"title": _("Ne pas rapprocher"), "why": why})


@bp.route("/<reference>/rapprocher-de-nouveau", methods=BOTH)
@needs(WRITE)
def no_longer_apart(reference: str) -> ResponseReturnValue:
    """Say that she may be brought together with others again."""
    return _say(reference, False, {"title": _("Rapprocher de nouveau")})


def _say(reference: str, kept: bool, page: dict[str, str]) -> ResponseReturnValue:
    """What is wanted is the address, never the contrary of what stands: of two people who
    protect her at once, neither takes it away."""
    form = forms.KeepApart()

    def do(person: Person, at: datetime) -> None:
        why = form.reason.data or ""
        households.keep_apart(person, kept=kept, why=why, actor=actor(), now=at)

    return act(reference, form, {"submit": page["title"], **page}, do, _("C’est noté."))
