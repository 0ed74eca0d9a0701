"""What is typed about our letters."""

from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from grc.core.clock import paris_date
from grc.correspondence.addressing import LONGEST, MOST_LINES
from grc.correspondence.returning import WAYS
from grc.correspondence.writing import LONGEST_TEXT, Words
from grc.web.forms.base import Form
from grc.web.present import now
from grc.web.words import _, _l

_SHORT = Length(max=200)


class Written(Form):
    """The words of a letter. What is missing is asked when it is handed in, not before."""

    type_code = HiddenField()
    version = HiddenField()
    shown = HiddenField()  # the prints of what the page showed: who has changed which field?
    recipient = TextAreaField(
        _l("Destinataire et adresse"),
        [Optional(), Length(max=1000)],
        description=_l("Comme sur l’enveloppe : nom, numéro et voie, code postal et ville."),
        render_kw={"rows": str(MOST_LINES - 1), "cols": str(LONGEST), "autocomplete": "off"},
    )
    subject = StringField(_l("Objet"), [Optional(), _SHORT], render_kw={"autocomplete": "off"})
    text = TextAreaField(
        _l("Texte"), [Optional(), Length(max=LONGEST_TEXT)], render_kw={"rows": "16"}
    )
    agent_quality = StringField(
        _l("Qualité de l’agent qui suit l’affaire"),
        [Optional(), Length(max=120)],
        description=_l("Elle est imprimée après son nom (CRPA L111-2)."),
    )
    registered = BooleanField(_l("Lettre recommandée avec avis de réception"))

    def words(self) -> Words:
        """What was typed."""
        return Words(
            type_code=self.type_code.data or "",
            recipient=self.recipient.data or "",
            subject=self.subject.data or "",
            text=self.text.data or "",
            agent_quality=self.agent_quality.data or "",
            registered=bool(self.registered.data),
        )


class Why(Form):
    """Why a letter goes back, or does not leave."""

    version = HiddenField()
    reason = TextAreaField(
        _l("Pourquoi ?"), [InputRequired(_l("Dites-le en une phrase.")), Length(max=2000)]
    )


class Posted(Form):
    """The day on which letters left; which ones, and their numbers, are beside."""

    on = DateField(_l("Postées le"), [InputRequired(_l("Dites quel jour elles sont parties."))])

    def prepare(self) -> None:
        """Propose today, beside another form that was sent too."""
        if not self.on.raw_data:
            self.on.data = paris_date(now())


class Corrected(Form):
    """The day, or the number, that was mistyped of a letter that left."""

    version = HiddenField()
    on = DateField(_l("Postée le"), [InputRequired(_l("Dites quel jour elle est partie."))])
    number = StringField(
        _l("N° de recommandé"), [Optional(), Length(max=40)], render_kw={"autocomplete": "off"}
    )


class Back(Form):
    """A letter that came back, by the code or the reference printed on it."""

    reference = StringField(
        _l("Référence de la lettre"),
        [InputRequired(_l("Lisez le code de la lettre, ou tapez sa référence.")), Length(max=40)],
        description=_l("Elle s’écrit L-2026-0000012-K ; une douchette lit son code."),
        render_kw={"autocomplete": "off"},
    )
    how = RadioField(
        _l("Comment revient-elle ?"), [InputRequired(_l("Dites comment elle revient."))]
    )

    notified = DateField(
        _l("Avis signé le"),
        [Optional()],
        description=_l("La date écrite sur l’avis : celle à laquelle la lettre a été reçue."),
    )

    def prepare(self) -> None:
        """Fill the list."""
        self.how.choices = [
            (code, _(words)[:1].upper() + _(words)[1:]) for code, words in WAYS.items()
        ]
