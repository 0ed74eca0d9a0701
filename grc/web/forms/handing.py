"""What is said of an envelope that nobody opens, and of who signs for a list."""

from typing import Any

from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from grc.channels import unopened
from grc.channels.fields import Value, check
from grc.channels.unopened import UnopenedChannel
from grc.core.clock import paris_date
from grc.core.i18n import Text
from grc.mailroom.correcting import Written
from grc.mailroom.handing import LONGEST
from grc.parsing import days, registered
from grc.web.forms.base import Form
from grc.web.forms.mail import units
from grc.web.present import now
from grc.web.words import _, _l, say

_WORDS = {"autocomplete": "off"}
_ASKED = {one.name: one for one in UnopenedChannel.fields}


def _line(label: Any, **kw: str) -> StringField:
    return StringField(label, [Optional()], render_kw={**_WORDS, **kw})


class Unopened(Form):
    """An envelope: what it is, for whom."""

    kind = RadioField(_l("Pli"), [Optional()], validate_choice=False)
    near = RadioField(_l("Remis à"), [Optional()], validate_choice=False)
    destination = _line(_l("Autre destinataire"), list="units")
    registered = _line(_l("N° de recommandé"))
    sender = _line(_l("Expéditeur"))
    arrived = _line(_l("Arrivé le"), inputmode="numeric")

    def prepare(self, near: list[tuple[str, str]]) -> None:
        """Fill the lists."""
        self.kind.choices = [(code, _(words)) for code, words in unopened.KINDS]
        self.near.choices = near
        if not self.arrived.data:
            self.arrived.data = f"{paris_date(now()):%d/%m/%Y}"

    def values(self) -> dict[str, Any] | None:
        """The answers as the channel keeps them; None when some are wrong: each says why."""
        given = {name: [self[name].data or ""] for name in _ASKED}
        given["destination"] = [self._destination()]
        on = days.day(self.arrived.data or "", paris_date(now()))
        given["arrived"] = [f"{on:%Y-%m-%d}" if on else ""]
        if on is None:
            self.arrived.errors = [_("Écrivez 31/12/2026 ou 3112, sans dépasser aujourd’hui.")]
        checked = check(UnopenedChannel.fields, given)
        wrong = checked.problems | unopened.problems(checked.values)
        for name, problem in wrong.items():
            seen = "near" if name == "destination" and self.near.choices else name
            self[seen].errors = [say(Text(*problem))]
        values: dict[str, Value | tuple[Value, ...]] = checked.values
        return None if any(field.errors for field in self) else values

    def _destination(self) -> str:
        typed = (self.destination.data or "").strip()
        return addressee(typed) if typed else self.near.data or ""


def addressee(typed: str) -> str:
    """A unit goes by its code, whether its name or its code was typed."""
    typed = typed.strip()
    return next((code for code, name in units() if typed.casefold() == name.casefold()), typed)


class Correction(Form):
    """What is on an envelope, written anew."""

    kind = RadioField(_l("Pli"), [Optional()], validate_choice=False)
    destination = StringField(
        _l("Remis à"),
        [InputRequired(_l("Dites à qui le pli est remis.")), Length(max=LONGEST)],
        render_kw={**_WORDS, "list": "units"},
    )
    registered = _line(_l("N° de recommandé"))
    sender = StringField(_l("Expéditeur"), [Optional(), Length(max=200)], render_kw=_WORDS)

    def prepare(self) -> None:
        """Fill the list of kinds."""
        self.kind.choices = [(code, _(words)) for code, words in unopened.KINDS]

    def written(self) -> Written | None:
        """What was typed; None when the number is wrong, and says so."""
        typed = (self.registered.data or "").strip()
        number = registered.number(typed) if typed else ""
        if number is None:
            self.registered.errors = [_("Ce numéro n’est pas complet, ou mal lu.")]
            return None
        sender = " ".join((self.sender.data or "").split())
        to = addressee(self.destination.data or "")
        return Written(to, sender, number, self.kind.data or "")


class Signature(Form):
    """Who has received the envelopes of a list."""

    name = StringField(
        _l("Reçu par"),
        [InputRequired(_l("Écrivez le nom de la personne qui a signé.")), Length(max=LONGEST)],
        render_kw=_WORDS,
    )
    seen = HiddenField()
