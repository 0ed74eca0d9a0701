"""What came with a case: the exact bytes received, attachments, the HTML of mails.

Names from outside are data. Nothing is ever run by the browser: downloads are sandboxed,
pictures and plain text alone may be looked at, mail HTML was sanitised and loads nothing.
"""

import base64
import html
import re
from collections.abc import Sequence
from io import BytesIO

from flask import Response, send_file
from sqlalchemy import select

from grc.cases.models import Attachment, Case, Message
from grc.core import blobs
from grc.core.db import session
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.intake.models import Item
from grc.parsing.filetype import sniff
from grc.staff.policy import Permission
from grc.web.cases.access import read
from grc.web.cases.blueprint import bp
from grc.web.cases.writing import message_of
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
    message = message_of(case, number)
    item = session().get(Item, message.item_id) if message.item_id else None
    if item is None:
        raise NotFound(N_("Ce message n'a pas d'original."))
    return download(item.sha256, f"{item.reference}.eml", "message/rfc822")


@bp.get("/<reference>/pieces/<int:number>")
@needs(READ)
def attachment(reference: str, number: int) -> Response:
    """An attachment, to be saved."""
    case, _facts = read(reference, "attachment")
    file = _file(case, number)
    return download(file.sha256, file.filename, file.content_type)


@bp.get("/<reference>/pieces/<int:number>/apercu")
@needs(READ)
def preview(reference: str, number: int) -> Response:
    """A picture or a plain text, to be looked at; its own bytes say which it is."""
    case, _facts = read(reference, "attachment")
    file = _file(case, number)
    data = _whole(file.sha256)
    kind = sniff(data[:_HEAD])
    if kind in PICTURES:
        return _shown(data, kind)
    if kind == "text/plain":
        return _shown(data.decode("utf-8", "replace").encode(), "text/plain; charset=utf-8")
    raise NotFound(N_("Cette pièce ne peut pas être regardée ici : téléchargez-la."))


@bp.get("/<reference>/messages/<int:number>/mise-en-page")
@needs(READ)
def layout(reference: str, number: int) -> Response:
    """The page that frames the HTML of a mail."""
    case, _facts = read(reference, "page")
    message = message_of(case, number)
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
    message = message_of(case, number)
    body = _with_pictures(message)
    title = html.escape(message.subject)
    page = f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{title}</title>{body}'
    response = Response(page)
    response.headers[POLICY] = MAIL
    return response


def _file(case: Case, number: int) -> Attachment:
    """The attachment of this number in the case, the first being 1."""
    query = select(Attachment).join(Message, Message.id == Attachment.message_id)
    query = query.where(Message.case_id == case.id).order_by(Attachment.id)
    found = session().scalars(query.offset(max(number, 1) - 1).limit(1)).first()
    if found is None or number < 1:
        raise NotFound(N_("Cette pièce n'existe pas."))
    return found


def _whole(sha256: str) -> bytes:
    """The stored bytes, checked: never another file, never a damaged one."""
    store = blobs.store()
    try:
        sound = store.check(sha256)
    except FileNotFoundError:
        raise NotFound(N_("Ce fichier manque sur le disque. Prévenez l'assistance.")) from None
    if not sound:
        raise NotFound(N_("Ce fichier est abîmé sur le disque. Prévenez l'assistance."))
    return store.read(sha256)


def download(sha256: str, name: str, content_type: str) -> Response:
    """Bytes to be saved, under a name that is only data."""
    response = send_file(
        BytesIO(_whole(sha256)), mimetype=content_type, as_attachment=True, download_name=name
    )
    response.headers[POLICY] = FILE
    return response


def _shown(data: bytes, content_type: str) -> Response:
    response = Response(data, content_type=content_type)
    response.headers[POLICY] = FILE
    response.headers["Content-Disposition"] = "inline"
    return response


def _with_pictures(message: Message) -> str:
    """The HTML with the pictures of the message itself put inside, and no others."""
    body = message.html or ""
    if "data-cid" not in body:
        return body
    query = select(Attachment).where(Attachment.message_id == message.id)
    pictures = _pictures(session().scalars(query).all())
    return _CID.sub(lambda found: pictures.get(html.unescape(found[1]), ""), body)


def _pictures(files: Sequence[Attachment]) -> dict[str, str]:
    left, found = _INLINE_LIMIT, {}
    for file in files:
        if not file.content_id or file.content_type not in PICTURES or file.size > left:
            continue
        left -= file.size
        data = base64.b64encode(_whole(file.sha256)).decode()
        found[file.content_id] = f'src="data:{file.content_type};base64,{data}"'
    return found
