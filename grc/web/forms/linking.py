"""The words asked for by acts on cases that have to do with each other."""

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from grc.organisation.queries import snapshot as organisation
from grc.web.forms.base import LONGEST_LINE, Form
from grc.web.words import _, _l

_given = [InputRequired(_l("Il manque une réponse ici."))]


class Relate(Form):
    """Another case, and what it is to this one."""

    other = StringField(_l("Référence de l’autre demande"), _given)
    kind = RadioField(_l("Lien"), _given, default="related")

    def prepare(self) -> None:
        """Fill the list."""
        self.kind.choices = [
            ("related", _("En rapport")),
            ("child_of", _("Celle-ci fait partie de l’autre")),
            ("parent_of", _("L’autre fait partie de celle-ci")),
        ]


class Split(Form):
    """What else is asked in a message."""

    subject = StringField(_l("Objet de la nouvelle demande"), [*_given, Length(max=LONGEST_LINE)])


class AddUnit(Form):
    """One more unit, and by when."""

    unit = SelectField(_l("Service"), _given)
    due_on = DateField(_l("Échéance de ce service"), _given)

    def prepare(self) -> None:
        """Fill the list."""
        self.unit.choices = [("", _("Choisir un service"))]
        self.unit.choices += [(unit.code, unit.name) for unit in organisation().units]
