"""The database: one declarative base, one session, and the only place that commits.

Edges open `transaction()`; use-cases work inside it and never commit. On SQLite it alone
issues BEGIN IMMEDIATE (a deferred transaction that writes later fails under load), and a
flush outside it raises.
"""

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    CursorResult,
    Executable,
    MetaData,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.orm.attributes import set_committed_value

from grc.core import connections  # noqa: F401 - prepares each, and guards each session
from grc.core.crash import crash


class Base(DeclarativeBase):
    """All models; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

Entity = TypeVar("Entity", bound="Base")
CommitHook = Callable[[list[int]], None]
Then = Callable[[list[dict[str, Any]], CursorResult[Any]], None]
_hooks: list[CommitHook] = []


def on_commit(hook: CommitHook | None) -> None:
    """Install what rings after a commit, None for nobody; it gets the ids of the steps just
    planned.

    It is the only door to the queue and must not raise: the rows are already safe.
    """
    _hooks[:] = [] if hook is None else [hook]


def session() -> Session:
    """The session of the present application context."""
    return db.session()


def is_postgresql() -> bool:
    """True on PostgreSQL; the few places where SQL differs ask here."""
    return session().get_bind().dialect.name == "postgresql"


@contextmanager
def transaction() -> Iterator[Session]:
    """One use-case, all or nothing. Commits at the end, rolls back on any exception."""
    current = session()
    if current.info.get("writing"):
        raise RuntimeError("transaction() is opened by edges only, never inside a use-case")
    end_read()  # a use-case decides on fresh rows
    current.info["writing"] = True
    current.info["planned"] = []
    current.info["later"] = {}
    current.info["locks"] = set()
    current.info["memo"] = {}  # what is read once a transaction
    crash("begun")
    try:
        yield current
        current.flush()
        write_later()
        crash("before-commit")
        current.commit()
        crash("after-commit")
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info["writing"] = False
    _ring(current.info.pop("planned"))


def _ring(planned: list[int]) -> None:
    for hook in _hooks:
        if planned:
            hook(planned)


def add(model: type[Base], **values: Any) -> int:
    """Insert one row in the present transaction and return its id.

    One statement, no unit of work: a received item writes some twenty rows.
    """
    return int(execute(_insert(model, returning=True), values).scalar_one())


def add_all(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of the same columns in one statement; none is nothing."""
    if rows:
        execute(_insert(model, returning=False), rows)


def execute(statement: Executable, values: Any = None) -> CursorResult[Any]:
    """Run one Core statement in the present transaction, past the ORM's bookkeeping."""
    current = session()
    if not current.info.get("writing"):
        raise RuntimeError("a write outside core.db.transaction()")
    return current.connection().execute(statement, values)


@dataclass
class _Later:
    rows: dict[Hashable, dict[str, Any]] = field(default_factory=dict)
    then: Then | None = None


def later(
    statement: Executable,
    values: dict[str, Any],
    *,
    key: Hashable | None = None,
    then: Then | None = None,
) -> None:
    """Run one prebuilt Core statement just before the commit, in one go with all those like
    it: for rows that nothing reads in the transaction that writes them.

    `key`: of several values under one key the first are kept. `then` is told the values and
    what the statement returned.
    """
    current = session()
    if not current.info.get("writing"):
        raise RuntimeError("a write outside core.db.transaction()")
    waiting: _Later = current.info["later"].setdefault(statement, _Later(then=then))
    waiting.rows.setdefault(len(waiting.rows) if key is None else key, values)


def add_later(model: type[Base], **values: Any) -> None:
    """Insert one row just before the commit, see `later`."""
    later(_insert(model, returning=False), values)


def write_later(*models: type[Base]) -> None:
    """Run now what waits for the commit, before something that reads or changes it; of these
    tables only, when some are named."""
    waiting: dict[Executable, _Later] = session().info.get("later", {})
    for statement in [_insert(model, returning=False) for model in models] or list(waiting):
        if statement not in waiting:
            continue
        found = waiting.pop(statement)
        rows = list(found.rows.values())
        result = execute(statement, rows)
        if found.then is not None:
            found.then(rows, result)


