"""What leads to a case: another case, what other systems call it, its texts as stems.

Apart from `models`, which has them too, for the length of that file alone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from grc.core.db import Base
from grc.core.types import BigId, UtcDateTime, sortable


class CaseLink(Base):
    """A relation between two cases; a merge is one too, so it can be undone."""

    __tablename__ = "case_link"
    __table_args__ = (UniqueConstraint("case_id", "other_id", "kind"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExternalReference(Base):
    """What another system calls a case. `key` is compared without case and blanks."""

    __tablename__ = "external_reference"
    __table_args__ = (Index("ix_external_reference_key", "key", "system"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    system: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(sortable(200))


class SearchDoc(Base):
    """What full text covers: one row per message, note or case; words live beside it.

    `body` holds stems: text indexed by the FTS5 table `search_fts` on SQLite, a tsvector on
    PostgreSQL.
    """

    __tablename__ = "search_doc"
    __table_args__ = (
        Index("ix_search_doc_case", "case_id"),
        Index("ix_search_doc_body", "body", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(BigId)
    body: Mapped[Any] = mapped_column(SqlText().with_variant(TSVECTOR(), "postgresql"))
