"""How a cheque or an original has left."""

from datetime import date

from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from grc.core.clock import paris_date
from grc.intake.models import Enclosure
from grc.mailroom.enclosures import LONGEST, WAYS, Found
from grc.parsing import days, registered
from grc.recovery.amounts import cents, euros
from grc.web.forms.base import Form
from grc.web.present import now
from grc.web.words import _, _l


class Line(Form):
    """A line of the register, written anew."""

    cheque = StringField(_l("Montant"), [Optional()], render_kw={"autocomplete": "off"})
    what = StringField(
        _l("Tireur, ou pièce"),
        [InputRequired(_l("Écrivez ce que c'est.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "off"},
    )

    def prepare(self, row: Enclosure) -> None:
        """An original has no amount; what is written is shown first."""
        if not self.is_submitted():
            self.what.data = row.what
            self.cheque.data = "" if row.cents is None else euros(row.cents)
        if row.cents is None:
            del self.cheque

    def found(self) -> Found | None:
        """What was typed; None when the amount is wrong, and says so."""
        if self.cheque is None:
            return Found(self.what.data or "")
        amount = cents(self.cheque.data or "")
        if amount is None:
            self.cheque.errors = [_("Écrivez le montant comme 1 234,50.")]
            return None
        return Found(self.what.data or "", amount)


class GivenBack(Form):
    """When, how, by which registered letter."""

    how = RadioField(_l("Comment ?"), [InputRequired(_l("Dites comment."))])
    on = StringField(
        _l("Le"),
        [InputRequired(_l("Dites quand."))],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    registered = StringField(
        _l("N° de recommandé"), [Optional()], render_kw={"autocomplete": "off"}
    )

    def prepare(self) -> None:
        """Fill the list; today unless another day is said."""
        self.how.choices = [(code, _(words)) for code, words in WAYS.items()]
        if not self.on.data:
            self.on.data = f"{paris_date(now()):%d/%m/%Y}"

    def told(self) -> tuple[date, str] | None:
        """The day and the number; None when one is wrong, and says so."""
        on = days.day(self.on.data or "", paris_date(now()))
        typed = (self.registered.data or "").strip()
        number = registered.number(typed) if typed else ""
        if on is None:
            self.on.errors = [_("Écrivez 31/12/2026 ou 3112, sans dépasser aujourd’hui.")]
        if number is None:
            self.registered.errors = [_("Ce numéro n’est pas complet, ou mal lu.")]
        return None if on is None or number is None else (on, number)
