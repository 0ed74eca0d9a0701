"""What goes wrong on a public page, said without a word of the back-office."""

import logging
from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from grc.channels.fields import File
from grc.channels.web import FILES
from grc.core.errors import InvalidInput, NotFound
from grc.intake import waiting_files
from grc.parsing.charset import wash_name
from grc.web import errors
from grc.web.public.asking import TRAP
from grc.web.public.blueprint import TooManyFields, bp, render
from grc.web.words import _, say

log = logging.getLogger("grc.web")
_RETRY = {"Retry-After": "60"}


@bp.errorhandler(NotFound)
def absent(_error: NotFound) -> ResponseReturnValue:
    """No such page."""
    return _page(_("Cette page n’existe pas"), _("Choisissez une démarche dans la liste.")), 404


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """More than a form may bring: it is not even read."""
    words = _(
        "Rien n’a été envoyé. Revenez en arrière, choisissez à nouveau vos fichiers (25 Mo au "
        "plus en tout) et envoyez : vous pourrez ajouter les autres depuis la page de suivi."
    )
    return _page(_("C’est trop volumineux"), words), 413


@bp.errorhandler(TooManyFields)
def too_many(_error: TooManyFields) -> ResponseReturnValue:
    """What none of our pages sends."""
    words = _("Il a plus de champs que nos pages n’en ont. Rien n’a été envoyé.")
    return _page(_("Ce formulaire n’a pas pu être lu"), words), 413


@bp.errorhandler(InvalidInput)
def invalid(error: InvalidInput) -> ResponseReturnValue:
    """A form that is not one of our pages."""
    return _page(_("Ce formulaire n’a pas pu être lu"), say(error.text)), 422


def away(error: Exception) -> ResponseReturnValue:
    """The database or the disk does not answer."""
    log.error("unavailable: %s", type(getattr(error, "orig", None) or error).__name__)
    errors.let_go()
    fields, lost = _sent()
    words = _(
        "Rien n’est perdu : ce que vous avez écrit est ci-dessous. Réessayez dans une minute."
    )
    if lost:
        words = _(
            "Ce que vous avez écrit est ci-dessous. Réessayez dans une minute ; ces fichiers "
            "n’ont pas pu être gardés, ajoutez-les ensuite depuis la page de suivi : %(names)s.",
            names=", ".join(lost),
        )
    return _page(_("Le service est indisponible un moment"), words, fields), 503, _RETRY


@bp.errorhandler(OSError)
def system(error: OSError) -> ResponseReturnValue:
    """A full disk is an outage like any other."""
    if error.errno in errors.FULL:
        return away(error)
    raise error


def _sent() -> tuple[list[tuple[str, str]], list[str]]:
    """What a form brought, to be sent again as it was, and the names of files that could not be
    kept; asks the database nothing."""
    if request.method != "POST":
        return [], []
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != TRAP]
    lost: list[str] = []
    for one in request.files.getlist(FILES.name):
        one.stream.seek(0)  # it was read before the failure
        name = wash_name(one.filename or "")
        if not (data := one.read()):
            continue
        try:
            fields.append(("kept_file", waiting_files.keep(File(name, data))))
        except OSError:  # the disk may be what is missing
            lost.append(name[-100:])
    return fields, lost


for kind in errors.AWAY:
    bp.register_error_handler(kind, away)


def _page(title: str, words: str, sent: Sequence[tuple[str, str]] = ()) -> str:
    url = request.path if sent else ""
    return render("public/refusal.html", title=title, words=words, sent=sent, url=url)
