"""What the channels counted on one day."""

from typing import Any

from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from grc.coverage.service import LARGEST
from grc.coverage.words import MEASURES
from grc.web.forms.base import Form
from grc.web.words import _, _l

_NUMBER = _l("Un comptage est un nombre entier, de 0 à 10 000 000.")


def _number() -> IntegerField:
    limits = NumberRange(0, LARGEST, _NUMBER)
    return IntegerField(validators=[Optional(), limits], render_kw={"inputmode": "numeric"})


class Counts(Form):
    """A day, then a number for each measure; an empty one is left as it was."""

    on = DateField(_l("Jour"), [InputRequired(_l("Donnez le jour compté."))])
    offered = _number()
    answered = _number()
    abandoned = _number()
    letters = _number()
    visitors = _number()
    files = _number()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, words in MEASURES.items():
            self[code].label.text = _(words)

    @property
    def told(self) -> dict[str, int]:
        """The numbers that were typed, by measure."""
        numbers = {code: self[code].data for code in MEASURES}
        return {code: number for code, number in numbers.items() if number is not None}
