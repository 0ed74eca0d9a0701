"""What agents do with a case: take, assign, write, move, link. One use-case each."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from grc.cases import links, search
from grc.cases import service as cases
from grc.cases.fields import NOBODY
from grc.cases.models import Case, Handling, Party
from grc.cases.persons import known_for_good
from grc.cases.states import ENDED, Outcome, Status
from grc.citizens import service as citizens
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.correspondence import clocks
from grc.outbox import service as outbox
from grc.outbox.models import Outgoing
from grc.staff.models import User
from grc.staff.policy import Permission
from grc.staff.queries import colleagues
from grc.work import canned, drafts, enclosing, mentions, papers
from grc.work.composing import compose
from grc.work.follow_up import TASK_LABELS
from grc.work.models import Note, Task


def take(case: Case, *, actor: Actor, now: datetime) -> None:
    """Make a handling mine: one winner. Mine already: nothing. Another's: Conflict."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    handling = cases.handling_of(case, actor)
    if handling.assignee_id == actor.user_id:
        return
    if not handling.is_open:
        raise Conflict(N_("Cette demande a pris fin. Rouvrez-la pour la prendre."))
    free = or_(Handling.assignee_id.is_(None), Handling.assignee_id == actor.user_id)
    claimed = session().execute(
        update(Handling)
        .where(Handling.id == handling.id, free)
        .values(assignee_id=actor.user_id, taken_at=now, version=Handling.version + 1)
        .execution_options(synchronize_session=False)
    )
    session().refresh(handling)
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            N_("Cette demande vient d'être prise par %(who)s."), who=_name(handling.assignee_id)
        )
    if handling.status == Status.RECEIVED:
        cases.set_status(case, handling, Status.IN_PROGRESS, actor=actor, now=now)
    _record(Event.CASE_TAKEN, case, handling, actor, now, assignee=_name(actor.user_id))


def release(case: Case, *, actor: Actor, now: datetime) -> None:
    """Give a handling back to its unit's queue."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    handling = cases.handling_of(case, actor)
    if handling.assignee_id is None:
        return
    if handling.assignee_id != actor.user_id:
        cases.demand(case, actor, Permission.CASE_ASSIGN, now)
    old = _name(handling.assignee_id)
    cases.change(handling, assignee_id=None)
    if handling.status == Status.IN_PROGRESS:
        cases.set_status(case, handling, Status.RECEIVED, actor=actor, now=now)
    by = _name(actor.user_id)
    _record(Event.CASE_RELEASED, case, handling, actor, now, assignee=by, old=old)


def assign(
    case: Case, assignee_id: int, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """Entrust a handling to a colleague of its unit."""
    cases.demand(case, actor, Permission.CASE_ASSIGN, now)
    handling = cases.handling_of(case, actor)
    if handling.assignee_id == assignee_id:
        return
    if assignee_id not in {actor.user_id, *dict(colleagues({handling.unit_id}))}:
        raise InvalidInput(N_("Cette personne n'est pas du service."), field="assignee")
    if cases.is_kept_from(case, assignee_id, now):
        raise InvalidInput(N_("Cette personne ne peut pas lire cette demande."), field="assignee")
    old = _name(handling.assignee_id) if handling.assignee_id else NOBODY
    cases.change(handling, expected=expected, assignee_id=assignee_id, taken_at=now)
    if handling.status == Status.RECEIVED:
        cases.set_status(case, handling, Status.IN_PROGRESS, actor=actor, now=now)
    _record(Event.CASE_ASSIGNED, case, handling, actor, now, assignee=_name(assignee_id), old=old)


def note(case: Case, text: str, *, actor: Actor, now: datetime) -> int:
    """Add an internal note; whoever it names and may read the case finds it in a list."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    if not text.strip():
        raise InvalidInput(N_("La note est vide."), field="text")
    assert actor.user_id is not None  # noqa: S101 - only people write notes
    note_id = add(Note, case_id=case.id, author_id=actor.user_id, text=text.strip(), at=now)
    search.index(case.id, "note", note_id, text)
    audit.record(Event.NOTE_ADDED, subject=("note", note_id), case_id=case.id, actor=actor, now=now)
    mentions.note_named(case, note_id, text, actor=actor, now=now)
    mentions.seen(case, actor=actor, now=now)
    return note_id


