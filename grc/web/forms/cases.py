"""The words asked for by acts on a case."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from grc.cases.states import ENDED, MOVES, OUTCOME_LABELS, STATUS_LABELS, Outcome, Status
from grc.catalogue.queries import snapshot as catalogue
from grc.organisation.queries import snapshot as organisation
from grc.recovery.catalogue import (
    DISMISSALS,
    FAMILIES,
    ORGANISMS,
    RESULTS,
    RIGHTS,
    STANDINGS,
    TYPES,
)
from grc.web.forms.base import LONGEST_TEXT, Form
from grc.web.present import locale
from grc.web.presenters import labels
from grc.web.words import _, _l

Choices = list[tuple[str, str]]
_given = [InputRequired(_l("Il manque une réponse ici."))]


def _reason(label: Any, hint: Any = "", *, required: bool = True) -> TextAreaField:
    asked = InputRequired(_l("Dites-le en une phrase.")) if required else Optional()
    rules = [asked, Length(max=LONGEST_TEXT)]
    return TextAreaField(label, rules, filters=[lambda typed: typed or ""], description=hint)


def request_types(first: str) -> Choices:
    """Every request type by its label, after an empty choice."""
    kinds = catalogue().types.values()
    found = sorted((kind.label(locale()), kind.code) for kind in kinds)
    return [("", first), *((code, label) for label, code in found)]


class Reroute(Form):
    """Another unit, why, and perhaps another request type."""

    unit = SelectField(_l("Service"), _given)
    request_type = SelectField(_l("Nature de demande"), [Optional()])
    reason = _reason(
        _l("Pourquoi ?"),
        _l("Votre réponse reste dans l’historique et sert à corriger les règles."),
    )

    def prepare(self) -> None:
        """Fill the lists."""
        self.unit.choices = [("", _("Choisir un service"))]
        self.unit.choices += [(unit.code, unit.name) for unit in organisation().units]
        self.request_type.choices = request_types(_("Sans changement"))


class Confirm(Form):
    """How secret a case is, once a person has looked at it."""

    level = RadioField(_l("Qui peut lire cette demande ?"), _given)

    def prepare(self, request_type: str | None) -> None:
        """Propose the level of the request type."""
        self.level.choices = [(code, _(label)) for code, label in labels.LEVELS.items()]
        kind = catalogue().types.get(request_type or "")
        if self.level.data is None:
            self.level.data = kind.level if kind else "normal"


class Qualify(Form):
    """The request type."""

    request_type = SelectField(_l("Nature de demande"), _given)

    def prepare(self, present: str | None) -> None:
        """Show the present one."""
        self.request_type.choices = request_types(_("Choisir une nature"))
        if self.request_type.data is None:
            self.request_type.data = present or ""


class Move(Form):
    """A state that does not end the case, and why."""

    status = RadioField(_l("État"), _given)
    reason = _reason(_l("Remarque"), required=False)

    def prepare(self, present: str) -> None:
        """Only where the present state leads."""
        open_ones = [one for one in Status if one not in ENDED]
        reach = MOVES[Status(present)]
        self.status.choices = [
            (one.value, _(STATUS_LABELS[one])) for one in open_ones if one in reach
        ]


class Close(Form):
    """How a case ends."""

    outcome = RadioField(_l("Comment la demande se termine-t-elle ?"), _given)
    end = RadioField(_l("Ensuite"), _given, default=Status.RESOLVED.value)
    reason = _reason(_l("Remarque"), required=False)

    def prepare(self) -> None:
        """Every outcome but the duplicate, which names another case."""
        self.outcome.choices = [
            (one.value, _(OUTCOME_LABELS[one]).capitalize())
            for one in Outcome
            if one is not Outcome.DUPLICATE
        ]
        self.end.choices = [
            (Status.RESOLVED.value, _("Traitée : elle se clôt seule dans 30 jours")),
            (Status.CLOSED.value, _("Clôturée maintenant")),
        ]


class Reopen(Form):
    """Why a case starts again."""

    reason = _reason(_l("Pourquoi la rouvrir ?"))


class Assign(Form):
    """To whom a case is entrusted."""

    assignee = SelectField(_l("Agent"), _given)

    def prepare(self, colleagues: Choices) -> None:
        """The colleagues of the unit: (id, name)."""
        self.assignee.choices = [("", _("Choisir une personne")), *colleagues]


class Duplicate(Form):
    """The case this one repeats."""

    other = StringField(
        _l("Référence de l’autre demande"),
        [*_given, Length(max=40)],
        description=_l("Elle s’écrit D-2026-0012345-K."),
    )


_KEYS = "123456789abdefhiklmnostvwxy"  # `g` begins another key, `c` and `r` brought here, `p` rings


class Promise(Form):
    """A recovery action to come: which, for when, by whom, why."""

    code = SelectField(_l("Action"), _given)
    promised_on = DateField(
        _l("Promise pour le"), [Optional()], description=_l("Sans date : le délai habituel.")
    )
    owner = SelectField(_l("Par qui"), [Optional()])
    reason = _reason(_l("Pourquoi ?"), required=False)

    def prepare(self, people: Choices) -> None:
        """The catalogue of recovery actions, and who may do them: (number, name)."""
        self.code.choices = [("", _("Choisir une action"))]
        self.code.choices += [(one.code, _(one.label)) for one in TYPES.values()]
        self.owner.choices = [("", _("Moi")), *people]

    def propose(self, found: Sequence[tuple[str, str]]) -> None:
        """What the program proposes, (code, why), the oldest first: drawn first, each code once,
        and under the focus."""
        first = dict(reversed(found))
        codes = dict.fromkeys(code for code, _why in found)
        self.proposed = [(code, _(TYPES[code].label), first[code]) for code in codes]

    def groups(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """(family, its actions: code, label, key): figures for the first, letters for others."""
        keys = iter(_KEYS)
        return [
            (
                _(FAMILIES[family]),
                [
                    (one.code, _(one.label), next(keys))
                    for one in TYPES.values()
                    if one.family == family
                ],
            )
            for family in dict.fromkeys(one.family for one in TYPES.values())
        ]


class Dismiss(Form):
    """Why a proposal is of no use."""

    why = RadioField(_l("Pourquoi ?"), _given)
    reason = _reason(_l("Remarque"), required=False)

    def prepare(self) -> None:
        """The usual reasons."""
        self.why.choices = [(words, _(words)) for words in DISMISSALS]

    def words(self) -> str:
        """The reason as it is kept: in French, as whoever writes it would."""
        return ". ".join(filter(None, (self.why.data, self.reason.data)))


class Finish(Form):
    """What a recovery action gave."""

    result = RadioField(_l("Résultat"), _given)
    reason = _reason(_l("Remarque"), required=False)

    def prepare(self) -> None:
        """The results of the catalogue."""
        self.result.choices = [(code, _(label).capitalize()) for code, label in RESULTS.items()]


class RightStands(Form):
    """Where a right stands, asked of whom, since when."""

    right = SelectField(_l("Droit"), _given)
    organism = SelectField(_l("Organisme"), [Optional()])
    standing = RadioField(_l("Où en est-il ?"), _given)
    on = DateField(_l("Le"), [Optional()], description=_l("Sans date : aujourd’hui."))
    amount = StringField(
        _l("Montant par mois"),
        [Length(max=20)],
        description=_l("S’il est obtenu, en euros : 635,70."),
    )

    def prepare(self, only: str = "") -> None:
        """The closed lists; `only` one right, when it is known."""
        known = [(one.code, one.name) for one in RIGHTS.values() if only in ("", one.code)]
        self.right.choices = known if only else [("", _("Choisir un droit")), *known]
        usual = ("", _("Celui qui l’accorde d’habitude"))
        self.organism.choices = [usual, *((code, _(name)) for code, name in ORGANISMS.items())]
        self.standing.choices = [(code, _(name).capitalize()) for code, name in STANDINGS.items()]

    def groups(self) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """(organism, its rights: code, name, key), in the order of the list of rights."""
        keys = iter(_KEYS)
        shown = [(one.organism, (one.code, one.name, next(keys))) for one in RIGHTS.values()]
        return [
            (_(ORGANISMS[organism]), [right for whose, right in shown if whose == organism])
            for organism in dict.fromkeys(whose for whose, _right in shown)
        ]


class WhoIsIt(Form):
    """Which known person wrote, or a new one."""

    citizen = RadioField(_l("Qui a écrit ?"), _given)

    def prepare(self, people: Choices) -> None:
        """The people known at the address used: (number, name)."""
        self.citizen.choices = [*people, ("new", _("Une autre personne, à créer"))]


class SendBack(Form):
    """Why a danger was none."""

    reason = _reason(_l("Pourquoi ?"))
