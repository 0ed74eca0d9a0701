"""Which messages are read in a case: its own, and those of the case it was opened from."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all

from grc.cases.models import Message, MessageShare


def told_in(case_id: Any, message_id: Any = None, *, latest: Any = None) -> ColumnElement[bool]:
    """The condition on `Message`, or on the message that a column names, that it is read in a case:
    its own, and those shared with it when it was opened, whose ids are lower: numbers by id never
    change. With `latest`, so many at most of each kind, the last ones: no index orders both."""
    own = select(Message.id).where(Message.case_id == case_id)
    shared = select(MessageShare.message_id).where(MessageShare.case_id == case_id)
    if latest is not None:
        own = _last(own.order_by(Message.id.desc()).limit(latest))
        shared = _last(shared.order_by(MessageShare.message_id.desc()).limit(latest))
    return (Message.id if message_id is None else message_id).in_(union_all(own, shared))


def _last(ids: Select[int]) -> Select[int]:
    """SQLite takes an order within a union from a subquery only."""
    return select(*ids.subquery().c)
