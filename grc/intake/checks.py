"""What must hold behind each outcome. Every check is one query for the items that fail it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from grc.cases.models import Case, Message
from grc.cases.reference import reference
from grc.core.clock import paris_date
from grc.core.db import is_postgresql, session
from grc.core.i18n import N_
from grc.core.steps import Step
from grc.intake.models import Item, PageAccount
from grc.intake.queries import OUTCOMES
from grc.outbox.models import Outgoing

CHECKS: Mapping[str, str] = {
    "case": N_("rangé sans demande ou sans message"),
    "original": N_("doublon sans original"),
    "step": N_("en attente sans étape qui le reprenne"),
    "target": N_("avis appliqué à rien"),
    "children": N_("découpé, mais il manque des morceaux"),
    "pages": N_("lot de courrier dont des pages ne sont pas comptées"),
    "owner": N_("à examiner sans service ni raison"),
    "remark": N_("écarté sans raison"),
    "outcome": N_("suite inconnue"),
}
LABELS: Mapping[str, str] = {**CHECKS, "blob": N_("octets d'origine absents ou tronqués")}
SETTLED_BY_ITSELF = ("opened", "appended", "applied", "split")  # what a duplicate may be a copy of
REFUSED_BEFORE = ("quarantined", "duplicate", "discarded")  # for the same bytes in a longer log


@dataclass(frozen=True)
class Finding:
    """One item whose outcome does not hold."""

    item_id: int
    channel: str
    source: str
    stored_at: datetime

    @property
    def reference(self) -> str:
        """The reference people use."""
        return reference("E", paris_date(self.stored_at).year, self.item_id)


def broken(check: str, start: datetime | None) -> Iterator[Finding]:
    """The items stored since `start` that fail a check."""
    query: Select[int, str, str, datetime] = select(
        Item.id, Item.channel, Item.source, Item.stored_at
    ).where(_CONDITIONS[check]())
    if start is not None:
        query = query.where(Item.stored_at >= start)
    rows = session().execute(query.order_by(Item.id).execution_options(yield_per=1000))
    yield from (Finding(*row) for row in rows)


def _case() -> ColumnElement[bool]:
    held = exists().where(
        Case.id == Item.case_id, Message.case_id == Case.id, Message.item_id == Item.id
    )
    return and_(Item.outcome.in_(("opened", "appended")), ~held)


def _original() -> ColumnElement[bool]:
    original = aliased(Item)
    refused_before = and_(  # a part with these very bytes, that has an outcome of its own
        Item.parent_id.is_not(None),
        original.parent_id.is_not(None),
        original.id < Item.id,
        original.sha256 == Item.sha256,
        original.outcome.in_(REFUSED_BEFORE),
    )
    held = exists().where(
        original.id == Item.duplicate_of,
        original.id != Item.id,
        or_(original.outcome.in_(SETTLED_BY_ITSELF), refused_before),
    )
    return and_(Item.outcome == "duplicate", ~held)


def _step() -> ColumnElement[bool]:
    live = exists().where(
        Step.subject_kind == "item",
        Step.subject_id == Item.id,
        Step.name.in_(("understand", "split")),
        Step.done_at.is_(None),
        Step.failed_at.is_(None),
    )
    return and_(Item.outcome == "waiting", ~live)


def _target() -> ColumnElement[bool]:
    bounced = exists().where(Item.applied_kind == "bounce", Outgoing.id == Item.applied_id)
    other = and_(Item.applied_kind != "bounce", Item.applied_id.is_not(None))
    return and_(Item.outcome == "applied", ~or_(bounced, func.coalesce(other, False)))


def _children() -> ColumnElement[bool]:
    child = aliased(Item)
    present = select(func.count()).where(child.parent_id == Item.id).scalar_subquery()
    return and_(Item.outcome == "split", or_(Item.applied_id.is_(None), present != Item.applied_id))


def _pages() -> ColumnElement[bool]:
    """Pages in are pages accounted for; their lists are counted, as they are shown."""
    counted = (
        PageAccount.used + _length(PageAccount.separators) + _length(PageAccount.blanks)
    )  # fmt: skip
    return exists().where(PageAccount.item_id == Item.id, PageAccount.total != counted)


def _length(numbers: InstrumentedAttribute[list[int]]) -> ColumnElement[int]:
    length = func.jsonb_array_length if is_postgresql() else func.json_array_length
    return length(numbers, type_=Integer)


def _owner() -> ColumnElement[bool]:
    return and_(Item.outcome == "quarantined", or_(Item.unit_id.is_(None), Item.reason.is_(None)))


def _remark() -> ColumnElement[bool]:
    return and_(Item.outcome == "discarded", Item.remark_id.is_(None))


def _outcome() -> ColumnElement[bool]:
    return Item.outcome.not_in(OUTCOMES)


_CONDITIONS: Mapping[str, Callable[[], ColumnElement[bool]]] = {
    "case": _case,
    "original": _original,
    "step": _step,
    "target": _target,
    "children": _children,
    "pages": _pages,
    "owner": _owner,
    "remark": _remark,
    "outcome": _outcome,
}
