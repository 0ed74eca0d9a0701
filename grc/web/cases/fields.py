"""The history of every field of a case: a page of its own, read when somebody asks for it."""

from flask import request, url_for

from grc.cases.fields import LABELS, Field
from grc.staff.policy import Permission
from grc.supervision import field_history
from grc.web.cases.access import read
from grc.web.cases.blueprint import bp
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import locale
from grc.web.presenters import fields as presenter
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Target
from grc.web.words import _


@bp.get("/<reference>/champs")
@needs(Permission.CASE_READ)
def fields(reference: str) -> str:
    """What each field was and has become, the latest first; `?champ=` of one alone."""
    case, _facts = read(reference, "page")
    typed = request.args.get("champ", "")
    field = Field(typed) if typed in set(Field) else None
    found = field_history.of_case(
        case, field=field, below=presenter.below(request.args), locale=locale()
    )
    url = url_for(".fields", reference=case.reference)
    labels = {one.value: _(words) for one, words in LABELS.items()}
    return render(
        "cases/fields.html",
        back=Target(case.subject or case.reference, case_url(case.reference)),
        reference=case.reference,
        history=presenter.history(found, url, field.value if field else ""),
        choices=presenter.choices(labels, url, field.value if field else ""),
    )