def reply(
    case: Case,
    text: str,
    *,
    expected: int | None,
    actor: Actor,
    now: datetime,
    then: str | None = None,
    outcome: str | None = None,
    names: str = "",
    files: str = "",
    page: drafts.Page = drafts.NO_PAGE,
) -> int:
    """Write to the correspondent; it leaves in ten seconds unless cancelled: by e-mail, or to
    the follow-up page when there is no address.

    `then` is the status to move to ("waiting_citizen", "resolved"…); `outcome` goes with an
    ending; `names` are the canned replies used, `files` the ids of what goes with it. The draft
    of `page` is gone once this is committed. Returns the outgoing id.
    """
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    leaving = compose(case, text, actor, names)
    if leaving.problem is not None:
        raise InvalidInput(leaving.problem.msgid, field="text", **leaving.problem.params)
    handling = cases.handling_of(case, actor)
    cases.change(handling, expected=expected, answered_at=now)
    outgoing_id = outbox.write(
        case,
        kind="reply",
        recipient=leaving.recipient or outbox.PAGE,
        text=leaving.text,
        greeting=leaving.greeting,
        closing=leaving.closing,
        leaves_at=now + outbox.UNDO,
        author_id=actor.user_id,
        now=now,
        files=enclosing.take(case, files, actor),
    )
    about = ("outgoing", outgoing_id)
    audit.record(Event.REPLY_WRITTEN, subject=about, case_id=case.id, actor=actor, now=now)
    canned.pin(outgoing_id, leaving.used)
    if any("{pièces}" in one.text for one in leaving.used):
        papers.note_asked(case, actor=actor, now=now)
    cases.mark_seen(case)
    drafts.drop(case, actor, page, leaving.text)
    if then:
        cases.set_status(case, handling, then, outcome=outcome, actor=actor, now=now)
    return outgoing_id


