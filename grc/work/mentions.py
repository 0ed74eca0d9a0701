"""People named in a note ("@Claire Diallo"): only who may read the case, and it gives no right."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import aliased

from grc.cases import service as cases
from grc.cases.access import who_may_read
from grc.cases.models import Case, case_reference
from grc.cases.queries import NOW, visible_to
from grc.cases.seen import shows
from grc.core.actor import Actor
from grc.core.db import add_all, execute, fetch, session
from grc.staff.models import User
from grc.staff.policy import Permission
from grc.work.models import Mention, Note

_SHOWN = 50
_SNIPPET = 160  # characters of a note in the list
_before = aliased(Note)
_number = select(func.count(_before.id)).where(
    _before.case_id == Note.case_id, _before.id <= Note.id
)
_UNREAD = (  # built once: the page of a person's cases asks it each time
    select(
        Case.id,
        Case.opened_at,
        Case.subject,
        Case.level,
        _number.scalar_subquery().label("number"),
        User.name,
        Note.text,
        Note.at,
    )
    .select_from(Mention)
    .join(Note, Note.id == Mention.note_id)
    .join(Case, Case.id == Note.case_id)
    .join(User, User.id == Note.author_id)
    .where(Mention.user_id.in_(bindparam("whom", expanding=True)), Mention.read_at.is_(None))
    .order_by(Mention.note_id.desc())
    .limit(_SHOWN)
)


@dataclass(frozen=True)
class Named:
    """A note in which a person is named, which she has not read."""

    reference: str
    subject: str
    number: int  # of the note in its case
    author: str
    text: str
    at: datetime


def candidates(case: Case, *, actor: Actor, now: datetime) -> list[tuple[int, str]]:
    """Who may be named in a note of this case: (id, name), by name, whoever writes left out."""
    cases.demand(case, actor, Permission.CASE_READ, now)
    logins = {reader.login for reader in who_may_read(case, now).readers}
    query = select(User.id, User.name).where(User.login.in_(logins), User.id != actor.user_id)
    return [(row.id, row.name) for row in session().execute(query.order_by(User.name, User.id))]


def named(text: str, people: Iterable[tuple[int, str]]) -> set[int]:
    """Who of these people a text names: "@" and the whole name. Pure."""
    plain = text.casefold()
    return {
        number
        for number, name in people
        if re.search(rf"@{re.escape(name.casefold())}(?!\w)", plain)
    }


def note_named(case: Case, note_id: int, text: str, *, actor: Actor, now: datetime) -> None:
    """Put a note on the list of everybody it names."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    if "@" not in text:
        return
    found = named(text, candidates(case, actor=actor, now=now))
    if found:
        add_all(Mention, [{"note_id": note_id, "user_id": one} for one in sorted(found)])


def seen(case: Case, *, actor: Actor, now: datetime) -> None:
    """This person has read every note of a case that names her."""
    cases.demand(case, actor, Permission.CASE_READ, now)
    notes = select(Note.id).where(Note.case_id == case.id)
    unread = (Mention.user_id == actor.user_id, Mention.read_at.is_(None))
    change = update(Mention).where(*unread, Mention.note_id.in_(notes)).values(read_at=now)
    execute(change.execution_options(synchronize_session=False))


@lru_cache(maxsize=512)
def _unread(actor: Actor, *, of_case: bool) -> Select[Any]:
    query = _UNREAD.where(visible_to(actor, NOW))
    return query.where(Note.case_id == bindparam("case")) if of_case else query


def unread(
    actor: Actor,
    now: datetime,
    case_id: int | None = None,
    *,
    people: Collection[int] | None = None,
) -> Sequence[Named]:
    """The notes that name a person and that she may read, the latest first; of one case. With
    `people`, those that name them and that she may read: she covers for them."""
    whom = {actor.user_id} if people is None else people
    query = _unread(actor, of_case=case_id is not None)
    found = fetch(query, {"whom": list(whom), "case": case_id, "now": now}).all()
    for row in found:
        shows(row.id, row.level, "list")  # words of a note, not only that the case exists
    return [
        Named(
            case_reference(row.id, row.opened_at),
            row.subject,
            row.number,
            row.name,
            row.text[:_SNIPPET],
            row.at,
        )
        for row in found
    ]
