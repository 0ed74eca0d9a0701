"""The lines of an interview that say where rights stand."""

from collections.abc import Iterator
from datetime import date

from flask import request
from wtforms import Form, SelectField, StringField
from wtforms.validators import Optional

from grc.channels.fields import Field, Kind, check
from grc.core.errors import InvalidInput
from grc.core.i18n import Text
from grc.recovery import rights
from grc.recovery.catalogue import ORGANISMS, RIGHTS, STANDINGS, Standing
from grc.recovery.rights import Right
from grc.web.words import _, _l, say

MOST = 12
_ON = Field("on", "", Kind.DATE)
_FIELDS = {"right": "code", "organism": "organism", "standing": "standing", "on": "on"}


class Line(Form):
    """One right."""

    code = SelectField(_l("Droit"), [Optional()])
    organism = SelectField(_l("Organisme"), [Optional()])
    standing = SelectField(_l("Où en est-il ?"), default=Standing.ASKED.value)
    on = StringField(_l("Le"), render_kw={"autocomplete": "off", "placeholder": _l("aujourd’hui")})
    amount = StringField(
        _l("Par mois (€)"), render_kw={"autocomplete": "off", "inputmode": "decimal"}
    )

    def __init__(self, number: int) -> None:
        super().__init__(request.form or None, prefix=f"right-{number}-")
        self.code.choices = [("", _("Aucun")), *((one.code, one.name) for one in RIGHTS.values())]
        usual = ("", _("Le sien"))
        self.organism.choices = [usual, *((code, _(name)) for code, name in ORGANISMS.items())]
        self.standing.choices = [(code, _(name).capitalize()) for code, name in STANDINGS.items()]

    @property
    def is_wrong(self) -> bool:
        """True when something in this line must be corrected."""
        return any(field.errors for field in self)

    def read(self, today: date) -> Right | None:
        """The right of this line, or what is wrong with it at its field; None for none."""
        try:
            return self._read(today)
        except InvalidInput as wrong:
            self[_FIELDS.get(wrong.field or "", "amount")].errors = [say(wrong.text)]
            return None

    def _read(self, today: date) -> Right | None:
        if not self.code.data:
            if self.amount.data:
                self.code.errors = [_("Choisissez le droit, ou effacez le montant.")]
            return None
        found = check([_ON], {"on": [self.on.data or ""]})
        for problem in found.problems.values():
            raise InvalidInput(Text(*problem).msgid, field="on")
        on = date.fromisoformat(str(found.values["on"])) if found.values else today
        words = (self.code.data, self.organism.data or "", self.standing.data or "")
        return rights.checked(rights.typed(*words, on, self.amount.data or ""), today)


def lines(*, more: bool = False) -> list[Line]:
    """The lines of this request and, when one more is wanted, an empty one."""
    number = sum(1 for _number in _sent())
    return [Line(one) for one in range(min(MOST, max(1, number + more)))]


def _sent() -> Iterator[int]:
    number = 0
    while number < MOST and f"right-{number}-code" in request.form:
        yield number
        number += 1
