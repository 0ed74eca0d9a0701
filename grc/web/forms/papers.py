"""One choice for each document of a request type."""

from collections.abc import Iterator, Sequence

from wtforms import SelectField
from wtforms.validators import InputRequired

from grc.web.forms.base import Form
from grc.web.words import _
from grc.work.papers import RECEIVED, STATES, Paper

_FILE = "file:"  # and the number of the attachment that brought it


class Papers(Form):
    """Its fields are made for one case: see `papers_form`."""

    codes: Sequence[str] = ()

    def answers(self) -> Iterator[tuple[str, str, int | None]]:
        """(code, state, number of the attachment) for each document."""
        for number, code in enumerate(self.codes):
            chosen = self[f"document{number}"].data
            if chosen.startswith(_FILE):
                yield code, RECEIVED, int(chosen.removeprefix(_FILE))
            else:
                yield code, chosen, None


def papers_form(found: Sequence[Paper], files: Sequence[tuple[int, int, str]]) -> Papers:
    """The form of some documents; `files` are (id, number, name) of the case's attachments."""
    numbers = {attachment_id: number for attachment_id, number, _name in files}
    choices = [(state, _(label).capitalize()) for state, label in STATES.items()]
    choices += [
        (f"{_FILE}{number}", _("Reçue : %(name)s", name=name)) for _id, number, name in files
    ]
    fields = {}
    for number, one in enumerate(found):
        brought = numbers.get(one.attachment_id or 0)
        present = f"{_FILE}{brought}" if brought else one.state
        fields[f"document{number}"] = SelectField(one.label, [InputRequired()], default=present)
    made = type("PapersOfCase", (Papers,), fields)
    form: Papers = made()
    form.codes = [one.code for one in found]
    for field in form:
        if isinstance(field, SelectField):
            field.choices = choices
    return form
