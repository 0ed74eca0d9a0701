"""A form drawn from the fields an adapter declares; the adapter's own check judges it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms import (
    Field as Input,
)

from grc.channels.fields import MOST, Field, File, Given, Kind, Problem
from grc.core.i18n import Text
from grc.organisation.queries import snapshot as organisation
from grc.web.forms.base import Form
from grc.web.forms.cases import request_types
from grc.web.words import _, say

FEW = 6  # choices that are all seen at once
_AT_FIRST = 2  # inputs of a repeated field
_INPUTS: Mapping[Kind, Any] = {
    Kind.TEXT: StringField,
    Kind.LINES: TextAreaField,
    Kind.CHOICE: SelectField,
    Kind.DATE: StringField,
    Kind.PHONE: TelField,
    Kind.EMAIL: EmailField,
    Kind.REGISTERED: StringField,
    Kind.COMMUNE: StringField,
    Kind.ADDRESS: TextAreaField,
    Kind.FILE: FileField,
    Kind.YES_NO: BooleanField,
}


def completed(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields that are asked, with the lists that only the core has."""
    return tuple(
        replace(one, choices=tuple(pair for pair in request_types("") if pair[0]))
        if one.known == "request_types"
        else one
        for one in fields
        if one.asked
    )


def commune(typed: str) -> str | None:
    """The INSEE code of the one commune of this name, postcode or code."""
    index = organisation().communes
    found = index.named(typed) or index.with_postcode(typed.replace(" ", ""))
    return found[0].insee if len(found) == 1 else None


def communes() -> list[str]:
    """The names to choose from."""
    return sorted({known.name for known in organisation().communes.by_insee.values()})


def posted(fields: Sequence[Field]) -> dict[str, list[str | File]]:
    """What this request brought for each field."""
    return {
        one.name: [
            *request.form.getlist(one.name),
            *(File(sent.filename or "", sent.read()) for sent in request.files.getlist(one.name)),
        ]
        for one in fields
    }


class Drawn:
    """A form to show: its `groups` are the inputs of each field, one but for repeated ones."""

    def __init__(
        self,
        fields: Sequence[Field],
        given: Given,
        problems: Mapping[str, Problem],
        more: str = "",
        base: type[Form] = Form,
    ) -> None:
        self.has_files = any(one.kind is Kind.FILE for one in fields)
        self.has_communes = any(one.kind is Kind.COMMUNE for one in fields)
        counts = {one.name: _count(one, given, more) for one in fields}
        inputs = {
            f"{one.name}-{number}": _input(one, number, is_wrong=one.name in problems)
            for one in fields
            for number in range(counts[one.name])
        }
        self.form: Form = type("Entry", (base,), inputs)(formdata=None)
        self.groups = [
            (one, [self.form[f"{one.name}-{number}"] for number in range(counts[one.name])])
            for one in fields
        ]
        for one, group in self.groups:
            _fill(one, group, given.get(one.name, ()), problems.get(one.name))
        if not problems:  # else the summary of errors comes first
            self._focus(more)

    def _focus(self, more: str) -> None:
        """One types at once: into the first field, or the answer that was asked for."""
        asked = next((group for one, group in self.groups if one.name == more), None)
        first = asked[-1] if asked else self.groups[0][1][0]
        first.render_kw = {**(first.render_kw or {}), "autofocus": True}


def _count(one: Field, given: Given, more: str) -> int:
    if not one.repeated or one.kind is Kind.FILE:
        return 1
    typed = len([answer for answer in given.get(one.name, ()) if answer])
    return min(MOST, max(_AT_FIRST, typed + (one.name == more)))


def _input(one: Field, number: int, *, is_wrong: bool) -> Any:
    label = _(one.label) if not number else _("%(label)s, %(n)s", label=_(one.label), n=number + 1)
    told: dict[str, Any] = {"name": one.name, "id": f"field-{one.name}-{number}"}
    told["description"] = _(one.help) if one.help and not number else ""
    told["render_kw"] = {"autocomplete": "off"}  # what is typed is about somebody else
    kind = _INPUTS[one.kind]
    if one.kind is Kind.CHOICE and _all_seen(one):
        kind = RadioField
    elif one.kind is Kind.FILE and one.repeated:
        kind = MultipleFileField
    elif one.kind is Kind.COMMUNE:
        told["render_kw"] |= {"list": "communes"}
    elif one.kind is Kind.DATE and not is_wrong:  # such an input cannot show a wrong date again
        told["render_kw"] |= {"type": "date"}
    return kind(label, **told)


def _all_seen(one: Field) -> bool:
    """True when every choice is shown at once; one made so could not be taken back."""
    return bool(one.required or one.first) and len(one.choices) <= FEW


def _fill(
    one: Field, group: Sequence[Input], given: Sequence[str | File], problem: Problem | None
) -> None:
    """Give back what was typed; a browser does not let a page give back a file."""
    group[0].flags.required = one.required
    if one.kind is Kind.CHOICE:
        first = [] if _all_seen(one) else [("", _("Sans réponse"))]
        for item in group:
            item.choices = [*first, *((code, _(words)) for code, words in one.choices)]
    typed = [answer for answer in given if answer and isinstance(answer, str)]
    typed = typed or ([one.first] if one.first else [])
    for item, answer in zip(group, typed, strict=False):
        item.data = answer if one.kind is not Kind.YES_NO else True
    if problem:
        group[0].errors = [say(Text(*problem))]
    elif any(isinstance(answer, File) and answer.data for answer in given):
        group[0].errors = [_("Choisissez ce fichier à nouveau : le navigateur ne le garde pas.")]
