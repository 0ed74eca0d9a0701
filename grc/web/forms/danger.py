"""What is typed when somebody is in danger: little, and nothing of it may stop the alarm."""

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from grc.web.forms.base import LONGEST_TEXT, Form
from grc.web.words import _, _l

FOLDED = ("place", "name", "number", "canal")  # of Alert: what may wait, so that the button is seen


class HandOver(Form):
    """A case one is reading."""

    demande = HiddenField()
    why = TextAreaField(
        _l("Ce qui se passe"),
        [Optional(), Length(max=LONGEST_TEXT)],
        render_kw={"rows": "3"},
        filters=[lambda typed: typed or ""],
    )


class Alert(Form):
    """What somebody says, when there is no case. The names are those of the forms of channels, so
    that what was begun there goes on here."""

    text = TextAreaField(
        _l("Ce qui se passe"),
        [Optional(), Length(max=LONGEST_TEXT)],
        render_kw={"rows": "3", "autofocus": True},
        filters=[lambda typed: typed or ""],
    )
    place = StringField(_l("Où ?"), [Optional(), Length(max=300)], filters=[lambda t: t or ""])
    name = StringField(_l("Qui ?"), [Optional(), Length(max=200)], filters=[lambda t: t or ""])
    number = StringField(
        _l("Téléphone"),
        [Optional(), Length(max=200)],
        filters=[lambda typed: typed or ""],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    canal = SelectField(_l("Comment l’avez-vous su ?"), [Optional()], validate_choice=False)

    def is_empty(self) -> bool:
        """True when nobody could know what it is about; the first field says so."""
        told = (self.text, self.place, self.name, self.number)
        if any((one.data or "").strip() for one in told):
            return False
        self.text.errors = [_("Écrivez au moins un mot : qui, où, ou ce qui se passe.")]
        return True