def fetch(statement: Executable, values: Any = None) -> CursorResult[Any]:
    """Run one prebuilt select past the ORM: a third of its cost, for reads that every
    received item makes. Entities changed and not flushed are read as they were."""
    return session().connection().execute(statement, values)


def among(
    column: InstrumentedAttribute[int] | ColumnElement[int], ids: Sequence[int]
) -> ColumnElement[bool]:
    """The condition that a column is one of many ids, given as a single parameter: neither
    side spends time on each, and PostgreSQL plans to look them up rather than to scan."""
    if is_postgresql():
        return column == any_(sql_cast(list(ids), ARRAY(BigInteger)))
    values = func.json_each(json.dumps(list(ids))).table_valued("value")
    return column.in_(select(values.c.value))


def among_given(
    column: InstrumentedAttribute[int], name: str, *, on_postgresql: bool
) -> ColumnElement[bool]:
    """The same for a statement that is built once: the ids are its parameter of this name, in
    the form that `many` gives them."""
    if on_postgresql:
        return column == any_(bindparam(name, type_=ARRAY(BigInteger)))
    values = func.json_each(bindparam(name, type_=String)).table_valued("value")
    return column.in_(select(values.c.value))


def many(ids: Sequence[int]) -> Any:
    """Ids as the parameter of `among_given`."""
    return list(ids) if is_postgresql() else json.dumps(list(ids))


@contextmanager
def planned_for_its_values() -> Iterator[None]:
    """Let PostgreSQL plan what is asked inside for the values given, where one plan for all
    values, which is the rule, would be a hundred times slower for some."""
    if not is_postgresql():
        yield
        return
    session().execute(_PLAN_ANEW)
    yield
    session().execute(_PLAN_ONCE)


_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")
_PLAN_ONCE = text("SET LOCAL plan_cache_mode = force_generic_plan")


def read_together(model: type[Entity], ids: Sequence[int]) -> Sequence[Entity]:
    """Entities by their ids, in one statement. As long as the caller keeps them, the present
    transaction finds each by its id without a statement."""
    return session().scalars(select(model).where(among(cast(Any, model).id, ids))).all()


def amend(entity: Any, **values: Any) -> None:
    """Change columns of one row by its id, at once; the entity in memory follows."""
    model: type[Base] = type(entity)
    execute(_update(model), {"row_id": entity.id, **values})
    for name, value in values.items():
        set_committed_value(entity, name, value)


@cache
def _update(model: type[Base]) -> Executable:
    table = cast(Table, model.__table__)
    return table.update().where(table.c.id == bindparam("row_id"))


@cache
def _insert(model: type[Base], *, returning: bool) -> Executable:
    """Built once a table: building a statement costs more than running it."""
    table = cast(Table, model.__table__)
    return table.insert().returning(table.c.id) if returning else table.insert()


def lock(number: int) -> None:
    """Wait until nobody else holds the lock of this number; ours until the transaction ends.
    Nothing on SQLite, where one transaction writes at a time."""
    held: set[int] = session().info["locks"]
    if is_postgresql() and number not in held:
        execute(_LOCK, {"number": number})
        held.add(number)


_LOCK = select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)))


def end_read() -> None:
    """Give the read view back, so that a long-running process never holds an old one.

    By a commit of nothing: after a rollback PostgreSQL's driver prepares all statements anew.
    Never raises: a connection lost meanwhile is told by the next statement.
    """
    current = session()
    if current.new or current.dirty or current.deleted:  # changed where nothing may be
        current.rollback()
        return
    try:
        current.commit()
    except SQLAlchemyError:
        current.rollback()  # or the session would stay unusable


def end_reads_of(app: Flask) -> None:
    """Do so at the end of each request too; called after the extension's own installation,
    which would roll back."""

    @app.teardown_appcontext
    def _end(_error: BaseException | None) -> None:
        if db.session.registry.has():
            session().expunge_all()  # entities stay as they were read
            end_read()
