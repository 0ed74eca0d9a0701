"""Merging two people who are one, and separating them again."""

from datetime import datetime

from flask import redirect, request
from flask.typing import ResponseReturnValue

from grc.cases.persons import Person, cases_of, person_for, person_reference
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.staff.policy import Permission
from grc.web.forms import people as forms
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.people.acts import BOTH, WRITE
from grc.web.people.blueprint import bp, person_url
from grc.web.people.carrying import act, carry_out, her, hers_to_change
from grc.web.present import now
from grc.web.presenters import people as presenter
from grc.web.session import actor
from grc.web.words import _, say
from grc.work import people


@bp.route("/<reference>/reunir", methods=BOTH)
@needs(WRITE)
def join(reference: str) -> ResponseReturnValue:
    """What becomes of two people, then one of them."""
    kept, typed = hers_to_change(reference), request.values.get("avec", "").strip()
    if not typed:
        return _ask(kept, "")
    try:
        other = _other(kept, typed)
    except InvalidInput as refusal:
        return _ask(kept, say(refusal.text), typed), 422
    form = forms.joining(presenter.choices(kept, other))

    def do(person: Person, at: datetime) -> None:
        chosen = [field.name for field in form if field.data == "other"]
        there = _other(person, typed)
        people.merge(person, there, chosen, why=form.reason.data, actor=actor(), now=at)

    counts = (len(cases_of(actor(), kept, now())), len(cases_of(actor(), other, now())))
    page = {
        "title": _("Réunir deux fiches"),
        "submit": _("Réunir"),
        "compared": presenter.compared(kept, other, counts),
    }
    return act(reference, form, page, do, _("Fiches réunies. « Séparer » les défait."))


def _other(kept: Person, typed: str) -> Person:
    try:
        other = person_for(actor(), typed, now())
    except NotFound:
        words = N_("Aucun usager de cette référence, ou vous n’y avez pas accès.")
        raise InvalidInput(words, field="other") from None
    if other.citizen.id == kept.citizen.id:
        raise InvalidInput(N_("C’est la même fiche."), field="other")
    return other


def _ask(kept: Person, error: str, typed: str = "") -> str:
    about = {"name": kept.own["name"] or _("Nom inconnu"), "reference": kept.reference}
    url, back = person_url(kept.reference, "reunir"), person_url(kept.reference)
    return render(
        "people/whom.html", person=about, url=url, back_url=back, error=error, typed=typed
    )


@bp.route("/<reference>/separer", methods=BOTH)
@needs(WRITE)
def separate(reference: str) -> ResponseReturnValue:
    """Undo the merge of this person into another."""
    person = her(reference)
    member = next(
        (one for one in person.whole.people.values() if person_reference(one) == reference), None
    )
    if member is None or member.id == person.citizen.id:
        return redirect(person_url(person.reference))
    form = forms.Separate()

    def do(_person: Person, at: datetime) -> None:
        people.unmerge(member, why=form.reason.data or "", actor=actor(), now=at)

    page = {
        "title": _("Séparer les fiches"),
        "submit": _("Séparer"),
        "why": _(
            "Chacune retrouve ce qui était à elle. Ce qui est arrivé depuis reste à la personne "
            "qu’il nomme."
        ),
    }
    return act(reference, form, page, do, _("Fiches séparées."))


@bp.post("/<reference>/distincte")
@needs(Permission.CASE_WRITE)
def apart(reference: str) -> ResponseReturnValue:
    """Say that two people are not the same: it is not proposed again."""

    def do(person: Person, at: datetime) -> None:
        other = _other(person, request.form.get("other", ""))
        people.keep_apart(person, other, actor=actor(), now=at)

    return carry_out(reference, do, _("Noté : ce n’est pas la même personne."))
