"""Writing on a case: take and release, reply, draft, cancel, note."""

from datetime import datetime

from flask import redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import case_for, message_of
from grc.cases.service import handling_of
from grc.cases.states import Outcome, Status
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.correspondence.models import OurLetter
from grc.outbox import queries as outbox
from grc.staff.policy import Permission
from grc.web import once
from grc.web.cases.blueprint import bp
from grc.web.cases.carrying import carry_out, expected
from grc.web.cases.enclosing import files_page
from grc.web.cases.typed import draft_page, keep
from grc.web.guard import needs
from grc.web.present import now
from grc.web.session import actor, who
from grc.web.words import _, say
from grc.work import by_post as posting
from grc.work import queries
from grc.work import service as work

WRITE = Permission.CASE_WRITE


@bp.post("/<reference>/prendre")
@needs(WRITE)
def take(reference: str) -> ResponseReturnValue:
    """Make the case mine."""
    return carry_out(reference, WRITE, lambda case, at: work.take(case, actor=actor(), now=at))


@bp.post("/<reference>/rendre")
@needs(WRITE)
def release(reference: str) -> ResponseReturnValue:
    """Give the case back to its unit's queue."""
    return carry_out(reference, WRITE, lambda case, at: work.release(case, actor=actor(), now=at))


@bp.post("/<reference>/reponse")
@needs(WRITE)
def reply(reference: str) -> ResponseReturnValue:
    """Write to the citizen; it leaves in ten seconds unless cancelled."""

    def do(case: Case, at: datetime) -> None:
        then, outcome = _next(case, request.form.get("next", ""))
        work.reply(
            case,
            request.form.get("text", ""),
            expected=expected(),
            actor=actor(),
            now=at,
            then=then,
            outcome=outcome,
            names=request.form.get("canned", ""),
            files=request.form.get("files", ""),
            page=draft_page(),
        )

    return carry_out(reference, WRITE, do, draft=f"reply-{reference}")


@bp.post("/<reference>/courrier")
@needs(WRITE)
def by_post(reference: str) -> ResponseReturnValue:
    """What was typed becomes a letter, to be finished on its own page."""
    files = request.form.get("files", "")
    case = case_for(actor(), reference, WRITE, now())
    try:
        printed = posting.prepared(case, files, actor())
    except InvalidInput as refusal:
        return _not_printed(reference, say(refusal.text)), 422
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            case = case_for(actor(), reference, WRITE, now())
            where = url_for("correspondence.change", reference=_letter(case, printed).reference)
            once.settle(where)
    cookie["drafts_done"] = [*cookie.get("drafts_done", ()), f"reply-{reference}"]
    return redirect(where, 303)


def _not_printed(reference: str, problem: str) -> str:
    """The page of the files, where the one in the way is taken out; what was typed is kept."""
    with transaction():
        keep(case_for(actor(), reference, WRITE, now()), request.form.get("text", ""))
    return files_page(case_for(actor(), reference, WRITE, now()), problem)


def _letter(case: Case, printed: posting.Printed) -> OurLetter:
    return posting.write(
        case,
        request.form.get("text", ""),
        names=request.form.get("canned", ""),
        files=request.form.get("files", ""),
        printed=printed,
        page=draft_page(),
        actor=actor(),
        now=now(),
    )


def _next(case: Case, chosen: str) -> tuple[str | None, str | None]:
    """The state after a reply, and the outcome of an ending one."""
    if chosen == Status.RESOLVED:
        return Status.RESOLVED, Outcome.ANSWERED
    if chosen == Status.WAITING_CITIZEN:
        return Status.WAITING_CITIZEN, None
    begun = handling_of(case, actor()).status != Status.RECEIVED
    return (None if begun else Status.IN_PROGRESS), None


@bp.post("/<reference>/messages/<int:number>/annuler")
@needs(WRITE)
def cancel(reference: str, number: int) -> ResponseReturnValue:
    """Take a reply back before it leaves; its text returns to the draft."""

    def do(case: Case, at: datetime) -> None:
        work.cancel_reply(case, _outgoing(case, number), actor=actor(), now=at)

    done = _("Réponse annulée. Son texte est revenu dans votre brouillon.")
    return carry_out(reference, WRITE, do, done=done)


def _outgoing(case: Case, number: int) -> int:
    found = outbox.of_message(message_of(case.id, number).id)
    if found is None:
        raise InvalidInput(N_("Ce message n'est pas de cette demande."))
    return found


@bp.post("/<reference>/note")
@needs(WRITE)
def note(reference: str) -> ResponseReturnValue:
    """Add an internal note."""

    def do(case: Case, at: datetime) -> None:
        work.note(case, request.form.get("text", ""), actor=actor(), now=at)

    return carry_out(reference, WRITE, do, draft=f"note-{reference}")


@bp.post("/<reference>/taches/<int:number>/faite")
@needs(WRITE)
def finish_task(reference: str, number: int) -> ResponseReturnValue:
    """A person has done a task."""

    def do(case: Case, at: datetime) -> None:
        work.finish_task(queries.task_of(case.id, number), actor=actor(), now=at)

    return carry_out(reference, WRITE, do)
