"""The words asked for by acts on a person."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from grc.citizens.household import ROLES
from grc.citizens.merging import FIELDS
from grc.web.forms.base import LONGEST_TEXT, Form
from grc.web.words import _, _l
from grc.work.people import KINDS, Care

LANGUAGES = (
    ("fr", _l("français")),
    ("en", _l("anglais")),
    ("ar", _l("arabe")),
    ("es", _l("espagnol")),
    ("pt", _l("portugais")),
    ("ru", _l("russe")),
    ("tr", _l("turc")),
    ("uk", _l("ukrainien")),
    ("zh", _l("chinois")),
)


def _why(hint: Any = "") -> TextAreaField:
    rules = [InputRequired(_l("Dites-le en une phrase.")), Length(max=LONGEST_TEXT)]
    return TextAreaField(_l("Pourquoi ?"), rules, description=hint, render_kw={"rows": 2})


def _name(label: Any) -> StringField:
    def plain(typed: str | None) -> str | None:
        return " ".join((typed or "").split()) or None

    rules = [Optional(), Length(max=200)]
    return StringField(label, rules, filters=[plain], render_kw={"autocomplete": "off"})


class Identity(Form):
    """Who she is, as she says or as a paper says."""

    name = _name(_l("Nom d’usage"))
    birth_name = _name(_l("Nom de naissance"))
    first_names = _name(_l("Prénoms"))
    birth_date = DateField(_l("Date de naissance"), [Optional()])
    died_on = DateField(_l("Date de décès"), [Optional()])
    language = SelectField(_l("Langue"))
    shown = HiddenField()  # the print of what the page showed first
    reason = _why(_l("Ce qui était écrit reste dans l’historique."))

    def prepare(self) -> None:
        """Fill the list; a language of which we have no name stays as it is."""
        known = [(code, str(words)) for code, words in LANGUAGES]
        told = self.language.data
        self.language.choices = known + ([(told, told)] if told not in dict(known) else [])

    def given(self) -> dict[str, Any]:
        """What was typed, by field."""
        return {name: self[name].data or None for name in FIELDS}


class Point(Form):
    """How she is reached. Fields stand in the order in which classes declare them."""

    kind = RadioField(_l("Coordonnée"), [InputRequired(_l("Il manque une réponse ici."))])
    value = StringField(
        _l("Numéro ou adresse"),
        [InputRequired(_l("Il manque une réponse ici.")), Length(max=320)],
        render_kw={"autocomplete": "off"},
    )


class CareOf(Form):
    """With what care a contact point is used."""

    safe = RadioField(_l("Peut-on l’utiliser sans danger ?"), default="")
    do_not_call = BooleanField(_l("Ne pas appeler"))
    do_not_write = BooleanField(_l("Ne pas écrire"))
    leave_no_message = BooleanField(_l("Ne pas laisser de message"))
    reason = _why()

    def prepare(self) -> None:
        """Fill the list."""
        told = (("", _("On ne sait pas")), ("yes", _("Oui, sûr")), ("no", _("Non, pas sûr")))
        self.safe.choices = list(told)

    def care(self) -> Care:
        """What was ticked."""
        safe = {"yes": True, "no": False}.get(self.safe.data or "")
        ticked = (self.do_not_call, self.do_not_write, self.leave_no_message)
        return Care(safe, *(bool(one.data) for one in ticked))


class Reach(Point, CareOf):
    """A new way to reach her."""

    def prepare(self) -> None:
        """Fill the list."""
        super().prepare()
        self.kind.choices = [(code, _(words)) for code, words in KINDS.items()]


class Together(Form):
    """Who is of the same household, in which role, since when, and what proves it."""

    other = StringField(
        _l("Référence de l’autre personne"),
        [InputRequired(_l("Il manque une réponse ici.")), Length(max=40)],
        description=_l("Celle de sa fiche : U-2026-…"),
        render_kw={"autocomplete": "off"},
    )
    role = SelectField(_l("Son rôle dans le foyer"), [InputRequired()])
    since = DateField(_l("Depuis le"), [Optional()])
    proof = StringField(
        _l("Ce qui le prouve"),
        [InputRequired(_l("Dites ce qui le prouve.")), Length(max=200)],
        description=_l("Ce que vous avez vu : livret de famille, jugement… Pas d’adresse ici."),
        render_kw={"autocomplete": "off"},
    )
    apart = BooleanField(
        _l("C’est un autre foyer que celui où elle vit déjà"),
        description=_l("Garde partagée, par exemple."),
    )

    def prepare(self) -> None:
        """Fill the list."""
        self.role.choices = [(code, _(words).capitalize()) for code, words in ROLES.items()]


class Leave(Form):
    """When somebody left a household."""

    until = DateField(
        _l("Parti le"),
        [Optional()],
        description=_l("Sans date : noté par erreur, ne fait et n’a jamais fait partie du foyer."),
    )


class KeepApart(Form):
    """Whether somebody must not be brought together with anybody, and why."""

    reason = _why(_l("Reste dans l’historique de sa fiche."))


class Separate(Form):
    """Why two merged people are two after all."""

    reason = _why()


def joining(differing: Mapping[str, Sequence[str]]) -> Any:
    """The form of a merge: one choice for each field of which both say otherwise."""
    rules = [InputRequired(_l("Choisissez laquelle est juste."))]
    fields: dict[str, Field] = {name: RadioField(_(FIELDS[name]), rules) for name in differing}
    fields["reason"] = _why(_l("La réunion pourra être défaite."))
    form = type("Joining", (Form,), fields)()
    for name, (kept, other) in differing.items():
        form[name].choices = [("kept", kept), ("other", other)]
    return form
