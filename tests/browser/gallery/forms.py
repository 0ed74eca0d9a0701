"""Pages made of a form: an act on a case, login; and a page of error."""

from types import SimpleNamespace as Thing
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from .cases import the_case
from .frame import frame, target


class Reroute(FlaskForm):
    """Send a case to another unit."""

    unit = SelectField(
        "Service",
        choices=["Autonomie 12", "Insertion Nord", "PMI Antony"],
        validators=[DataRequired()],
    )
    reason = TextAreaField(
        "Pourquoi ?",
        description="Une phrase : elle reste dans l’historique et sert à corriger les règles.",
        validators=[DataRequired("Dites en une phrase pourquoi la demande change de service.")],
    )
    outcome = RadioField(
        "La demande est",
        choices=[SelectChoice("same", "La même"), SelectChoice("other", "À requalifier")],
        validators=[DataRequired("Choisissez une réponse.")],
    )
    due = DateField("À faire avant", validators=[Optional()])
    keep = BooleanField("Me prévenir de la réponse")


class Login(FlaskForm):
    """Name and password."""

    identifier = StringField("Identifiant ou courriel", validators=[DataRequired()])
    password = PasswordField(
        "Mot de passe", validators=[DataRequired("Saisissez votre mot de passe.")]
    )


def act_page() -> dict[str, Any]:
    """The form of one act."""
    page = Thing(
        title="Réaffecter",
        why="La demande quitte votre file ; le service choisi est prévenu.",
        submit="Réaffecter",
        kind="primary",
        url="/act",
    )
    return frame("queue", page=page, case=the_case(), form=Reroute())


def refused_act() -> dict[str, Any]:
    """The same form, sent empty."""
    form = Reroute(data={"reason": ""})
    form.validate()
    return act_page() | {"form": form}


def login() -> dict[str, Any]:
    """Login after a wrong password."""
    form = Login(data={"identifier": "c.diallo"})
    form.validate()
    return {
        "form": form,
        "page": Thing(
            problem="Identifiant ou mot de passe inconnu. Encore 4 essais avant une pause.",
            kept=True,
            help="Mot de passe oublié : appelez l’assistance au 01 00 00 00 00.",
        ),
    }


def help_sheet() -> dict[str, Any]:
    """Every key."""
    return frame(None, back=target("Ma file", "/queue"))


def error() -> dict[str, Any]:
    """A page that is not there."""
    return {
        "error": Thing(
            title="Cette page n’existe pas",
            happened="L’adresse est inconnue, ou vous n’avez pas le droit de voir cette page.",
            kept=None,
            todo=[
                "Vérifiez la référence : elle s’écrit D-2026-0012345-K.",
                target("Revenir à mes demandes", "/mine"),
            ],
            reference="b3f1-0940",
        )
    }
