"""The forms of the organisation: units, sites, territories, communes, closed days.

`seen` is the mark of the thing that was on the screen, `looked` of what was looked at.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wtforms import DateField, EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from grc.organisation.files import SITE_KINDS, UNIT_KINDS
from grc.organisation.tables import Mailbox, Site, Territory, Unit
from grc.web.forms.base import Form
from grc.web.words import _, _l

Options = Sequence[tuple[str, str]]
_needed = InputRequired(_l("Il manque une réponse ici."))
KINDS = {
    "department": _l("direction"),
    "unit": _l("service"),
    "triage": _l("service de tri"),
    "medical": _l("service médical"),
    "pole_social": _l("pôle social"),
    "antenna": _l("antenne"),
    "mobile": _l("accueil mobile"),
    "partner": _l("chez un partenaire"),
}


class Code(Form):
    """The code that names a thing for good."""

    code = StringField(
        _l("Code"),
        [
            _needed,
            Length(max=64),
            Regexp(r"[a-z0-9][a-z0-9-]*\Z", message=_l("a à z, chiffres et tirets.")),
        ],
        description=_l("Court, en minuscules ; il ne change plus : sst-12"),
    )


class Edited(Form):
    """What every form of a thing ends with."""

    reason = StringField(
        _l("Raison"), [Length(max=500)], description=_l("Gardée au journal, si vous en donnez une.")
    )
    seen = HiddenField()
    looked = HiddenField()


def said(form: Form, *names: str) -> dict[str, Any]:
    """What was typed, as a file would say it."""
    found = {name: form[name].data or "" for name in names}
    return {name: value.replace("\r\n", "\n").strip() for name, value in found.items()}


class UnitForm(Edited):
    """A unit."""

    name = StringField(_l("Nom"), [_needed, Length(max=200)])
    short_name = StringField(
        _l("Nom court"), [Length(max=60)], description=_l("Dans les listes ; vide : le nom.")
    )
    kind = SelectField(_l("Genre"))
    parent = SelectField(_l("Service du dessus"))
    email = EmailField(_l("Adresse électronique"), [Optional(), Length(max=254)])
    phone = StringField(_l("Téléphone"), [Length(max=32)])
    address = TextAreaField(
        _l("Adresse"), [Length(max=500)], description=_l("Comme sur une enveloppe, ligne à ligne.")
    )

    def prepare(self, units: Options) -> None:
        """Fill the lists; only a department has nothing above it."""
        self.kind.choices = [(kind, str(KINDS[kind])) for kind in UNIT_KINDS]
        self.parent.choices = [("", _("aucun : une direction")), *units]

    def row(self, code: str, *, active: bool = True) -> Unit:
        """The unit that was typed."""
        told = said(self, "name", "short_name", "kind", "parent", "email", "phone", "address")
        told["short_name"] = told["short_name"] or told["name"]
        return Unit(code=code, active=active, **told)


class NewUnit(Code, UnitForm):
    """A unit that does not exist yet."""


class SiteForm(Edited):
    """A site."""

    name = StringField(_l("Nom"), [_needed, Length(max=200)])
    unit = SelectField(_l("Service"))
    kind = SelectField(_l("Genre"))
    address = TextAreaField(_l("Adresse"), [_needed, Length(max=500)])
    commune = SelectField(_l("Commune"))
    phone = StringField(_l("Téléphone"), [Length(max=32)])
    opening = TextAreaField(
        _l("Heures d’ouverture"),
        [Length(max=500)],
        description=_l("Comme on les dit : du lundi au vendredi, 9 h – 12 h et 13 h 30 – 17 h"),
    )

    def prepare(self, units: Options, communes: Options) -> None:
        """Fill the lists."""
        self.unit.choices, self.commune.choices = list(units), list(communes)
        self.kind.choices = [(kind, str(KINDS[kind])) for kind in SITE_KINDS]

    def row(self, code: str, *, active: bool = True) -> Site:
        """The site that was typed."""
        names = ("name", "unit", "kind", "address", "commune", "phone", "opening")
        return Site(code=code, active=active, **said(self, *names))


class NewSite(Code, SiteForm):
    """A site that does not exist yet."""


class TerritoryForm(Edited):
    """A territory; the communes it serves are changed one by one, with a day."""

    name = StringField(_l("Nom"), [_needed, Length(max=200)])
    unit = SelectField(_l("Service"))
    valid_to = DateField(
        _l("N’existe plus à partir du"),
        [Optional()],
        description=_l("Vide : jusqu’à nouvel ordre. Confiez d’abord ses communes à un autre."),
    )

    def prepare(self, units: Options) -> None:
        """Fill the list."""
        self.unit.choices = list(units)

    def row(self, code: str, valid_from: Any) -> Territory:
        """The territory that was typed."""
        told = said(self, "name", "unit")
        return Territory(code=code, valid_from=valid_from, valid_to=self.valid_to.data, **told)


class NewTerritory(Code, TerritoryForm):
    """A territory that does not exist yet."""

    valid_from = DateField(_l("À partir du"), [_needed])


class MailboxForm(Edited):
    """Whose what comes by a mailbox is; what fetches it is the file's to say."""

    unit = SelectField(_l("Service"))
    address = EmailField(_l("Adresse électronique"), [Optional(), Length(max=254)])
    request_type = SelectField(
        _l("Nature annoncée"), description=_l("Ce que demande qui écrit à cette adresse.")
    )
    acknowledges = SelectField(_l("Accusé de réception automatique"))

    def prepare(self, units: Options, natures: Options) -> None:
        """Fill the lists."""
        self.unit.choices = list(units)
        self.request_type.choices = [("", _("aucune")), *natures]
        self.acknowledges.choices = [("1", _("oui")), ("", _("non"))]

    def row(self, before: Mailbox) -> Mailbox:
        """The mailbox that was typed; how it is fetched stays."""
        told = said(self, "unit", "address", "request_type")
        told["address"] = told["address"].lower()
        return replace(before, acknowledges=bool(self.acknowledges.data), **told)


class NewMailbox(Code, MailboxForm):
    """A mailbox that does not exist yet; its code is the name of its source."""

    channel = SelectField(_l("Canal"))


class CommuneForm(Edited):
    """Who serves a commune, from a day on."""

    territory = SelectField(_l("Territoire"))
    since = DateField(_l("À partir du"), [_needed])

    def prepare(self, territories: Options) -> None:
        """Fill the list."""
        self.territory.choices = list(territories)


class ClosedDays(Form):
    """Days nobody is there."""

    on = DateField(_l("Premier jour fermé"), [_needed])
    until = DateField(
        _l("Dernier jour fermé"), [Optional()], description=_l("Vide : un seul jour.")
    )
    site = SelectField(_l("Site"))
    reason = StringField(
        _l("Motif"),
        [_needed, Length(max=120)],
        description=_l("Fête du travail, inventaire, travaux"),
    )

    def prepare(self, sites: Options) -> None:
        """Fill the list."""
        self.site.choices = [("", _("tous, et l’échéance des demandes")), *sites]


class OpenDay(Form):
    """A day that is open after all."""

    reason = StringField(_l("Raison"), [Length(max=500)], description=_l("Gardée au journal."))
    seen = HiddenField()
