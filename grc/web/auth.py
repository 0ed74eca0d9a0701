"""Signing in and out."""

from flask import Blueprint, current_app, flash, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import MethodNotAllowed, NotFound

from grc.cases.queries import case_for
from grc.cases.unread import reads_reserved
from grc.core import clock
from grc.core.db import transaction
from grc.core.errors import GrcError, InvalidInput
from grc.outbox import of_accounts
from grc.staff import links, throttle
from grc.staff import service as staff
from grc.staff.models import User
from grc.staff.passwords import MIN_LENGTH
from grc.staff.policy import Permission
from grc.staff.throttle import Attempt
from grc.web import familiar, kept, present
from grc.web import session as signed_in
from grc.web.addresses import safe_next
from grc.web.forms.administration import Password
from grc.web.forms.auth import LoginForm
from grc.web.frame import bare
from grc.web.guard import needs
from grc.web.kept import Typed
from grc.web.words import _
from grc.work import drafts

bp = Blueprint("auth", __name__)


@bp.route("/connexion", methods=["GET", "POST"])
@needs(Permission.PUBLIC)
def login() -> ResponseReturnValue:
    """The login page, and signing in."""
    form = LoginForm()
    if request.method != "POST":  # GET, or HEAD which is answered alike
        if current_user.is_authenticated:
            return redirect(safe_next(request.args.get("next")))
        form.next.data = request.args.get("next", "")
        return _page(form)
    if not form.validate():
        return _page(form), 422
    return _try(form)


def _try(form: LoginForm) -> ResponseReturnValue:
    login, now = form.identifier.data, clock.now()
    attempt = Attempt(login, request.remote_addr or "", familiar.mark_of(login))
    if throttle.throttled(attempt, now):
        minutes = int(throttle.WINDOW.total_seconds() // 60)
        problem = _("Trop d’essais : attendez %(n)s minutes avant de recommencer.", n=minutes)
        return _page(form, problem), 429, {"Retry-After": str(minutes * 60)}
    user = staff.identify(login, form.password.data)  # slow on purpose: outside the transaction
    with transaction():
        staff.note_sign_in(user, attempt, now)
    if user is None:
        return _page(form, _("Identifiant ou mot de passe inconnu.")), 401
    signed_in.open_for(user)
    present.forget()
    return familiar.remember(make_response(_back(form, user)), login)


def _page(form: LoginForm, problem: str | None = None) -> str:
    page = {
        "problem": problem,
        "kept": form.kept.data,
        "url": url_for("auth.login"),
        "help": _("Mot de passe oublié : demandez-en un nouveau à votre administrateur."),
    }
    return bare("auth/login.html", form=form, page=page)


def _back(form: LoginForm, user: User) -> ResponseReturnValue:
    """Where one was; a text typed before the session ended is given back first."""
    text = kept.unseal(form.kept.data or "", user.id)
    if text is None:
        return redirect(safe_next(form.next.data), 303)
    if _into_draft(text, user):
        flash(_("Votre texte vous est rendu. Il n’a pas été envoyé."), "success")
        return redirect(safe_next(form.next.data), 303)
    return bare("errors/kept.html", typed=text, back=safe_next(form.next.data))


def _into_draft(text: Typed, user: User) -> bool:
    """Put an unsent reply back into the draft of its case. False: it was something else."""
    try:
        endpoint, values = current_app.create_url_adapter(request).match(text.path, "POST")  # type: ignore[union-attr]
    except (NotFound, MethodNotAllowed):
        return False
    if endpoint != "cases.reply":
        return False
    actor, now = signed_in.account_of(user).actor, clock.now()
    try:
        with transaction():
            case = case_for(actor, values["reference"], Permission.CASE_WRITE, now)
            page = drafts.Page("", text.others.get("draft", ""))
            drafts.save(case, text.text, actor=actor, now=now, page=page)
    except GrcError:
        return False
    return True


def sign_in_again() -> ResponseReturnValue:
    """Answer a form sent after the session ended: its text goes through the login with it."""
    form = LoginForm(formdata=None)
    typed, owner = kept.typed(), session.get("user")
    form.kept.data = kept.seal(typed, owner) if owner and typed.text else ""
    parts = request.path.split("/")
    form.next.data = "/".join(parts[:3]) if parts[1] == "demandes" else "/"
    return _page(form), 401


@bp.route("/mot-de-passe", methods=["GET", "POST"])
@needs(Permission.PUBLIC)
def choose() -> ResponseReturnValue:
    """Choose a password by the code an administrator handed over; it serves once."""
    form = Password()
    if request.method != "POST":
        return _choose(form)
    if not form.validate():
        return _choose(form), 422
    try:
        login = _chosen(form)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _choose(form), 422
    flash(_("Mot de passe enregistré. Connectez-vous : %(login)s.", login=login), "success")
    return redirect(url_for("auth.login"), 303)


def _chosen(form: Password) -> str:
    """Keep the password; the login it opens. Raises InvalidInput."""
    code = form.secret.data or ""
    links.whose(code, clock.now(), reads_reserved)  # before what is slow on purpose
    hashed = links.hashed(form.password.data, form.again.data)
    with transaction():
        user = links.use(code, hashed, reserved=reads_reserved, now=clock.now())
        of_accounts.password_chosen(user, now=clock.now())
        return user.login


def _choose(form: Password) -> str:
    return bare("auth/choose.html", form=form, least=MIN_LENGTH)


@bp.post("/deconnexion")
@needs(Permission.SIGNED_IN)
def logout() -> ResponseReturnValue:
    """Sign out here and wherever else this account was signed in."""
    with transaction():
        staff.end_sessions(signed_in.who().id)
    signed_in.close()
    return redirect(url_for("auth.login"), 303)
