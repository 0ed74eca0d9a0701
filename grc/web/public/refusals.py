"""What goes wrong on a public page, said without a word of the back-office."""

import logging
from collections.abc import Sequence
from contextlib import suppress

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from grc.channels.fields import File
from grc.channels.web import FILES
from grc.core.errors import InvalidInput, NotFound
from grc.intake import waiting_files
from grc.web import errors
from grc.web.public.asking import TRAP
from grc.web.public.blueprint import bp, render
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
        "Rien n’a été envoyé. Revenez en arrière, retirez des fichiers (25 Mo au plus en tout) "
        "et envoyez à nouveau : vous pourrez ajouter les autres depuis la page de suivi."
    )
    return _page(_("C’est trop volumineux"), words), 413


@bp.errorhandler(InvalidInput)
def invalid(error: InvalidInput) -> ResponseReturnValue:
    """A form that is not one of our pages."""
    return _page(_("Ce formulaire n’a pas pu être lu"), say(error.text)), 422


def away(error: Exception) -> ResponseReturnValue:
    """The database or the disk does not answer."""
    log.error("unavailable: %s", type(getattr(error, "orig", None) or error).__name__)
    errors.let_go()
    words = _(
        "Rien n’est perdu : ce que vous avez écrit est ci-dessous. Réessayez dans une minute."
    )
    return _page(_("Le service est indisponible un moment"), words, _sent()), 503, _RETRY


def _sent() -> list[tuple[str, str]]:
    """What a form brought, to be sent again as it was; asks the database nothing."""
    if request.method != "POST":
        return []
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != TRAP]
    with suppress(OSError):  # the disk may be what is missing
        for one in request.files.getlist(FILES.name):
            one.stream.seek(0)  # it was read before the failure
            if data := one.read():
                fields.append(("kept_file", waiting_files.keep(File(one.filename or "", data))))
    return fields


for kind in errors.AWAY:
    bp.register_error_handler(kind, away)


def _page(title: str, words: str, sent: Sequence[tuple[str, str]] = ()) -> str:
    url = request.path if sent else ""
    return render("public/refusal.html", title=title, words=words, sent=sent, url=url)
