"""Taking a list away as a file: what this person may read for good, written down, never more than
the setting allows.

A short list is made at once. A long one is collected by steps, a part in each, so that no worker
and no transaction is held for long; only the ids are kept, for a day. The file is written when it
is fetched, of what may still be read then.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from grc.cases.models import Case
from grc.cases.queries import NOT_FOUND, readable_for_good
from grc.core import audit, steps
from grc.core.actor import Actor
from grc.core.db import add, add_all, amend, among, execute, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.finding.hits import hits
from grc.finding.models import Export, ExportPart
from grc.finding.question import Question
from grc.finding.searching import Looking, called_nearly
from grc.organisation.queries import snapshot as organisation
from grc.staff.models import User
from grc.staff.policy import Permission, allowed
from grc.staff.queries import actor_of

FORMATS = ("csv", "xlsx")
AT_ONCE = 1000  # rows made while the person waits
PART = 1000  # rows of one step
KEPT = timedelta(days=1)
RUNNING, READY, TOO_LONG, FAILED = "running", "ready", "too_long", "failed"


def short(asked: Question, actor: Actor, now: datetime) -> Sequence[Case] | None:
    """All the cases that answer, when they can be had at once; None when they are too many."""
    found = hits(actor, asked.words, now, None)
    looked = Looking(actor, asked, found, now, leaves=True)
    cases = looked.first(AT_ONCE + 1, None)
    if looked.resume is not None or found.is_cut or len(cases) > AT_ONCE:
        return None
    _, near = called_nearly(actor, asked, found, cases, now, leaves=True)
    return [*cases, *near]


def ask(asked: Question, form: str, said: str, *, key: str, actor: Actor, now: datetime) -> Export:
    """Have a long list collected; `said` is the question in words, for the journal."""
    _demand(asked, form, actor)
    export_id = add(
        Export,
        key=key,
        user_id=actor.user_id,
        format=form,
        words=asked.words,
        filters=dict(asked.filters),
        at=now,
        state=RUNNING,
    )
    steps.plan("export", ("export", export_id), key=f"export:{export_id}:0", now=now)
    audit.record(
        Event.EXPORT_ASKED,
        subject=("export", export_id),
        actor=actor,
        now=now,
        remark_id=audit.remark(said, now=now),
        format=form,
    )
    return session().get_one(Export, export_id)


def collect(export_id: int, *, now: datetime) -> None:
    """Collect one part, with the rights that the person has at this moment."""
    export = session().get(Export, export_id)
    if export is None or export.state != RUNNING:
        return
    actor = _actor(export.user_id)
    cases, cursor = _part(export, actor, now)
    found = export.found + len(cases)
    if found > settings().export_rows:
        execute(delete(ExportPart).where(ExportPart.export_id == export.id))
        amend(export, state=TOO_LONG)
        return
    if cases:
        ids = [case.id for case in cases]
        add_all(ExportPart, [{"export_id": export.id, "number": export.found, "case_ids": ids}])
    amend(export, found=found, cursor=cursor, state=READY if cursor is None else RUNNING)
    if cursor is not None:
        key = f"export:{export.id}:{cursor}"
        steps.plan("export", ("export", export.id), key=key, now=now)


def _part(export: Export, actor: Actor, now: datetime) -> tuple[Sequence[Case], int | None]:
    """Some more cases, and where to go on; None at the end."""
    asked = Question(export.words, dict(export.filters))
    found = hits(actor, asked.words, now, export.cursor)
    looked = Looking(actor, asked, found, now, leaves=True)
    cases = looked.first(PART, export.cursor)
    if len(cases) == PART:
        return cases, cases[-1].id
    return cases, found.ids[-1] if found.is_cut else looked.resume


def give_up(export_id: int, _error: str, _now: datetime) -> None:
    """Say that a list could not be collected."""
    amend(session().get_one(Export, export_id), state=FAILED)


def export_of(actor: Actor, key: str) -> Export:
    """The export of this key, for who asked for it. Raises NotFound."""
    query = select(Export).where(Export.key == key, Export.user_id == actor.user_id)
    found = session().scalar(query)
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def mine(actor: Actor, now: datetime) -> Sequence[Export]:
    """What this person asked for and may still fetch, the latest first."""
    query = select(Export).where(Export.user_id == actor.user_id, Export.at > now - KEPT)
    return session().scalars(query.order_by(Export.at.desc()).limit(10)).all()


def cases_of(export: Export, actor: Actor, now: datetime) -> Iterator[Sequence[Case]]:
    """The cases of a list that was collected, a part at a time, as far as they may be read now."""
    query = select(ExportPart.case_ids).where(ExportPart.export_id == export.id)
    for ids in session().scalars(query.order_by(ExportPart.number)).all():
        readable = select(Case).where(among(Case.id, ids), readable_for_good(actor, now))
        found = {case.id: case for case in session().scalars(readable)}
        yield [found[one] for one in ids if one in found]


def taken(count: int, form: str, said: str, *, actor: Actor, now: datetime) -> None:
    """Write down that a list leaves: who, which question, how many rows."""
    _demand(None, form, actor)
    assert actor.user_id is not None  # noqa: S101 - only people take files away
    audit.record(
        Event.EXPORT_TAKEN,
        subject=("user", actor.user_id),
        actor=actor,
        now=now,
        remark_id=audit.remark(said, now=now),
        format=form,
        count=count,
    )


def _demand(asked: Question | None, form: str, actor: Actor) -> None:
    if not allowed(actor, Permission.CASE_READ) or actor.user_id is None:
        raise Forbidden(N_("Votre compte ne permet pas d'emporter une liste."))
    if form not in FORMATS:
        raise InvalidInput(N_("Ce format n'existe pas."), field="format")
    if asked is not None and (asked.is_empty or asked.unknown):
        raise InvalidInput(N_("Une liste a besoin de mots ou d'un filtre."))


def _actor(user_id: int) -> Actor:
    """The person with her rights of this moment; nobody's once her account is closed."""
    user = session().get_one(User, user_id)
    tree = {one.id: (one.above, one.department_id) for one in organisation().units_by_id.values()}
    return actor_of(user, tree) if user.is_active else Actor(user.login, user.id)
