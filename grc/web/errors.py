"""Every refusal as a page a person can act on: what happened, what was kept, what to do.

None of these pages needs the database: it may be what is missing. Where it is there, who is
signed in keeps the navigation on pages that only say "not here" or "not you".
"""

import errno
import logging
import secrets
from typing import Any

from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from grc.core.db import session
from grc.core.errors import (
    Conflict,
    Forbidden,
    GrcError,
    InvalidInput,
    NotFound,
    Unavailable,
)
from grc.staff.policy import Permission, allowed
from grc.web import kept
from grc.web.api import problems
from grc.web.frame import bare, render
from grc.web.presenters.things import Target
from grc.web.session import known, recognised
from grc.web.words import _, say

log = logging.getLogger("grc.web")
_RETRY = {"Retry-After": "30"}
_FRAMED = frozenset({403, 404})
AWAY = (Unavailable, OperationalError, InterfaceError)  # the database or the disk is not there
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def install(app: Flask) -> None:
    """Answer every failure by one of these pages, never by a traceback."""
    app.register_error_handler(NotFound, _absent)
    app.register_error_handler(404, _absent)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(Conflict, _conflict)
    app.register_error_handler(InvalidInput, _invalid)
    app.register_error_handler(CSRFError, _stale_form)
    for away in AWAY:
        app.register_error_handler(away, _away)
    app.register_error_handler(OSError, _system)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _broken)


def page(
    status: int,
    title: str,
    happened: str,
    *todo: str | Target,
    keep: bool = True,
    reference: str | None = None,
    headers: dict[str, str] | None = None,
) -> ResponseReturnValue:
    """One page of error; what a form had brought is shown again when there was something."""
    if problems.wanted():
        return problems.answer(status, happened, headers=headers, reference=reference)
    typed = kept.typed() if keep and request.method == "POST" else None
    if request.accept_mimetypes.best == "application/json":
        return {"error": happened}, status, headers or {}
    error = {
        "title": title,
        "happened": happened,
        "todo": todo,
        "reference": reference,
        "typed": typed if typed and typed.text else None,
    }
    return _drawn(status, error), status, headers or {}


def _drawn(status: int, error: dict[str, Any]) -> str:
    """With navigation for a known person when nothing is broken, else without."""
    try:
        if status in _FRAMED and known() is not None:
            return render("errors/error.html", error=error)
    except (GrcError, SQLAlchemyError):
        let_go()
    return bare("errors/error.html", error=error)


def _recognise() -> None:
    """Know who asks before anything is said: an unknown address has asked nobody yet."""
    if problems.wanted():
        return
    try:
        recognised()
    except (GrcError, SQLAlchemyError):
        let_go()


def _home() -> Target:
    return Target(_("Revenir à mes demandes"), url_for("work.home"))


def _absent(_error: Exception) -> ResponseReturnValue:
    _recognise()
    return page(
        404,
        _("Cette page n’existe pas"),
        _("L’adresse est inconnue, ou vous n’avez pas accès à ce qu’elle contient."),
        _("Vérifiez la référence : elle s’écrit D-2026-0012345-K."),
        *_exceptional(),
        _home(),
    )


def _exceptional() -> tuple[Target, ...]:
    """Offered at every address that is unknown, so that it tells nothing of this one."""
    person = known()
    if person is None or not allowed(person.actor, Permission.EXCEPTIONAL):
        return ()
    return (Target(_("En cas d’urgence : accès exceptionnel"), url_for("exceptional.ask")),)


def _forbidden(error: Forbidden) -> ResponseReturnValue:
    return page(
        403,
        _("Vos droits ne vont pas jusque-là"),
        say(error.text),
        _("Si votre travail le demande, parlez-en à votre responsable."),
        _home(),
    )


def _conflict(error: Conflict) -> ResponseReturnValue:
    return page(
        409,
        _("La demande a changé entre-temps"),
        say(error.text),
        _("Revenez en arrière et rechargez la page."),
    )


def _invalid(error: InvalidInput) -> ResponseReturnValue:
    return page(
        422,
        _("Cela ne peut pas être enregistré"),
        say(error.text),
        _("Revenez en arrière, corrigez et recommencez."),
    )


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return page(
        400,
        _("Ce formulaire n’est plus valable"),
        _("Il a été ouvert avant votre connexion, ou dans une session terminée."),
        Target(_("Ouvrir la page à nouveau et y recopier votre texte"), _page_of_form()),
    )


def _page_of_form() -> str:
    parts = request.path.strip("/").split("/")
    return "/" + "/".join(parts[:2]) if parts[0] == "demandes" else url_for("work.home")


def _away(error: Exception) -> ResponseReturnValue:
    log.error("unavailable: %s", type(getattr(error, "orig", None) or error).__name__)
    let_go()
    return page(
        503,
        _("Le service est indisponible un moment"),
        _("La base de données ou le disque ne répond pas. Rien n’a été enregistré à moitié."),
        _("Réessayez dans une minute : rechargez la page."),
        headers=_RETRY,
    )


def let_go() -> None:
    """Give a broken connection back, so that the next request takes a good one."""
    try:
        session().rollback()
    except (OperationalError, InterfaceError):
        session().invalidate()


def _system(error: OSError) -> ResponseReturnValue:
    if error.errno in FULL:
        return _away(error)
    raise error  # Flask notes it and comes back through `_broken`


def _http(error: HTTPException) -> ResponseReturnValue:
    if problems.wanted():
        return problems.of_http(error)
    titles = {
        400: _("Ce que le navigateur a envoyé est illisible"),
        405: _("Cette adresse ne s’ouvre pas ainsi"),
        413: _("C’est trop volumineux"),
        429: _("Trop d’essais"),
    }
    code = error.code or 500
    title = titles.get(code, _("Cela n’a pas marché"))
    return page(code, title, _("Rien n’a été enregistré."), _home(), keep=code != 413)


def _broken(_error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.error("the failure above is %s", reference)  # Flask has just noted it
    return page(
        500,
        _("Une erreur s’est produite de notre côté"),
        _("Elle est notée. Ce que vous faisiez n’a pas été enregistré à moitié."),
        _("Réessayez ; si cela revient, donnez le numéro ci-dessous à l’assistance."),
        _home(),
        reference=reference,
    )