def cancel_reply(case: Case, outgoing_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a reply back before it leaves: its text returns to the draft, before what was
    typed since, the documents it asked for are missing, and what it had moved is in progress
    again."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    outgoing = session().get(Outgoing, outgoing_id)
    if outgoing is None or outgoing.case_id != case.id:
        raise InvalidInput(N_("Ce message n'est pas de cette demande."))
    text = outbox.cancel(outgoing, actor=actor, now=now)
    since = next(iter(drafts.mine(case.id, actor.user_id)), None)
    joined = f"{text}\n\n{since.text}" if since else text
    page = drafts.Page(since.page, since.page) if since else drafts.NO_PAGE
    names = canned.joined(canned.of_message(outgoing.id), since.canned if since else "")
    is_shared = since is not None and since.shared
    drafts.save(case, joined, actor=actor, now=now, page=page, shared=is_shared, canned=names)
    enclosing.give_back(case, outgoing.message_id, actor=actor, now=now)
    papers.note_not_asked(case, outgoing.planned_at, actor=actor, now=now)
    handling = next(
        (row for row in cases.all_handlings(case) if row.answered_at == outgoing.planned_at), None
    )
    if handling is None:
        return
    replied_at = outbox.answered_at(case.id)
    before = clocks.last_answer(case.id, handling.unit_id, replied_at, now)
    cases.change(handling, answered_at=before)
    if handling.status in {Status.WAITING_CITIZEN, *ENDED}:
        cases.set_status(case, handling, Status.IN_PROGRESS, actor=actor, now=now)


def move(
    case: Case,
    status: str,
    *,
    why: str,
    outcome: str | None,
    expected: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Change the status of my unit's handling, with a remark if there is one to make."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    handling = cases.at_version(cases.handling_of(case, actor), expected)
    if handling.status == _known(status):
        raise InvalidInput(N_("La demande est déjà dans cet état."), field="status")
    remark_id = audit.remark(why, now=now)
    cases.set_status(
        case, handling, status, outcome=outcome, remark_id=remark_id, actor=actor, now=now
    )
    cases.mark_seen(case)


def accept_thanks(case: Case, *, actor: Actor, now: datetime) -> None:
    """What came after the end asks for nothing: read, and the case stays as it ended."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    if cases.handling_of(case, actor).is_open:
        raise Conflict(N_("Cette demande a été rouverte entre-temps."))
    if case.unread:
        cases.mark_seen(case)
        _record(Event.THANKS_ACCEPTED, case, None, actor, now)


def _known(status: str) -> str:
    if status not in set(Status):
        raise InvalidInput(N_("Cet état n'existe pas."), field="status")
    return status


def link_duplicate(
    case: Case, other: Case, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """Close a case, in every unit, as a duplicate of another, where it counts as one more
    contact; reopening undoes the closing. Nobody's duplicates go round in a ring: all of them
    would be closed, and nobody would answer."""
    for one in sorted((case, other), key=lambda one: one.id):
        cases.alone(one)
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    cases.demand(other, actor, Permission.CASE_READ, now)
    if case.id == other.id or links.is_above(case.id, other.id, "duplicate_of"):
        raise InvalidInput(N_("Une demande n'est pas le doublon d'elle-même."), field="other")
    cases.at_version(cases.handling_of(case, actor), expected)
    if links.link(case.id, other.id, "duplicate_of", actor=actor, now=now):
        cases.add_contacts(other, case, actor=actor, now=now)
    for handling in cases.all_handlings(case):
        if handling.status != Status.CLOSED:
            cases.set_status(
                case, handling, Status.CLOSED, outcome=Outcome.DUPLICATE, actor=actor, now=now
            )


def set_citizen(
    case: Case, citizen_id: int | None, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """A person says who the citizen is; None makes a new one from what the message says."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    cases.at_version(cases.handling_of(case, actor), expected)
    correspondent = select(Party).where(Party.case_id == case.id, Party.is_correspondent)
    party = session().scalars(correspondent).first()
    if party is None:
        raise InvalidInput(N_("Cette demande n'a pas de correspondant."))
    how = Text(N_("usager reconnu") if citizen_id else N_("nouvel usager"))
    if citizen_id is None:
        citizen_id = citizens.create(party.name, [], origin="agent", now=now)
    elif citizen_id not in known_for_good(actor, [citizen_id], now):
        raise InvalidInput(N_("Cet usager n'existe pas."))
    if party.contact_point_id is not None:
        citizens.attach(citizen_id, party.contact_point_id, origin="agent")
    party.citizen_id = case.citizen_id = citizen_id
    case.citizen_match = "matched"
    session().flush()
    _record(Event.CASE_CITIZEN_SET, case, None, actor, now, how=how)


def finish_task(task: Task, *, actor: Actor, now: datetime) -> None:
    """A person has done it."""
    cases.demand(session().get_one(Case, task.case_id), actor, Permission.CASE_WRITE, now)
    if task.done_at is not None:
        return
    task.done_at = now
    session().flush()
    audit.record(
        Event.TASK_DONE,
        subject=("task", task.id),
        case_id=task.case_id,
        actor=actor,
        now=now,
        kind=Text(TASK_LABELS[task.kind]),
    )


def _name(user_id: int | None) -> str:
    user = session().get(User, user_id) if user_id else None
    return user.name if user else "?"


def _record(
    event: Event,
    case: Case,
    handling: Handling | None,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    subject = ("handling", handling.id) if handling else ("case", case.id)
    audit.record(event, subject=subject, case_id=case.id, actor=actor, now=now, **data)
