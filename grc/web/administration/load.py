"""Accounts by a file: looked at first, then carried out; refused lines come back as a file."""

import base64
import binascii
import tempfile
from pathlib import Path
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from grc.bulk import by_file
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.jobs import hurrying
from grc.jobs.worker import tools
from grc.staff.loading import COLUMNS, Loaded, Rehearsed
from grc.web import once, spreadsheet
from grc.web.administration.blueprint import ADMIN, bp, shown
from grc.web.forms.administration import AccountsFile
from grc.web.guard import needs
from grc.web.present import now
from grc.web.session import actor, who
from grc.web.words import _, say

MOST = 24_000  # bytes, so that the page that keeps them stays light: some three hundred lines
SHOWN = 20  # of each kind


@bp.route("/fichier", methods=["GET", "POST"])
@needs(ADMIN)
def load() -> ResponseReturnValue:
    """Choose a file, see what it would do, carry it out."""
    form = AccountsFile()
    if request.method == "GET":
        return _page(form)
    try:
        content = _content(form)
        if "rejected" in request.form:
            return _rejected(_run(content, [], rehearses=True))
        if "go" not in request.form:
            form.kept.process_data(base64.b64encode(content).decode())
            return _page(form, _run(content, [], rehearses=True))
        return _carry_out(form, content)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(form), 422


def _content(form: AccountsFile) -> bytes:
    """The bytes given now, else those that were looked at. Raises InvalidInput."""
    given = form.file.data
    try:
        kept = base64.b64decode(form.kept.data or "", validate=True)
    except (binascii.Error, ValueError):
        kept = b""
    content: bytes = given.read(MOST + 1) if given else kept
    if not content:
        raise InvalidInput(N_("Choisissez un fichier."), field="file")
    if len(content) > MOST:
        text = N_("Ce fichier est trop grand pour l'écran : grc staff load le prend entier.")
        raise InvalidInput(text, field="file")
    return content


def _run(content: bytes, lines: list[int], *, rehearses: bool) -> Loaded:
    """Carry the bytes out, or rehearse; `lines` are those of the work handed over."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        path = Path(file.name)
        try:
            if not rehearses:
                loaded, found = by_file.load(path, actor=actor(), now=now())
                lines.extend(found)
                return loaded
            with transaction():
                return by_file.load(path, rehearses=True, actor=actor(), now=now())[0]
        except Rehearsed as rehearsed:
            return rehearsed.loaded


def _carry_out(form: AccountsFile, content: bytes) -> ResponseReturnValue:
    lines: list[int] = []
    with transaction():
        if once.claim(who().id, now()) is not None:
            return _page(AccountsFile(formdata=None))
        loaded = _run(content, lines, rehearses=False)
        once.settle(url_for("administration.load"))
    hurrying.hurry(lines, tools())
    flash(_("Fichier chargé."), "success")
    form.kept.process_data(base64.b64encode(content).decode())
    return _page(form, loaded, is_done=True)


def _rejected(loaded: Loaded) -> ResponseReturnValue:
    rows = [[*(one.cells[name] for name in COLUMNS), say(one.why)] for one in loaded.refused]
    return spreadsheet.answer("refus.csv", [*COLUMNS, _("raison")], rows)


def _page(form: AccountsFile, loaded: Loaded | None = None, *, is_done: bool = False) -> str:
    return shown(
        "administration/load.html",
        "administration.users",
        form=form,
        loaded=_told(loaded) if loaded else None,
        refused=[(one.line, one.cells["identifiant"], say(one.why)) for one in loaded.refused]
        if loaded
        else [],
        columns=", ".join(COLUMNS),
        most=SHOWN,
        is_done=is_done,
    )


def _told(loaded: Loaded) -> list[tuple[str, Any]]:
    return [
        (_("Créés"), loaded.created),
        (_("Modifiés"), loaded.changed),
        (_("Désactivés"), loaded.closed),
        (_("Inchangés"), loaded.unchanged),
    ]
