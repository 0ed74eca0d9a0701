"""One routing rule, written from closed lists and words; and a list put in force."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from grc.core.toml_source import InvalidFile
from grc.routing.rule import ANY, NORMAL_PRIORITY, Rule, Then, When
from grc.routing.rules import TERRITORY
from grc.routing.sentences import Names
from grc.routing.stored import DAYS
from grc.web.forms.base import LONGEST_TEXT, Form
from grc.web.presenters.labels import LEVELS
from grc.web.words import _, _l, say

Choices = list[tuple[str, str]]
LISTS = ("channels", "sources", "request_types", "communes", "territories")
WORDS = ("sender_domains", "subject_keywords", "keywords", "except_keywords")
LONGEST_LABEL = 200
_AT = re.compile(r"^rules\[0\]\.(?:(?:when|then)\.)?(\w+)")


class Several(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _words(label: Any, hint: Any) -> TextAreaField:
    checks = [Optional(), Length(max=LONGEST_TEXT)]
    return TextAreaField(label, checks, description=hint, render_kw={"rows": 2})


@dataclass(frozen=True)
class Placed:
    """Where a new rule may stand: after each of these."""

    code: str
    label: str


class RuleForm(Form):
    """When (every condition filled in must hold; in each, one value is enough) and then."""

    was = HiddenField()
    label = StringField(
        _l("Parce que"),
        [InputRequired(_l("Dites en quelques mots pourquoi cette règle existe.")),
         Length(max=LONGEST_LABEL)],
        description=_l("Le motif de la règle, montré avec chaque demande qu’elle affecte."),
    )  # fmt: skip
    channels = Several(_l("Canal"))
    sources = Several(_l("Boîte"))
    request_types = Several(_l("Nature de demande déjà connue"))
    communes = Several(_l("Commune"))
    territories = Several(_l("Territoire"))
    sender_domains = _words(
        _l("L’expéditeur écrit de"),
        _l("Un domaine par ligne : senat.fr vaut aussi pour ses sous-domaines."),
    )
    subject_keywords = _words(_l("L’objet contient"), _l("Un mot ou une expression par ligne."))
    keywords = _words(
        _l("L’objet ou le texte contient"),
        _l("Un mot ou une expression par ligne ; « indu + rsa » veut les deux, n’importe où."),
    )
    except_keywords = _words(
        _l("Ni l’objet ni le texte ne contient"), _l("Un mot ou une expression par ligne.")
    )
    since = DateField(_l("À partir du"), [Optional()])
    until = DateField(
        _l("Jusqu’au"),
        [Optional()],
        description=_l("Le dernier jour compris ; sans dates, elle vaut tant qu’elle est là."),
    )
    request_type = SelectField(_l("Elle devient"), [Optional()])
    unit = SelectField(_l("Elle va à"), [Optional()])
    priority = RadioField(_l("Priorité"), [InputRequired()], default=str(NORMAL_PRIORITY))
    level = SelectField(
        _l("Au moins"), [Optional()], description=_l("Jamais moins secrète que sa nature.")
    )
    after = SelectField(_l("Placée"), [Optional()])

    def prepare(self, names: Names, places: list[Placed] | None) -> None:
        """Fill the lists; `places` for a rule that is new, None for one that stays in place."""
        for name in LISTS:
            labels = getattr(names, name)
            gone = {
                code: _("%(code)s (n’existe plus)", code=code) for code in self[name].data or ()
            }
            self[name].choices = _sorted(gone | dict(labels))
        anyone = (ANY, _("N’importe laquelle, pourvu qu’elle soit connue"))
        kinds = [choice for choice in self.request_types.choices if choice[0] != ANY]
        self.request_types.choices = [anyone, *kinds]
        usual = [("", _("Sans changement")), *_sorted(names.request_types)]
        self.request_type.choices = usual
        self.unit.choices = [
            ("", _("Le service de sa nature de demande")),
            (TERRITORY, _("Le service du territoire de l’usager")),
            *_sorted(names.units),
        ]
        self.priority.choices = [("1", _("Urgente")), ("2", _("Normale")), ("3", _("Basse"))]
        self.level.choices = [("", _("Le secret de sa nature"))]
        self.level.choices += [(code, _(label)) for code, label in LEVELS.items()]
        if places is None:
            del self.after
        else:
            self.after.choices = [("", _("La première de toutes"))]
            self.after.choices += [(p.code, _("Après « %(rule)s »", rule=p.label)) for p in places]

    def rule(self, code: str) -> Rule:
        """What was written."""
        lists = {name: tuple(self[name].data or ()) for name in LISTS}
        words = {name: _lines(self[name].data) for name in WORDS}
        when: dict[str, Any] = lists | words | {name: self[name].data for name in DAYS}
        then = Then(
            request_type=self.request_type.data or "",
            unit=self.unit.data or "",
            priority=int(self.priority.data),
            level=self.level.data or "",
        )
        label = " ".join((self.label.data or "").split())
        return Rule(code, label, When(**when), then)

    def refuse_all(self, refusal: InvalidFile) -> None:
        """Say each mistake at the field it is about."""
        for problem in refusal.problems:
            found = _AT.match(problem.field)
            field = self[found[1]] if found and found[1] in self else self.unit
            field.errors = [*field.errors, say(problem.what).capitalize() + "."]


def _sorted(labels: Mapping[str, str]) -> Choices:
    return sorted(labels.items(), key=lambda item: item[1].casefold())


def _lines(text: str | None) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in (text or "").splitlines())
    return tuple(dict.fromkeys(filter(None, lines)))


def values(rule: Rule) -> dict[str, Any]:
    """What the form of a rule shows."""
    lists = {name: list(getattr(rule.when, name)) for name in LISTS}
    words = {name: "\n".join(getattr(rule.when, name)) for name in WORDS}
    then = {"request_type": rule.then.request_type, "unit": rule.then.unit}
    more = {"priority": str(rule.then.priority), "level": rule.then.level}
    days = {name: getattr(rule.when, name) for name in DAYS}
    return {"label": rule.label, **lists, **words, **days, **then, **more}


class Activate(Form):
    """From which day on, and why."""

    tried = HiddenField()
    on = DateField(
        _l("En vigueur à partir du"), [Optional()], description=_l("Sans date : dès maintenant.")
    )
    reason = TextAreaField(
        _l("Pourquoi ?"),
        [InputRequired(_l("Dites-le en une phrase.")), Length(max=LONGEST_TEXT)],
        description=_l("Gardé avec la version, et montré à qui relit les règles."),
        render_kw={"rows": 3},
    )
