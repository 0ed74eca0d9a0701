"""What a public form asks, what was answered, and nothing typed or chosen lost on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from flask import request

from grc.catalogue.forms import PublicForm as Asking
from grc.catalogue.forms import Question
from grc.catalogue.queries import TypeView
from grc.channels.fields import Checked, Field, File, Given, Kind, Problem, Value, Values, check
from grc.channels.web import FILES, MOST_FILES, TEXT, WHO
from grc.core.i18n import N_
from grc.intake import waiting_files
from grc.organisation.queries import snapshot as organisation
from grc.parsing.charset import wash_name
from grc.web.forms import entry as drawing
from grc.web.public.blueprint import PublicForm

TRAP = "website"  # what no person sees and robots fill in
_OWN = "q_"  # before the names of the questions of a type
_MIB = 1 << 20
MOST_BYTES = 25 * _MIB
_LOST = N_("Un fichier n’a pas pu être gardé : choisissez-le à nouveau.")
_AGAIN = N_(
    "À choisir à nouveau : %(names)s. Un fichier n’est ni vide, ni de plus de 10 Mo ; dix "
    "fichiers au plus, et 25 Mo en tout."
)
_KNOWN_TO_BROWSERS = {"name": "name", "email": "email", "phone": "tel"}


@dataclass
class Asked:
    """The fields of a form, what was given for each, and what is wrong with it."""

    fields: tuple[Field, ...]
    given: Given = field(default_factory=dict)
    checked: Checked = field(default_factory=lambda: Checked({}, {}))
    files: tuple[File, ...] = ()

    def drawn(self) -> drawing.Drawn:
        """The form with everything that was typed."""
        typed = {name: answers for name, answers in self.given.items() if name != FILES.name}
        drawn = drawing.Drawn(self.fields, typed, self.checked.problems, base=PublicForm)
        for one, inputs in drawn.groups:
            told = _KNOWN_TO_BROWSERS.get(one.name)
            render = {**(inputs[0].render_kw or {})} | ({"autocomplete": told} if told else {})
            render.pop("autofocus", None)  # people read before they type
            inputs[0].render_kw = render
        return drawn

    def kept(self) -> list[tuple[str, str, int]]:
        """The files given so far: signed name, name, bytes. They need not be chosen again."""
        return [(waiting_files.keep(file), file.filename, len(file.data)) for file in self.files]


def fields_of(form: Asking, locale: str) -> tuple[Field, ...]:
    """Who asks, what this type asks, then what every form asks."""
    own = (one.field(locale) for one in form.questions)
    return (*(_renamed(one) for one in own), TEXT, FILES, *WHO)


def _renamed(one: Field) -> Field:
    return replace(one, name=_OWN + one.name)


def read(fields: tuple[Field, ...]) -> Asked:
    """What this request brought."""
    given = drawing.posted(fields)
    texts = tuple(one for one in fields if one.kind is not Kind.FILE)
    checked = check(texts, given, drawing.commune)
    files, problem = _files(given.get(FILES.name, ()))
    if problem:
        checked.problems[FILES.name] = problem
    if files:
        checked.values[FILES.name] = files
    return Asked(fields, given, checked, files)


def _files(sent: Sequence[str | File]) -> tuple[tuple[File, ...], Problem | None]:
    """Every file that can be taken, those of an earlier try first; what is wrong with others."""
    dropped = set(request.form.getlist("drop"))
    names = [name for name in request.form.getlist("kept_file") if name not in dropped]
    found = [waiting_files.find(name) for name in names[:MOST_FILES]]
    kept = [file for file in found if file is not None]
    problem: Problem | None = (_LOST, {}) if len(kept) < len(names) else None
    good, refused = _fitting([*kept, *(one for one in sent if isinstance(one, File))])
    if refused:
        problem = (_AGAIN, {"names": ", ".join(refused)})
    return good, problem


def _fitting(given: Sequence[File]) -> tuple[tuple[File, ...], list[str]]:
    """The files that can be taken together, and the names of those that must be chosen again."""
    taken: list[File] = []
    refused: list[str] = []
    for file in given:
        judged = check((FILES,), {FILES.name: [file]}).values.get(FILES.name)
        good = [one for one in judged if isinstance(one, File)] if isinstance(judged, tuple) else []
        size = sum(len(one.data) for one in (*taken, *good))
        if good and len(taken) < MOST_FILES and size <= MOST_BYTES:
            taken += good
        elif file.filename:  # else an empty box: nothing was chosen
            refused.append(wash_name(file.filename)[-100:])
    return tuple(taken), refused


def values_of(asked: Asked, kind: TypeView) -> Values:
    """The item of what was asked: questions and answers become words that last."""
    values = asked.checked.values
    own = {name: value for name, value in values.items() if not name.startswith(_OWN)}
    questions = kind.form.questions if kind.form else ()
    said = [(one, values.get(_OWN + one.name)) for one in questions]
    answers = tuple(one.told(_words(one, value)) for one, value in said if value)
    told = {"request_type": kind.code, "subject": kind.label_fr}
    return own | told | ({"answers": answers} if answers else {})


def _words(question: Question, value: Value | tuple[Value, ...]) -> str:
    text = "oui" if value is True else str(value)
    if question.kind == Kind.DATE.value:
        return date.fromisoformat(text).strftime("%d/%m/%Y")
    if question.kind == Kind.COMMUNE.value:
        known = organisation().commune(text)
        return known.name if known else text
    return text
