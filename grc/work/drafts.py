"""Replies being written, kept on the server. Nothing typed is lost.

A draft belongs to the page that wrote it last. A page opened on it takes it over with its first
words; another browser that still shows the old text then writes a draft of its own: two texts,
both kept and shown. A draft can be shared with who may write on the case, and stays when the
case changes hands.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from grc.cases import service as cases
from grc.cases.models import Case
from grc.core.actor import Actor
from grc.core.db import fetch, session
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.staff.models import User
from grc.staff.policy import Permission
from grc.work.models import Draft

_CASE: Any = bindparam("case")
_USER: Any = bindparam("user")
_MINE = (
    select(Draft)
    .where(Draft.case_id == _CASE, Draft.user_id == _USER)
    .order_by(Draft.saved_at.desc(), Draft.page)
    .execution_options(populate_existing=True)
)
_OF_OTHERS = (
    select(Draft.page, User.name, Draft.text, Draft.saved_at)
    .join(User, User.id == Draft.user_id)
    .where(Draft.case_id == _CASE, Draft.shared, Draft.user_id != _USER)
    .order_by(Draft.saved_at.desc())
)


@dataclass(frozen=True)
class Page:
    """The page of a form: its own key, and that of the draft it showed when it was made."""

    own: str = ""
    shown: str = ""


NO_PAGE = Page()


@dataclass(frozen=True)
class Shared:
    """A colleague's draft."""

    key: str
    author: str
    text: str
    saved_at: datetime


def save(
    case: Case,
    text: str,
    *,
    actor: Actor,
    now: datetime,
    page: Page = NO_PAGE,
    shared: bool = False,
    canned: str = "",
) -> None:
    """Keep what is typed so far; empty text removes the draft."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    if not text.strip():
        drop(case, actor, page)
        return
    assert actor.user_id is not None  # noqa: S101 - only people write replies
    known = {row.page: row for row in mine(case.id, actor.user_id)}
    row = known.get(page.own) or known.get(page.shown)
    if row is None:
        drop(case, actor, page, text)  # what a longer text says too
        row = Draft(case_id=case.id, user_id=actor.user_id)
        session().add(row)
    row.page, row.text, row.saved_at = page.own, text, now
    row.shared, row.canned = shared, canned[:400]
    session().flush()


def mine(case_id: int, user_id: int | None) -> list[Draft]:
    """A person's drafts on a case, the latest first: more than one after two browsers."""
    return list(session().scalars(_MINE, {"case": case_id, "user": user_id}))


def of_others(case_id: int, user_id: int | None) -> list[Shared]:
    """What colleagues share of a case, the latest first, for who may write on it."""
    rows: Any = fetch(_OF_OTHERS, {"case": case_id, "user": user_id})
    return [Shared(*row) for row in rows]


def drop(case: Case, actor: Actor, page: Page = NO_PAGE, said: str = "") -> None:
    """Forget one's own draft of a page, and those that what was `said` holds: no other text."""
    for row in mine(case.id, actor.user_id):
        if row.page in {page.own, page.shown} or row.text.strip() in said:
            session().delete(row)
    session().flush()


def take_over(case: Case, key: str, *, actor: Actor, now: datetime) -> None:
    """Copy a text below what one is writing: a colleague's, which stays hers, or one's own other
    text, which then is only there. Raises NotFound when it is gone, or was never shared."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    own = mine(case.id, actor.user_id)
    other = next((row for row in own if row.page == key), None)
    text = other.text if other else _shared_text(case.id, key, actor.user_id)
    rest = [row for row in own if row.page != key]
    if other is not None:
        drop(case, actor, Page(key, key))
    first = rest[0] if rest else None
    joined = f"{first.text}\n\n{text}" if first and text not in first.text else text
    page = Page(first.page, first.page) if first else NO_PAGE
    is_shared, canned = (first.shared, first.canned) if first else (False, "")
    save(case, joined, actor=actor, now=now, page=page, shared=is_shared, canned=canned)


def _shared_text(case_id: int, key: str, user_id: int | None) -> str:
    for one in of_others(case_id, user_id):
        if one.key == key:
            return one.text
    raise NotFound(N_("Ce brouillon n'est plus là."))


def forget(case: Case, key: str, *, actor: Actor, now: datetime) -> None:
    """Throw one's own text away."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    drop(case, actor, Page(key, key))
