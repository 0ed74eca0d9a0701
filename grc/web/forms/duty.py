"""One line of the duty roster."""

from collections.abc import Iterable
from datetime import datetime

from wtforms import DateTimeLocalField, EmailField, SelectField, TelField
from wtforms.validators import InputRequired, Length

from grc.core.clock import PARIS
from grc.danger.duty import NewShift
from grc.web.forms.base import Form
from grc.web.words import _l

_needed = InputRequired(_l("Il manque une réponse ici."))
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


class Shift(Form):
    """Who, from when to when, and how she is reached."""

    login = SelectField(_l("Personne"), [_needed])
    since = DateTimeLocalField(_l("Du"), [_needed], format=_FORMATS)
    until = DateTimeLocalField(_l("Au"), [_needed], format=_FORMATS)
    phone = TelField(_l("Téléphone d’astreinte"), [_needed, Length(max=32)])
    email = EmailField(
        _l("Adresse de l’alarme"),
        [_needed, Length(max=254)],
        description=_l("Celle qui est lue la nuit : le message ne dit rien d’une demande."),
    )

    def prepare(self, people: Iterable[tuple[str, str]], since: datetime, until: datetime) -> None:
        """Who may be chosen; the first hole of the roster is proposed."""
        self.login.choices = list(people)
        if not self.is_submitted():
            self.since.data = since.astimezone(PARIS).replace(tzinfo=None)
            self.until.data = until.astimezone(PARIS).replace(tzinfo=None)

    def shift(self, unit_code: str) -> NewShift:
        """What was typed; hours are those of Paris."""
        return NewShift(
            unit_code,
            self.login.data or "",
            self.since.data.replace(tzinfo=PARIS),
            self.until.data.replace(tzinfo=PARIS),
            self.phone.data or "",
            self.email.data or "",
        )
