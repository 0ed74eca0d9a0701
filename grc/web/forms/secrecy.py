"""Exceptional access, who read what, the journal: what is asked for."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from grc.web.forms.base import LONGEST_TEXT, Form
from grc.web.words import _l


class Enter(Form):
    """Which case, and why."""

    reference = StringField(
        _l("Référence exacte"),
        [InputRequired(_l("Il manque la référence.")), Length(max=40)],
        description=_l("Elle s’écrit D-2026-0012345-K."),
    )
    reason = TextAreaField(
        _l("Pourquoi ?"),
        [InputRequired(_l("Dites-le en une phrase.")), Length(max=LONGEST_TEXT)],
        filters=[lambda typed: typed or ""],
        description=_l("Les responsables du service et le délégué à la protection des données "
                       "lisent cette raison."),
    )  # fmt: skip
