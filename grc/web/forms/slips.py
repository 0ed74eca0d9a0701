"""What is asked of paper slips: how many to print, why one is voided, when a contact took place."""

from datetime import datetime

from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from grc.channels.fields import Checked, Field, Kind
from grc.core.i18n import N_
from grc.slips import moments
from grc.slips.models import PaperSlip
from grc.slips.service import MOST
from grc.web.forms.base import LONGEST_TEXT, Form
from grc.web.present import now
from grc.web.words import _l

WHEN = (  # names that no field of an adapter has
    Field(
        "slip_day",
        N_("Jour du contact, écrit sur la fiche"),
        Kind.DATE,
        required=True,
        help=N_("Les délais courent de ce jour, pas d’aujourd’hui."),
    ),
    Field("slip_hour", N_("Heure"), required=True, help=N_("Comme 14h30, ou 1430."), longest=10),
)


class Print(Form):
    """How many slips."""

    count = IntegerField(
        _l("Combien de fiches ?"),
        [InputRequired(_l("Dites combien.")), NumberRange(1, MOST, _l("De 1 à 200."))],
        default=20,
    )


class Void(Form):
    """Why a slip will not come back."""

    reason = TextAreaField(
        _l("Pourquoi ?"),
        [InputRequired(_l("Dites-le en une phrase.")), Length(max=LONGEST_TEXT)],
        description=_l("Abîmée, perdue, remplie par erreur. Sans nom d’usager."),
    )


def moment(checked: Checked, row: PaperSlip) -> datetime | None:
    """When the contact took place; None when it cannot be, and then `checked` says why."""
    day, typed = checked.values.pop("slip_day", None), checked.values.pop("slip_hour", None)
    if not (isinstance(day, str) and isinstance(typed, str)):
        return None
    at_hour = moments.hour(typed)
    at = moments.moment(datetime.fromisoformat(day).date(), at_hour) if at_hour else None
    why = moments.problem(at, row.printed_on, now())
    if why is not None:
        name = "slip_hour" if why.msgid == moments.NO_HOUR else "slip_day"
        checked.problems[name] = (why.msgid, why.params)
        return None
    return at
