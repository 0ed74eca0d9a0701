"""Sending one row: no transaction is open while the mail server is spoken to."""

from collections.abc import Callable
from email.message import EmailMessage

from flask import current_app

from grc.cases.models import Attachment, Case, Message
from grc.cases.queries import attachments_of
from grc.cases.tokens import sign
from grc.core import blobs
from grc.core.crash import crash
from grc.core.db import end_read, session
from grc.core.settings import settings
from grc.outbox.models import Outgoing
from grc.outbox.service import PAGE, thread_headers
from grc.outbox.transport import DeliveryError, File, Transport, build
from grc.outbox.wording import whole
from grc.staff.policy import Level

HIDDEN = "page: la demande est devenue confidentielle, sa page de suivi n'en montre rien"


def transport() -> Transport:
    """The transport of this application."""
    return current_app.extensions["grc.transport"]  # type: ignore[no-any-return]


def send(outgoing_id: int) -> str | None:
    """Hand the message over. Returns None when taken (or no longer to be sent), else the
    permanent error; a passing failure raises DeliveryError."""
    outgoing = session().get_one(Outgoing, outgoing_id)
    if outgoing.status != "planned":
        return None
    if outgoing.recipient == PAGE:
        return _shown(outgoing)
    return hand_over(lambda: _mail(outgoing))


def hand_over(written: Callable[[], EmailMessage]) -> str | None:
    """Hand a mail to the server, with no transaction open. None when taken, else the permanent
    error; a passing failure raises DeliveryError."""
    try:
        mail = written()
        end_read()
        crash("J2")
        transport().send(mail)
    except DeliveryError as error:
        if not error.permanent:
            raise
        return str(error)
    crash("J3")
    return None


def _shown(outgoing: Outgoing) -> str | None:
    """Nothing leaves: it is shown from the moment it is marked as sent. The page of a case
    that became confidential meanwhile shows nothing."""
    case = session().get_one(Case, outgoing.case_id)
    return None if case.level == Level.NORMAL else HIDDEN


def _mail(outgoing: Outgoing) -> EmailMessage:
    message = session().get_one(Message, outgoing.message_id)
    token = sign(outgoing.case_id, settings().token_keys)
    return build(
        sender=settings().mail_from,
        reply_to=f"reponse+{token}@{settings().mail_domain}",
        recipient=outgoing.recipient,
        subject=message.subject,
        text=whole(outgoing.greeting, message.text, outgoing.closing),
        rfc_id=outgoing.rfc_id,
        references=thread_headers(outgoing),
        date=outgoing.leaves_at,
        automatic=outgoing.kind == "acknowledgement",
        files=[_file(one) for one in attachments_of(message.id)],
    )


def _file(row: Attachment) -> File:
    return File(row.filename, row.content_type, blobs.store().read(row.sha256))
