"""Rows in an order that people choose."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import session
from grc.core.types import BigId

Row = TypeVar("Row", bound="Placed")


class Placed:
    """A row with a place among others of its kind, from 0."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place: Mapped[int]


def arrange(model: type[Row], rows: Sequence[Row], kept: Sequence[int]) -> list[Row]:
    """Keep these of the rows, by their ids, in this order; the others are deleted. An id of none
    of them is nothing."""
    gone = {row.id: row for row in rows}
    stay = [gone.pop(one) for one in dict.fromkeys(kept) if one in gone]
    if gone:
        session().execute(delete(model).where(model.id.in_(gone)))
    for place, row in enumerate(stay):
        row.place = place
    return stay
