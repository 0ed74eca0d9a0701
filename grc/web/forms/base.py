"""What every form of ours has: a CSRF token, a key so that it is carried out once."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField

from grc.core.errors import Conflict, InvalidInput
from grc.web.once import new_key
from grc.web.words import _, say

LONGEST_LINE = 500
LONGEST_TEXT = 20_000


class Form(FlaskForm):
    """Labels are written when the form is made, in the language of the request."""

    form_key = HiddenField(default=new_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            if isinstance(field, SelectField):  # the list may have changed since the page
                gone = _("Ce choix n’existe pas ou plus : choisissez dans la liste.")
                field.invalid_choice_message = gone

    def refuse(self, refusal: InvalidInput | Conflict) -> None:
        """Say a refusal at the field it is about, at the first one seen if it names none."""
        seen = [field for field in self if not isinstance(field, HiddenField)]
        about = refusal.field if isinstance(refusal, InvalidInput) else None
        field = next((one for one in seen if one.name == about), seen[0])
        field.errors = [*field.errors, say(refusal.text)]
