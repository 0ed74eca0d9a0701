"""What is kept in versions and written on a screen: read, written again, closed, opened again.

The files go through `loading.sync_versions`: both add a version and close the one before, and
neither takes back what the other wrote without saying so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import aliased

from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, execute, lock, session
from grc.core.errors import Conflict, NotFound
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.organisation.loading import VERSIONS, differs, stamp

PAGE = 50
MOST_VERSIONS = 30  # of one code, shown
LONGEST_TOLD = 200  # of a value in the journal; a longer one is told by its version


@dataclass(frozen=True)
class Kind:
    """A table of versions: its model, the name of its data in `loaded_data`, what one is called
    and what its columns are called (msgids). `shown` is the column it is listed by."""

    model: type[Any]
    stamp: str
    label: str
    columns: Mapping[str, str]
    shown: str


@dataclass(frozen=True)
class Act:
    """Who writes, when, and why; `expected` is the version that was on the screen, 0 for none."""

    actor: Actor
    now: datetime
    expected: int
    reason: str = ""


def history(kind: Kind, code: str) -> list[Any]:
    """The versions of a code, the newest first. Raises NotFound."""
    query = select(kind.model).where(kind.model.code == code)
    newest = query.order_by(kind.model.version.desc()).limit(MOST_VERSIONS)
    found = list(session().scalars(newest))
    if not found:
        raise NotFound(N_("Cela n'existe pas ou plus."))
    return found


def page(
    kind: Kind, words: str, *, closed: bool, after: tuple[str, int] | None, among: Any = None
) -> list[Any]:
    """The last version of each code whose label has these words, one more than a page, by label;
    those in force, or those that are closed. `among`: a condition on them."""
    model, newer = kind.model, aliased(kind.model)
    label: ColumnElement[str] = getattr(model, kind.shown)
    follows = select(newer.id).where(newer.code == model.code, newer.version > model.version)
    where = (
        [~follows.exists(), model.valid_to.is_not(None)] if closed else [model.valid_to.is_(None)]
    )
    if words:
        where.append(label.icontains(words, autoescape=True))
    if among is not None:
        where.append(among)
    if after:
        where.append((label > after[0]) | ((label == after[0]) & (model.id > after[1])))
    return list(
        session().scalars(select(model).where(*where).order_by(label, model.id).limit(PAGE + 1))
    )


def write(kind: Kind, values: Mapping[str, Any], act: Act) -> bool:
    """Make the current version of a code say this, from today on; False when it does already.
    A code that was closed opens again. Raises Conflict when somebody wrote since."""
    last = _last(kind, values["code"], act)
    is_open = last is not None and last.valid_to is None
    if is_open and not differs(last, values):
        return False
    number = last.version + 1 if last is not None else 1
    today = paris_date(act.now)
    _close(kind, last, today)
    by = {"author_id": act.actor.user_id, "written_at": act.now, "valid_from": today}
    row_id = add(kind.model, **values, **by, version=number)
    _tell(kind, row_id, last, values, number, act)
    stamp(kind.stamp, actor=act.actor, now=act.now)
    return True


def end(kind: Kind, code: str, act: Act) -> bool:
    """Close a code: it is offered no more from now on. False when it was. Raises Conflict."""
    last = _last(kind, code, act)
    if last is None or last.valid_to is not None:
        return False
    _close(kind, last, paris_date(act.now), ended_by=act.actor.user_id)
    _record(Event.REFERENCE_ENDED, kind, last.id, code, act, version=last.version)
    stamp(kind.stamp, actor=act.actor, now=act.now)
    return True


def _last(kind: Kind, code: str, act: Act) -> Any:
    lock(VERSIONS)
    query = select(kind.model).where(kind.model.code == code)
    newest = query.order_by(kind.model.version.desc()).limit(1)
    found = session().scalar(newest.execution_options(populate_existing=True))
    if (found.version if found is not None else 0) != act.expected:
        raise Conflict(N_("Quelqu'un a écrit une autre version entre-temps : rien n'a été écrasé."))
    return found


def _close(kind: Kind, row: Any, today: Any, **more: Any) -> None:
    if row is not None and row.valid_to is None:
        execute(update(kind.model).where(kind.model.id == row.id).values(valid_to=today, **more))
        session().expire(row)


def _tell(
    kind: Kind, row_id: int, last: Any, values: Mapping[str, Any], number: int, act: Act
) -> None:
    """One line for each column that changed, with what it said."""
    code = values["code"]
    if last is None:
        _record(Event.REFERENCE_ADDED, kind, row_id, code, act)
        return
    changed = [name for name in kind.columns if getattr(last, name) != values.get(name)]
    if not changed:
        _record(Event.REFERENCE_REOPENED, kind, row_id, code, act, version=number)
    for name in changed:
        old, new = _told(getattr(last, name)), _told(values[name])
        if len(old) + len(new) > LONGEST_TOLD:
            old, new = f"v{last.version}", f"v{number}"
        what = Text(kind.columns[name])
        _record(
            Event.REFERENCE_CHANGED, kind, row_id, code, act,
            version=number, what=what, old=old, new=new,
        )  # fmt: skip


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "–" if value in (None, "") else str(value)


def _record(event: Event, kind: Kind, row_id: int, code: str, act: Act, **data: Any) -> None:
    why = audit.remark(act.reason, now=act.now)
    subject = (kind.model.__tablename__, row_id)
    told: dict[str, Any] = {"kind": Text(kind.label), "code": code} | data
    audit.record(event, subject=subject, actor=act.actor, now=act.now, remark_id=why, **told)


def codes_of(rows: Collection[Any]) -> set[int]:
    """The accounts that wrote or closed these versions."""
    return {one for row in rows for one in (row.author_id, row.ended_by) if one}
