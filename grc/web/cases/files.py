"""What came with a case: the exact bytes received, attachments, the HTML of mails.

Names from outside are data. Nothing is ever run by the browser: downloads are sandboxed,
pictures and plain text alone may be looked at, mail HTML was sanitised and loads nothing.
"""

import base64
import html
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from flask import Response, send_file

from grc.cases.models import Attachment, Message
from grc.cases.queries import attachment_of, attachments_of, message_of
from grc.core import blobs
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.intake.queries import item_of
from grc.parsing.filetype import sniff
from grc.staff.policy import Permission
from grc.web.cases.access import read
from grc.web.cases.blueprint import bp
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.headers import FILE, FRAMING, MAIL, POLICY
from grc.web.presenters.conversation import PICTURES
from grc.web.presenters.rows import case_url

READ = Permission.CASE_READ
_CID = re.compile(r'data-cid="([^"]*)"')
_INLINE_LIMIT = 3_000_000  # bytes of pictures put inside the HTML of one mail
_HEAD = 65_536


@bp.get("/<reference>/messages/<int:number>/original")
@needs(READ)
def original(reference: str, number: int) -> Response:
    """The exact bytes received for a message."""
    case, _facts = read(reference, "original")
    message = message_of(case.id, number)
    item = item_of(message.item_id)
    if item is None:
        raise NotFound(N_("Ce message n'a pas d'original."))
    return download(item.sha256, f"{item.reference}.eml", "message/rfc822")


@bp.get("/<reference>/pieces/<int:number>")
@needs(READ)
def attachment(reference: str, number: int) -> Response:
    """An attachment, to be saved."""
    case, _facts = read(reference, "attachment")
    file = attachment_of(case.id, number)
    return download(file.sha256, file.filename, file.content_type)


@bp.get("/<reference>/pieces/<int:number>/apercu")
@needs(READ)
def preview(reference: str, number: int) -> Response:
    """A picture or a plain text, to be looked at; its own bytes say which it is."""
    case, _facts = read(reference, "attachment")
    file = attachment_of(case.id, number)
    path = _sound(file.sha256)
    kind = _kind(path)
    if kind not in PICTURES and kind != "text/plain":
        raise NotFound(N_("Cette pièce ne peut pas être regardée ici : téléchargez-la."))
    return shown(path, kind)


def shown(file: Path | BytesIO, kind: str) -> Response:
    """A file to be looked at, of a kind that can do nothing."""
    response = _sent(send_file(file, mimetype=kind))
    response.headers["Content-Disposition"] = "inline"
    return response


def _kind(path: Path) -> str:
    with path.open("rb") as stream:
        return sniff(stream.read(_HEAD))


@bp.get("/<reference>/messages/<int:number>/mise-en-page")
@needs(READ)
def layout(reference: str, number: int) -> Response:
    """The page that frames the HTML of a mail."""
    case, _facts = read(reference, "page")
    message = message_of(case.id, number)
    if not message.html:
        raise NotFound(N_("Ce message n'a pas de mise en page."))
    url = f"{case_url(case.reference)}/messages/{number}/html"
    shown = {"reference": case.reference, "subject": case.subject, "url": case_url(case.reference)}
    message_words = {"sender": message.sender, "warnings": message.warnings}
    page = render("cases/layout.html", case=shown, frame_url=url, message=message_words)
    response = Response(page)
    response.headers[POLICY] = FRAMING
    return response


@bp.get("/<reference>/messages/<int:number>/html")
@needs(READ)
def mail_html(reference: str, number: int) -> Response:
    """The sanitised HTML itself, in a sandbox where nothing loads and nothing runs."""
    case, _facts = read(reference, "page")
    message = message_of(case.id, number)
    body = _with_pictures(message)
    title = html.escape(message.subject)
    page = f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{title}</title>{body}'
    response = Response(page)
    response.headers[POLICY] = MAIL
    return response


def _sound(sha256: str) -> Path:
    """The stored file, checked: never another one, never a damaged one."""
    store = blobs.store()
    try:
        sound = store.check(sha256)
    except FileNotFoundError:
        raise NotFound(N_("Ce fichier manque sur le disque. Prévenez l'assistance.")) from None
    if not sound:
        raise NotFound(N_("Ce fichier est abîmé sur le disque. Prévenez l'assistance."))
    return store.path(sha256)


def download(sha256: str, name: str, content_type: str) -> Response:
    """A stored file to be saved, under a name that is only data. It is sent as it is read:
    a hundred megabytes cost no more memory than one."""
    path = _sound(sha256)
    return _sent(send_file(path, mimetype=content_type, as_attachment=True, download_name=name))


def _sent(response: Response) -> Response:
    response.headers[POLICY] = FILE
    response.headers["Cache-Control"] = "no-store"  # Flask lets the browser keep files
    return response


def _with_pictures(message: Message) -> str:
    """The HTML with the pictures of the message itself put inside, and no others."""
    body = message.html or ""
    if "data-cid" not in body:
        return body
    pictures = _pictures(attachments_of(message.id))
    return _CID.sub(lambda found: pictures.get(html.unescape(found[1]), ""), body)


def _pictures(files: Sequence[Attachment]) -> dict[str, str]:
    left, found = _INLINE_LIMIT, {}
    for file in files:
        if not file.content_id or file.content_type not in PICTURES or file.size > left:
            continue
        left -= file.size
        data = base64.b64encode(_sound(file.sha256).read_bytes()).decode()
        found[file.content_id] = f'src="data:{file.content_type};base64,{data}"'
    return found
