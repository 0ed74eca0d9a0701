"""What must be chosen with an act on many cases: the fields of the forms of one case."""

from collections.abc import Mapping

from grc.bulk.orders import Kind, Order
from grc.cases.states import OPEN, STATUS_LABELS, Status
from grc.web.forms import cases
from grc.web.forms.base import Form
from grc.web.forms.cases import Choices
from grc.web.words import _

FORMS: Mapping[Kind, type[Form]] = {
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


def ordered(kind: Kind, form: Form) -> Order:
    """What was chosen."""
    own = {field.name: field.data or "" for field in form if field.name in _CODES}
    reason = getattr(form, "reason", None)
    return Order(kind, own, (reason.data or "").strip() if reason else "")


_CODES = frozenset({"assignee", "unit", "request_type", "status", "outcome", "end"})
