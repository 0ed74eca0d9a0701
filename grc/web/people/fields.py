"""The history of every field of a person: a page of its own, read when somebody asks for it."""

from flask import request

from grc.staff.policy import Permission
from grc.supervision import field_history
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.people.blueprint import bp, person_url
from grc.web.people.carrying import her
from grc.web.present import locale, now
from grc.web.presenters import fields as presenter
from grc.web.presenters.things import Target
from grc.web.session import actor
from grc.web.words import _


@bp.get("/<reference>/champs")
@needs(Permission.CASE_READ)
def fields(reference: str) -> str:
    """What is known of her, before and after each change, the latest first."""
    person = her(reference)
    found = field_history.of_person(
        actor(), person, now(), below=presenter.below(request.args), locale=locale()
    )
    return render(
        "cases/fields.html",
        back=Target(person.own["name"] or _("Nom inconnu"), person_url(person.reference)),
        reference=person.reference,
        history=presenter.history(found, person_url(person.reference, "champs")),
        choices=[],
    )
