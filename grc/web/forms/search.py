"""The words asked for by views and by lists taken away."""

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from grc.core.actor import Actor
from grc.finding.views import LONGEST_NAME, shares_in
from grc.organisation.queries import snapshot as organisation
from grc.web.forms.base import Form
from grc.web.words import _, _l

_given = [InputRequired(_l("Il manque une réponse ici."))]


class View(Form):
    """A name, and with whom the view is shared."""

    name = StringField(_l("Nom de la vue"), [*_given, Length(max=LONGEST_NAME)])
    unit = SelectField(_l("Partagée avec"), default="")

    def prepare(self, actor: Actor) -> None:
        """Fill the list; who may share with no unit is not asked."""
        known = organisation().units_by_id
        units = [known[one] for one in shares_in(actor) if one in known]
        units.sort(key=lambda unit: unit.name)
        self.unit.choices = [("", _("Personne : pour moi seulement"))]
        self.unit.choices += [(unit.code, unit.name) for unit in units]
        if not units:
            del self.unit

    @property
    def shared_with(self) -> str:
        """The code of the unit; empty for nobody."""
        return str(self.unit.data or "") if "unit" in self else ""


class File(Form):
    """How a list is to be written."""

    format = RadioField(_l("Format"), _given, default="xlsx")

    def prepare(self) -> None:
        """Fill the list."""
        self.format.choices = [
            ("xlsx", _("Classeur (Excel, LibreOffice)")),
            ("csv", _("Texte séparé par des points-virgules (CSV)")),
        ]
