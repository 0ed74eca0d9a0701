"""The public form of a request type: what citizens are asked, as catalogue.toml says it. Pure.

It is kept as JSON with the version of the type: what was asked on a day can be shown again.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grc.channels.fields import Field, Kind
from grc.core.i18n import N_
from grc.core.toml_source import Row

MOST_QUESTIONS = 15
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KINDS = tuple(kind.value for kind in Kind if kind is not Kind.FILE)  # files have one place


@dataclass(frozen=True)
class Option:
    """One answer of a choice."""

    code: str
    label_fr: str
    label_en: str


@dataclass(frozen=True)
class Question:
    """One question of a form, in both languages."""

    name: str
    label_fr: str
    label_en: str
    kind: str = Kind.TEXT.value
    required: bool = False
    help_fr: str = ""
    help_en: str = ""
    options: tuple[Option, ...] = ()

    def label(self, locale: str) -> str:
        """The question in a language."""
        return self.label_en if locale == "en" else self.label_fr

    def field(self, locale: str) -> Field:
        """The field that asks it in a language, and judges the answer."""
        is_english = locale == "en"
        return Field(
            self.name,
            self.label(locale),
            Kind(self.kind),
            required=self.required,
            help=self.help_en if is_english else self.help_fr,
            choices=tuple((o.code, o.label_en if is_english else o.label_fr) for o in self.options),
        )

    def told(self, value: str) -> str:
        """The question and its answer in French, as agents read them."""
        answer = next((o.label_fr for o in self.options if o.code == value), value)
        return f"{self.label_fr}\u00a0: {answer}"


@dataclass(frozen=True)
class PublicForm:
    """What citizens read and are asked before they send a request of one type."""

    summary_fr: str
    summary_en: str
    words: tuple[str, ...] = ()  # other words people use, for the search
    papers_fr: str = ""  # which documents help
    papers_en: str = ""
    questions: tuple[Question, ...] = ()

    def summary(self, locale: str) -> str:
        """What the form is for."""
        return self.summary_en if locale == "en" else self.summary_fr

    def papers(self, locale: str) -> str:
        """Which documents to give, empty when none is asked."""
        return self.papers_en if locale == "en" else self.papers_fr

    def as_json(self) -> dict[str, Any]:
        """As a row keeps it."""
        kept = asdict(self)
        kept["words"] = list(self.words)
        kept["questions"] = [
            asdict(one) | {"options": [asdict(option) for option in one.options]}
            for one in self.questions
        ]
        return kept


def from_json(kept: Mapping[str, Any] | None) -> PublicForm | None:
    """The form a row keeps; None when the type is not asked for online."""
    if kept is None:
        return None
    questions = tuple(
        Question(**one | {"options": tuple(Option(**option) for option in one["options"])})
        for one in kept["questions"]
    )
    return PublicForm(**{**kept, "words": tuple(kept["words"]), "questions": questions})


def read(row: Row) -> PublicForm:
    """The `[request_types.form]` of a type; its mistakes are noted."""
    form = PublicForm(
        summary_fr=row.text("summary_fr"),
        summary_en=row.text("summary_en"),
        words=row.texts("words"),
        papers_fr=row.text("papers_fr", ""),
        papers_en=row.text("papers_en", ""),
        questions=tuple(_question(one) for one in row.rows("questions")),
    )
    names = [one.name for one in form.questions]
    if len(set(names)) < len(names):
        row.note("questions", N_("deux questions ont le même nom"))
    if len(names) > MOST_QUESTIONS:
        row.note("questions", N_("trop de questions : %(most)s au plus"), most=MOST_QUESTIONS)
    row.refuse_unknown()
    return form


def _question(row: Row) -> Question:
    question = Question(
        name=row.text("name"),
        label_fr=row.text("label_fr"),
        label_en=row.text("label_en"),
        kind=row.choice("kind", _KINDS, Kind.TEXT.value),
        required=row.flag("required", False),
        help_fr=row.text("help_fr", ""),
        help_en=row.text("help_en", ""),
        options=tuple(
            Option(one.text("code"), one.text("label_fr"), one.text("label_en"))
            for one in row.rows("options")
        ),
    )
    if question.name and not _NAME.fullmatch(question.name):
        row.note("name", N_("un nom court en minuscules, sans accents ni espaces"))
    if (question.kind == Kind.CHOICE.value) is not bool(question.options):
        row.note("options", N_("un choix a des réponses possibles, et lui seul"))
    return question
