"""The forms of prepared texts and of natures of request."""

from collections.abc import Sequence

from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from grc.catalogue.canned import LANGUAGES
from grc.catalogue.silence import LABELS, MOST_MONTHS
from grc.correspondence.files import MOST_VISAS
from grc.staff.policy import LEVEL_LABELS
from grc.web.forms.administration import TickedField
from grc.web.forms.base import LONGEST_TEXT, Form
from grc.web.words import _, _l

Options = Sequence[tuple[str, str]]
_needed = InputRequired(_l("Il manque une réponse ici."))
LANGUAGE_LABELS = {"fr": _l("français"), "en": _l("anglais")}
LONGEST_DELAY = 3650  # days


class Reply(Form):
    """A canned reply. `version` is the one that was on the screen, 0 for a new one."""

    label = StringField(_l("Titre"), [_needed, Length(max=200)])
    unit = SelectField(_l("Service"))
    language = SelectField(_l("Langue"))
    request_types = TickedField(_l("Natures de demande"), description=_l("Rien de coché : toutes."))
    text = TextAreaField(_l("Texte"), [_needed, Length(max=LONGEST_TEXT)])
    version = HiddenField()

    def prepare(self, units: Options, types: Options) -> None:
        """Fill the lists."""
        self.unit.choices, self.request_types.choices = list(units), list(types)
        self.language.choices = [(one, str(LANGUAGE_LABELS[one])) for one in LANGUAGES]


class NewReply(Reply):
    """The same, with the code that names it for good."""

    code = StringField(
        _l("Code"),
        [
            _needed,
            Length(max=64),
            Regexp(r"[a-z0-9][a-z0-9-]*\Z", message=_l("a à z, chiffres et tirets.")),
        ],
        description=_l("Court, en minuscules ; il ne change plus : pieces-apa"),
    )


class Letter(Form):
    """What a type of letter begins with."""

    label_fr = StringField(_l("Nom en français"), [_needed, Length(max=120)])
    label_en = StringField(_l("Nom en anglais"), [_needed, Length(max=120)])
    visas = IntegerField(
        _l("Visas avant la signature"),
        [InputRequired(_l("Donnez un nombre.")), NumberRange(0, MOST_VISAS)],
    )
    registered = BooleanField(_l("Part en recommandé"))
    text = TextAreaField(_l("Texte"), [Length(max=LONGEST_TEXT)])
    version = HiddenField()


class Nature(Form):
    """What may be changed of a nature of request. `looked` are the values that were looked at."""

    label_fr = StringField(_l("Nom en français"), [_needed, Length(max=200)])
    label_en = StringField(_l("Nom en anglais"), [_needed, Length(max=200)])
    unit = SelectField(_l("Service"))
    delay_days = IntegerField(
        _l("Délai, en jours"),
        [Optional(), NumberRange(1, LONGEST_DELAY)],
        description=_l("Jours calendaires ; vide : celui de la nature « autre »."),
    )
    delay_source = StringField(_l("Source du délai"), [Length(max=500)])
    level = SelectField(_l("Niveau de secret"))
    silence = SelectField(
        _l("Notre silence vaut"),
        description=_l("L’accusé d’enregistrement le dit, avec la date."),
    )
    silence_months = IntegerField(
        _l("Au bout de combien de mois"), [Optional(), NumberRange(1, MOST_MONTHS)]
    )
    silence_source = StringField(_l("D’après quel texte"), [Length(max=500)])
    appeal = TextAreaField(
        _l("Délais et voies de recours"),
        [Length(max=LONGEST_TEXT)],
        description=_l("D’un refus, tels que l’usager les lira. Ne nommez pas ce qu’il demande."),
    )
    reason = StringField(
        _l("Raison"),
        [Length(max=500)],
        description=_l("Demandée pour un niveau moins secret, gardée au journal."),
    )
    version = HiddenField()
    looked = HiddenField()

    def prepare(self, units: Options) -> None:
        """Fill the lists."""
        self.unit.choices = list(units)
        self.level.choices = [(str(code), _(label)) for code, label in LEVEL_LABELS.items()]
        self.silence.choices = [(str(code), _(label)) for code, label in LABELS.items()]


class NatureState(Form):
    """Closing a nature; `version` is the one that was on the screen."""

    version = HiddenField()
