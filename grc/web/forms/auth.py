"""Signing in."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from grc.web.words import _l


class LoginForm(FlaskForm):
    """Name and password; `next` and `kept` bring back to what was being done."""

    identifier = StringField(
        _l("Identifiant"), [InputRequired(_l("Saisissez votre identifiant.")), Length(max=80)]
    )
    password = PasswordField(
        _l("Mot de passe"), [InputRequired(_l("Saisissez votre mot de passe.")), Length(max=128)]
    )
    next = HiddenField()
    kept = HiddenField()
