"""What becomes of an item that could not be understood."""

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from grc.web.forms.base import LONGEST_LINE, LONGEST_TEXT, Form
from grc.web.words import _l


class OpenByHand(Form):
    """What a person could read of it, to open a case."""

    subject = StringField(
        _l("Objet de la demande"),
        [InputRequired(_l("Donnez un objet à la demande.")), Length(max=LONGEST_LINE)],
    )
    name = StringField(_l("Nom de l’usager"), [Optional(), Length(max=200)])
    email = StringField(_l("Courriel de l’usager"), [Optional(), Length(max=320)])
    text = TextAreaField(
        _l("Ce qui est demandé"),
        [Optional(), Length(max=LONGEST_TEXT)],
        description=_l("Ce que vous avez pu lire. L’original est joint à la demande."),
    )


class SetAside(Form):
    """Why nothing follows."""

    reason = TextAreaField(
        _l("Raison"),
        [InputRequired(_l("Dites pourquoi cet élément est écarté.")), Length(max=LONGEST_TEXT)],
        description=_l("La raison reste dans l’historique, et l’original reste gardé."),
    )
