"""Writing what leaves: the row first, the Message-ID fixed, a step to send it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update

from grc.cases import opening
from grc.cases.models import Case, Message, MessageRef
from grc.cases.search import index
from grc.cases.tokens import sign
from grc.core import audit, steps
from grc.core.actor import SYSTEM, Actor
from grc.core.db import add, fetch, session
from grc.core.errors import Conflict
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.core.settings import settings
from grc.outbox.models import Outgoing
from grc.outbox.transport import error_code

UNDO = timedelta(seconds=10)
PAGE = ""  # the recipient of what is read on the follow-up page: no address
KIND_LABELS = {"reply": N_("réponse"), "acknowledgement": N_("accusé d'enregistrement")}
_ACKNOWLEDGEMENT = (
    select(Outgoing.id)
    .where(Outgoing.case_id == bindparam("case"), Outgoing.kind == "acknowledgement")
    .limit(1)
)


def write(
    case: Case,
    *,
    kind: str,
    recipient: str,
    text: str,
    leaves_at: datetime,
    author_id: int | None,
    now: datetime,
    greeting: str = "",
    closing: str = "",
    files: Sequence[opening.NewFile] = (),
) -> int:
    """Write a message to a citizen, by e-mail or for the PAGE, and plan its sending; returns
    the outgoing id.

    The subject is neutral: the reference and nothing else may show on a screen the sender does
    not control. `greeting` and `closing` go around the text when it leaves, `files` with it.
    """
    message_id = _message(case, kind, recipient, text, leaves_at, author_id, now)
    rfc_id = _rfc_id(case.id, message_id)
    if recipient != PAGE:  # nobody can answer what no mailbox has
        opening.add_references(case.id, message_id, rfc_id, ())
    opening.add_files(message_id, files, now)
    index(case.id, "message", message_id, " ".join((text, *(one.filename for one in files))))
    outgoing_id = add(
        Outgoing,
        message_id=message_id,
        case_id=case.id,
        kind=kind,
        recipient=recipient,
        rfc_id=rfc_id,
        status="planned",
        planned_at=now,
        leaves_at=leaves_at,
        greeting=greeting,
        closing=closing,
    )
    key = _step_key(outgoing_id)
    steps.plan("send", ("outgoing", outgoing_id), key=key, now=now, due_at=leaves_at)
    return outgoing_id


def _message(
    case: Case,
    kind: str,
    recipient: str,
    text: str,
    leaves_at: datetime,
    author_id: int | None,
    now: datetime,
) -> int:
    return add(
        Message,
        case_id=case.id,
        direction="out",
        channel=case.channel if recipient == PAGE else "email",
        automatic=_automatic(kind),
        sender=settings().mail_from,
        recipients=[] if recipient == PAGE else [recipient],
        subject=subject_of(case),
        text=text,
        quoted_text="",
        author_id=author_id,
        sent_at=leaves_at,
        recorded_at=now,
    )


def _rfc_id(case_id: int, message_id: int) -> str:
    token = sign(case_id, settings().token_keys)
    return f"grc.{token}.{message_id}@{settings().mail_domain}"


def _automatic(kind: str) -> str:
    return "auto_reply" if kind == "acknowledgement" else "no"


def subject_of(case: Case) -> str:
    """What leaves says nothing but the reference, which brings the answer back."""
    return f"Votre demande {case.reference}"


def _step_key(outgoing_id: int) -> str:
    return f"send:outgoing:{outgoing_id}"


def cancel(outgoing: Outgoing, *, actor: Actor, now: datetime) -> str:
    """Take back a message that has not left; returns its text. Too late raises Conflict."""
    if outgoing.status != "planned" or not steps.cancel(_step_key(outgoing.id), now):
        raise Conflict(N_("Déjà parti : écrivez un message pour corriger."))
    outgoing.status = "cancelled"
    session().flush()
    audit.record(
        Event.REPLY_CANCELLED,
        subject=("outgoing", outgoing.id),
        case_id=outgoing.case_id,
        actor=actor,
        now=now,
    )
    return session().get_one(Message, outgoing.message_id).text


def withhold(case_id: int, *, actor: Actor, now: datetime) -> int:
    """Take back everything of a case that waits to leave; returns how much. What a mail server
    is already being given can be held by nobody."""
    planned = select(Outgoing).where(Outgoing.case_id == case_id, Outgoing.status == "planned")
    held = 0
    for outgoing in session().scalars(planned.order_by(Outgoing.id)).all():
        with suppress(Conflict):
            cancel(outgoing, actor=actor, now=now)
            held += 1
    return held


def mark_sent(outgoing_id: int, *, now: datetime) -> None:
    """The server has taken it."""
    outgoing = session().get_one(Outgoing, outgoing_id)
    if outgoing.status != "planned":  # cancelled, or its bounce was faster than this
        return
    outgoing.status, outgoing.sent_at, outgoing.error = "sent", now, None
    session().execute(
        update(Message)
        .where(Message.id == outgoing.message_id)
        .values(sent_at=now)
        .execution_options(synchronize_session=False)
    )
    session().flush()
    audit.record(
        Event.MESSAGE_SENT,
        subject=("outgoing", outgoing.id),
        case_id=outgoing.case_id,
        actor=SYSTEM,
        now=now,
        kind=Text(KIND_LABELS[outgoing.kind]),
    )


def mark_failed(outgoing_id: int, error: str, *, now: datetime) -> None:
    """It will not leave by itself: a person must act."""
    outgoing = session().get_one(Outgoing, outgoing_id)
    if outgoing.status != "planned":
        return
    outgoing.status, outgoing.error = "failed", error[:500]
    session().flush()
    audit.record(
        Event.MESSAGE_FAILED,
        subject=("outgoing", outgoing.id),
        case_id=outgoing.case_id,
        actor=SYSTEM,
        now=now,
        error=error_code(error),
    )


def answered_at(case_id: int) -> datetime | None:
    """When the last reply that was not taken back was written."""
    query = select(func.max(Outgoing.planned_at)).where(
        Outgoing.case_id == case_id, Outgoing.kind == "reply", Outgoing.status != "cancelled"
    )
    return session().scalar(query)


def acknowledged(case_id: int) -> bool:
    """True when an automatic acknowledgement was already planned for this case."""
    return fetch(_ACKNOWLEDGEMENT, {"case": case_id}).scalar() is not None


def acknowledgements(recipient: str, since: datetime) -> int:
    """How many automatic acknowledgements this address was sent, all cases together."""
    query = select(func.count()).where(
        Outgoing.recipient == recipient,
        Outgoing.kind == "acknowledgement",
        Outgoing.planned_at > since,
    )
    return session().scalar(query) or 0


def thread_headers(outgoing: Outgoing) -> tuple[str, ...]:
    """The Message-IDs of the conversation a message answers, oldest first, at most ten."""
    never_left = select(Outgoing.message_id).where(
        Outgoing.case_id == outgoing.case_id, Outgoing.status == "cancelled"
    )
    query = (
        select(MessageRef.rfc_id)
        .where(
            MessageRef.case_id == outgoing.case_id,
            MessageRef.own,
            MessageRef.message_id < outgoing.message_id,
            MessageRef.message_id.not_in(never_left),
        )
        .order_by(MessageRef.id.desc())
        .limit(10)
    )
    return tuple(reversed(session().scalars(query).all()))
