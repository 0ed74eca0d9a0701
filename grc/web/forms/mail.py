"""What a person says of a letter; most of it is proposed, all of it is seen."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from grc.catalogue.queries import snapshot as catalogue
from grc.core.clock import paris_date
from grc.mailroom.elsewhere import DESTINATIONS
from grc.mailroom.enclosures import Found
from grc.mailroom.indexing import NEW, UNKNOWN, Sheet
from grc.organisation.queries import snapshot as organisation
from grc.parsing import days, registered
from grc.recovery.amounts import cents
from grc.web.forms.base import LONGEST_LINE, LONGEST_TEXT, Form
from grc.web.forms.entry import commune
from grc.web.present import locale, now
from grc.web.words import _, _l

Pairs = list[tuple[str, str]]  # (code, words)
_NUMBERS = {"autocomplete": "off", "inputmode": "numeric"}
_WORDS = {"autocomplete": "off"}


def _text(label: Any, kw: dict[str, str], description: Any = "", longest: int = 200) -> StringField:
    return StringField(
        label, [Optional(), Length(max=longest)], render_kw=kw, description=description
    )


class Index(Form):
    """The sheet of a letter."""

    version = HiddenField()
    sender = RadioField(_l("Expéditeur"), [Optional()], default=UNKNOWN, validate_choice=False)
    name = _text(_l("Nom du nouvel usager"), _WORDS)
    same = RadioField(_l("Demande"), [Optional()], default="", validate_choice=False)
    same_as = _text(_l("Autre référence"), _WORDS, longest=40)
    request_type = _text(_l("Nature de demande"), {**_WORDS, "list": "kinds"})
    commune = _text(_l("Commune"), {**_WORDS, "list": "communes"})
    unit = _text(_l("Service"), {**_WORDS, "list": "units"}, longest=LONGEST_LINE)
    document = _text(_l("Date du document"), _NUMBERS)
    postmark = _text(_l("Cachet de la poste"), _NUMBERS)
    arrived = _text(_l("Arrivé le"), _NUMBERS)
    registered = _text(_l("N° de recommandé"), _WORDS)
    cheque = _text(_l("Chèque, montant"), _WORDS, longest=LONGEST_LINE)
    drawer = _text(_l("Tireur du chèque"), _WORDS, longest=LONGEST_LINE)
    notified = DateField(_l("Avis signé le"), [Optional()])  # of our letter that comes back
    original = _text(_l("Original à rendre"), _WORDS, longest=LONGEST_LINE)

    def sheet(self) -> Sheet | None:
        """What was said; None when something cannot be: each field then says what."""
        today = paris_date(now())
        arrived = self._day(self.arrived, today)
        if arrived is None and not self.arrived.errors:
            self.arrived.errors = [_("Dites quand ce courrier est arrivé.")]
        sheet = Sheet(
            arrived=arrived or today,
            sender=self._sender(),
            name=self.name.data or "",
            commune=self._read(self.commune, commune, _("Cette commune n’est pas connue.")),
            request_type=self._among(self.request_type, kinds()),
            unit=self._among(self.unit, units()),
            document=self._day(self.document, today),
            postmark=self._day(self.postmark, today),
            registered=self._read(
                self.registered, registered.number, _("Ce numéro n’est pas complet, ou mal lu.")
            ),
            enclosed=self._enclosed(),
            same_as=(self.same_as.data or self.same.data or "").strip(),
        )
        return None if any(field.errors for field in self) else sheet

    def _enclosed(self) -> tuple[Found, ...]:
        """What was in the letter: of several, each after a semicolon, drawers as amounts."""
        amounts = [cents(one) for one in several(self.cheque)]
        drawers = several(self.drawer)
        if None in amounts or (drawers and not amounts):
            self.cheque.errors = [_("Écrivez le montant comme 1 234,50.")]
        elif len(drawers) not in (1, len(amounts)) and drawers:
            self.drawer.errors = [_("Écrivez un tireur pour tous, ou autant que de montants.")]
        whose = drawers * len(amounts) if len(drawers) == 1 else drawers or [""] * len(amounts)
        cheques = (Found(who, amount) for who, amount in zip(whose, amounts, strict=False))
        return (*cheques, *map(Found, several(self.original)))

    def _sender(self) -> str:
        sender = str(self.sender.data or UNKNOWN)
        known = {code for code, _label in self.sender.choices or ()}
        if known and sender not in known:
            self.sender.errors = [_("Ce choix n’existe pas ou plus : choisissez dans la liste.")]
        return sender

    def _day(self, field: StringField, today: date) -> date | None:
        typed = (field.data or "").strip()
        found = days.day(typed, today)
        if typed and found is None:
            field.errors = [_("Écrivez 31/12/2026 ou 3112, sans dépasser aujourd’hui.")]
        return found

    def _read(self, field: StringField, read: Any, wrong: str) -> Any:
        typed = (field.data or "").strip()
        found = read(typed) if typed else ""
        if found is None:
            field.errors = [wrong]
        return found or ""

    def _among(self, field: StringField, pairs: Pairs) -> str:
        gone = _("Ce choix n’existe pas ou plus : choisissez dans la liste.")
        return str(self._read(field, lambda typed: chosen(typed, pairs), gone))


def several(field: StringField) -> list[str]:
    """What was typed in a field that takes several, each after a semicolon."""
    return [part.strip() for part in (field.data or "").split(";") if part.strip()]


def chosen(typed: str, pairs: Pairs) -> str | None:
    """The code of what was typed: the code or the words themselves, else the one choice whose
    words begin with it, else the one that holds it."""
    typed = typed.casefold()
    for fits in (_is, _begins, _holds):
        found = [code for code, words in pairs if fits(typed, code, words.casefold())]
        if len(found) == 1:
            return found[0]
    return None


def _is(typed: str, code: str, words: str) -> bool:
    return typed in (code.casefold(), words)


def _begins(typed: str, _code: str, words: str) -> bool:
    return words.startswith(typed)


def _holds(typed: str, _code: str, words: str) -> bool:
    return typed in words


def kinds() -> Pairs:
    """Every request type, by its words."""
    known = catalogue().types.values()
    return sorted(((one.code, one.label(locale())) for one in known), key=lambda pair: pair[1])


def units() -> Pairs:
    """Every unit, by its name."""
    return [(unit.code, unit.name) for unit in organisation().units]


class Aside(Form):
    """Why a letter waits longer."""

    reason = TextAreaField(
        _l("Pourquoi ?"),
        [InputRequired(_l("Dites-le en une phrase.")), Length(max=LONGEST_TEXT)],
        description=_l("Le courrier attendra après les autres, avec cette raison."),
    )
    version = HiddenField()


class Elsewhere(Form):
    """Where a letter goes that is not for us."""

    destination = RadioField(
        _l("À qui est-il remis ?"),
        [InputRequired(_l("Choisissez une destination dans la liste."))],
    )
    version = HiddenField()

    def prepare(self) -> None:
        """Fill the list."""
        self.destination.choices = [
            (code, _(words).capitalize()) for code, words in DESTINATIONS.items()
        ]


def senders(people: Sequence[tuple[int, str]]) -> Pairs:
    """The choices of a sender."""
    known = [(str(number), name) for number, name in people]
    return [*known, (NEW, _("Nouvel usager")), (UNKNOWN, _("Personne inconnue"))]
