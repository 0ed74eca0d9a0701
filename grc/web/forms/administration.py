"""The forms of the administration."""

from collections.abc import Sequence

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from grc.staff.accounts import About
from grc.staff.policy import ROLE_LABELS
from grc.staff.tokens import SCOPE_LABELS
from grc.web.forms.base import Form
from grc.web.words import _, _l

Options = Sequence[tuple[str, str]]
_needed = InputRequired(_l("Il manque une réponse ici."))


def roles() -> list[tuple[str, str]]:
    """The closed list of roles, in words."""
    return [(str(role), _(label)) for role, label in ROLE_LABELS.items()]


class Account(Form):
    """Who somebody is."""

    name = StringField(_l("Prénom et nom"), [_needed, Length(max=120)])
    login = StringField(
        _l("Identifiant"),
        [_needed, Length(max=80)],
        description=_l("Ce qu’elle tape pour se connecter : p.nom"),
    )
    email = EmailField(_l("Adresse électronique"), [Optional(), Length(max=254)])
    extension = StringField(_l("Poste téléphonique"), [Optional(), Length(max=20)])
    version = HiddenField()

    def about(self) -> About:
        """What was typed."""
        texts = (self.login.data, self.name.data, self.email.data, self.extension.data)
        return About(*(text or "" for text in texts))


class NewAccount(Account):
    """The same, with a first role."""

    role = SelectField(_l("Rôle"))
    unit = SelectField(_l("Dans le service"))

    def prepare(self, units: Options) -> None:
        """Fill the lists."""
        self.role.choices = [("", _("Aucun pour l’instant")), *roles()]
        self.unit.choices = list(units)


class NewRole(Form):
    """One role in one unit."""

    role = SelectField(_l("Rôle"), [_needed])
    unit = SelectField(_l("Dans le service"), [_needed])

    def prepare(self, units: Options) -> None:
        """Fill the lists."""
        self.role.choices = roles()
        self.unit.choices = list(units)


class Leaving(Form):
    """Who takes over what somebody has in hand."""

    login = StringField(
        _l("Identifiant de qui reprend son travail"),
        [Optional(), Length(max=80)],
        description=_l("Vide : chaque demande retourne à la file de son service."),
    )
    looked = HiddenField()


class AccountsFile(Form):
    """A file of accounts; `kept` is the same file, looked at."""

    file = FileField(_l("Fichier CSV ou classeur"))
    kept = HiddenField()


class Password(Form):
    """A password, chosen by whoever was given the code."""

    secret = StringField(
        _l("Code remis par votre administrateur"),
        [_needed, Length(max=60)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    password = PasswordField(_l("Nouveau mot de passe"), [_needed, Length(max=128)])
    again = PasswordField(_l("Le même encore une fois"), [_needed, Length(max=128)])


class TickedField(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NewDelegation(Form):
    """Who may sign what, where, from when to when."""

    login = StringField(_l("Identifiant de qui signe"), [_needed, Length(max=80)])
    name = StringField(_l("Prénom et nom, comme ils sont imprimés"), [_needed, Length(max=120)])
    quality = StringField(_l("Qualité"), [_needed, Length(max=200)])
    unit = SelectField(_l("Pour le service, et ceux en dessous"), [_needed])
    types = TickedField(_l("Types de lettre"), description=_l("Rien de coché : tous."))
    since = DateField(_l("À partir du"), [_needed])
    until = DateField(_l("Dernier jour"), [_needed])
    act = StringField(
        _l("Acte qui la donne"),
        [_needed, Length(max=200)],
        description=_l("Arrêté n° … du …"),
    )

    def prepare(self, units: Options, types: Options) -> None:
        """Fill the lists."""
        self.unit.choices, self.types.choices = list(units), list(types)


class EndDelegation(Form):
    """Another last day."""

    until = DateField(_l("Dernier jour"), [_needed])
    old = HiddenField()


class NewToken(Form):
    """What a program may do, until when."""

    name = StringField(
        _l("Nom du programme"),
        [_needed, Length(max=40)],
        description=_l("a à z, chiffres, point, tiret, _"),
    )
    scope = TickedField(_l("Ce que le jeton permet"), [_needed])
    channel = SelectField(_l("Le seul canal par lequel il remet"))
    unit = TickedField(
        _l("Services dont il lit les demandes"), description=_l("Avec ceux en dessous.")
    )
    all_units = BooleanField(_l("Lire les demandes de tous les services"))
    expires = DateField(_l("Dernier jour"), [Optional()])

    def prepare(self, units: Options, channels: Options) -> None:
        """Fill the lists."""
        self.scope.choices = [(str(one), _(label)) for one, label in SCOPE_LABELS.items()]
        self.channel.choices = [("", _("Tous")), *channels]
        self.unit.choices = list(units)
