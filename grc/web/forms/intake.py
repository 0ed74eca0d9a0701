"""What becomes of an item that could not be understood."""

from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from grc.web.forms.base import LONGEST_LINE, LONGEST_TEXT, Form
from grc.web.words import _, _l


class Decision(Form):
    """Open a case by hand, or set the item aside with a reason."""

    decision = RadioField(
        _l("Que devient cet élément ?"), [InputRequired(_l("Il manque une réponse ici."))]
    )
    subject = StringField(
        _l("Objet de la demande"),
        [Optional(), Length(max=LONGEST_LINE)],
        description=_l("Pour ouvrir une demande."),
    )
    name = StringField(_l("Nom de l’usager"), [Optional(), Length(max=200)])
    email = StringField(_l("Courriel de l’usager"), [Optional(), Length(max=320)])
    text = TextAreaField(
        _l("Ce qui est demandé"),
        [Optional(), Length(max=LONGEST_TEXT)],
        description=_l("Ce que vous avez pu lire. L’original est joint à la demande."),
    )
    reason = TextAreaField(
        _l("Raison"),
        [Optional(), Length(max=LONGEST_TEXT)],
        description=_l("Pour l’écarter. L’original reste gardé."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision.choices = [
            ("open", _("Ouvrir une demande")),
            ("discard", _("L’écarter")),
        ]
