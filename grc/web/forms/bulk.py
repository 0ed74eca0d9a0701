"""What must be chosen with an act on many cases: the fields of the forms of one case."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput

from grc.bulk.orders import Kind, Order
from grc.bulk.planning import Candidate
from grc.bulk.sharing import EQUAL, LEVEL
from grc.cases.states import OPEN, STATUS_LABELS, Status
from grc.web.filters import day
from grc.web.forms import cases
from grc.web.forms.base import Form
from grc.web.forms.cases import Choices
from grc.web.words import _, _l, ngettext


class Share(Form):
    """Among whom, and how."""

    people = SelectMultipleField(
        _l("Entre qui ?"),
        [InputRequired(_l("Choisissez au moins une personne."))],
        option_widget=CheckboxInput(),
    )
    how = RadioField(_l("Comment ?"), [InputRequired(_l("Il manque une réponse ici."))])


FORMS: Mapping[Kind, type[Form]] = {
    Kind.SHARE: Share,
    Kind.GIVE: cases.Assign,
    Kind.REROUTE: cases.Reroute,
    Kind.QUALIFY: cases.Qualify,
    Kind.MOVE: cases.Move,
    Kind.CLOSE: cases.Close,
}


def made(kind: Kind, colleagues: Choices) -> Form:
    """The form of an act, with its lists; `colleagues` are (id, name)."""
    form = FORMS.get(kind, Form)()
    if isinstance(form, cases.Assign):
        form.prepare(colleagues)
    elif isinstance(form, cases.Reroute):
        form.prepare()
        del form.request_type  # each case keeps its own
    elif isinstance(form, cases.Qualify):
        form.prepare("")
    elif isinstance(form, cases.Move):
        open_ones = [one for one in Status if one in OPEN]
        form.status.choices = [(one.value, _(STATUS_LABELS[one])) for one in open_ones]
    elif isinstance(form, cases.Close):
        form.prepare()
    return form


def sharing(people: Sequence[Candidate], me: int) -> Share:
    """Everybody who is there, all ticked at first but the one who shares out (`me`); who is
    absent is told, and gets none."""
    form, here = Share(), [one for one in people if one.away_until is None]
    form.people.choices = [(str(one.id), _with_load(one)) for one in here]
    form.people.description = _(" ; ").join(_absent(one) for one in people if one.away_until)
    form.how.choices = [(EQUAL, _("en parts égales"))]
    if people and all(one.load is not None for one in people):
        form.how.choices.append((LEVEL, _("selon ce que chacun a déjà")))
    if "looked" not in request.form:
        form.people.data = [str(one.id) for one in here if one.id != me]
        form.how.data = form.how.choices[-1][0]
    return form


def _with_load(one: Candidate) -> str:
    if one.load is None:
        return one.name
    words = ngettext("%(num)s ouverte", "%(num)s ouvertes", one.load)
    return _("%(name)s, %(words)s", name=one.name, words=words)


def _absent(one: Candidate) -> str:
    assert one.away_until is not None  # noqa: S101 - asked by the caller
    return _("%(name)s : absence jusqu’au %(day)s", name=one.name, day=day(one.away_until))


def ordered(kind: Kind, form: Form) -> Order:
    """What was chosen."""
    own = {field.name: _code(field.data) for field in form if field.name in _CODES}
    reason = getattr(form, "reason", None)
    return Order(kind, own, (reason.data or "").strip() if reason else "")


def _code(chosen: Any) -> str:
    return " ".join(chosen) if isinstance(chosen, list) else chosen or ""


_CODES = frozenset(
    {"people", "how", "assignee", "unit", "request_type", "status", "outcome", "end"}
)
