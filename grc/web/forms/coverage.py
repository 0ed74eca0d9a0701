"""What the channels counted on one day."""

from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from grc.coverage.service import LARGEST
from grc.coverage.words import MEASURES, Measure
from grc.web.forms.base import Form
from grc.web.words import _l

_NUMBER = _l("Un comptage est un nombre entier, de 0 à 10 000 000.")


def _number(measure: Measure) -> IntegerField:
    limits = NumberRange(0, LARGEST, _NUMBER)
    label = _l(MEASURES[measure])
    return IntegerField(label, [Optional(), limits], render_kw={"inputmode": "numeric"})


class Counts(Form):
    """A day, then a number for each measure; an empty one is left as it was."""

    on = DateField(_l("Jour"), [InputRequired(_l("Donnez le jour compté."))])
    offered = _number(Measure.OFFERED)
    answered = _number(Measure.ANSWERED)
    abandoned = _number(Measure.ABANDONED)
    letters = _number(Measure.LETTERS)
    visitors = _number(Measure.VISITORS)
    files = _number(Measure.FILES)

    @property
    def told(self) -> dict[str, int]:
        """The numbers that were typed, by measure."""
        numbers = {code: self[code].data for code in MEASURES}
        return {code: number for code, number in numbers.items() if number is not None}
