"""What a training database holds beside what every database holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, Json, UtcDateTime


class TrainingMark(Base):
    """Says that everything in this database was invented; written before anything else."""

    __tablename__ = "training_mark"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Exercise(Base):
    """An exercise somebody has begun, with what was prepared for her; begun again, the same row.

    How long it took and how often it was begun is not kept: nobody is watched.
    """

    __tablename__ = "exercise"
    __table_args__ = (UniqueConstraint("user_id", "code"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    code: Mapped[str] = mapped_column(String(40))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    prepared: Mapped[dict[str, Any]] = mapped_column(Json)  # see `training.preparing`
