"""Mail to one of us: that something waits and where to look, never what. Of no conversation.

It is read on the locked screen of a telephone, perhaps by others.
"""

import hashlib
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from grc.core import audit, steps
from grc.core.actor import SYSTEM
from grc.core.db import add, session
from grc.core.events import Event
from grc.core.settings import settings
from grc.outbox.models import Notice
from grc.outbox.sending import hand_over
from grc.outbox.transport import build, error_code

SUBJECT = "grc : quelque chose vous attend"
TEXT = """Quelque chose vous attend dans grc :

%(url)s

Ce message est envoyé automatiquement ; il ne dit jamais rien d'une demande.
"""


def plan(
    key: str,
    recipient: str,
    path: str,
    *,
    now: datetime,
    subject: str = SUBJECT,
    text: str = TEXT,
) -> None:
    """Write one mail and plan its sending; the same `key` twice is one mail. `path` is where to
    look: it stands for `%(url)s` in the text."""
    if not recipient or session().scalar(select(Notice.id).where(Notice.key == key)):
        return
    notice_id = add(
        Notice,
        key=key,
        recipient=recipient,
        subject=subject,
        text=text % {"url": f"{settings().base_url}{path}"},
        status="planned",
        planned_at=now,
    )
    steps.plan("notify", ("notice", notice_id), key=f"notify:{notice_id}", now=now)


def send(notice_id: int) -> str | None:
    """Hand it over, with no transaction open. None when taken, else the permanent error; a
    passing failure raises DeliveryError."""
    notice = session().get_one(Notice, notice_id)
    if notice.status != "planned":
        return None
    return hand_over(lambda: _mail(notice))


def _mail(notice: Notice) -> EmailMessage:
    return build(
        sender=settings().mail_from,
        reply_to=settings().mail_from,
        recipient=notice.recipient,
        subject=notice.subject,
        text=notice.text,
        rfc_id=_rfc_id(notice.key),
        references=(),
        date=notice.planned_at,
        automatic=True,
    )


def _rfc_id(key: str) -> str:
    """The same at each try, so that a server may see that it has it already."""
    return f"avis.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{settings().mail_domain}"


def settle(notice_id: int, error: str | None, *, now: datetime) -> None:
    """It has left, or never will."""
    notice = session().get_one(Notice, notice_id)
    if notice.status != "planned":
        return
    notice.status = "failed" if error else "sent"
    notice.error, notice.sent_at = (error or "")[:500] or None, None if error else now
    session().flush()
    if error:
        subject = ("notice", notice.id)
        audit.record(
            Event.NOTICE_FAILED, subject=subject, actor=SYSTEM, now=now, error=error_code(error)
        )
