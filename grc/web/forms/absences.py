"""Who is absent from when to when, and who covers."""

from collections.abc import Sequence

from wtforms import DateField, SelectField
from wtforms.validators import InputRequired, Optional

from grc.web.forms.base import Form
from grc.web.words import _, _l

People = Sequence[tuple[int, str]]
_DAY = [InputRequired(_l("Donnez un jour."))]


class Absence(Form):
    """Days are included; nobody need cover."""

    user = SelectField(_l("Qui"), [InputRequired(_l("Il manque une réponse ici."))])
    first = DateField(_l("Premier jour d’absence"), _DAY)
    last = DateField(_l("Dernier jour d’absence"), _DAY)
    cover = SelectField(_l("Qui suit ses demandes ?"), [Optional()])

    def prepare(self, people: People, covers: People) -> None:
        """Fill the lists."""
        self.user.choices = [(str(number), name) for number, name in people]
        nobody = ("", _("Personne en particulier"))
        self.cover.choices = [nobody, *((str(number), name) for number, name in covers)]
