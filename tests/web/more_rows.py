"""Makes a filled SQLite database some times as large: every row that grows with use is copied.

A copy has another id, refers to the copies of what it referred to, and differs in what must be
unique. What a département has once (units, rules, request types) stays as it is.
"""

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, text

from grc.core.db import Base, session, transaction

ONCE = frozenset(
    {
        *("access_log", "administration", "audit_seal", "blob", "canned_reply", "closed_day"),
        *("commune", "danger_plan", "fetching", "form_key", "frozen_year", "letter_type"),
        *("loaded_data", "login_failure", "mailbox", "received", "request_type", "ringing"),
        *("routing_draft", "routing_rule", "routing_trial", "rule_set", "site", "territory"),
        *("territory_range", "unit", "visit_reason"),
    }
)
PEOPLE = frozenset({"user", "user_role"})  # copied; what they do stays theirs
BY_KIND = {"subject_id": ("audit", "step"), "case_id": ("audit",)}
STEP = 1_000_000  # ids of the first copy begin here


def multiply(copies: int) -> None:
    """Add that many copies of all that is there. Needs an application context."""
    tables = [table for table in Base.metadata.sorted_tables if _grows(table)]
    for number in range(1, copies + 1):
        with transaction():
            for table in tables:
                session().execute(text(_copy(table, number)))


def _grows(table: Table) -> bool:
    return table.name not in ONCE and not table.name.startswith("count")


def _copy(table: Table, number: int) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    other = _made_unique(table)
    values = ", ".join(_value(column, number, column.name in other) for column in table.columns)
    first = next(iter(table.primary_key.columns))
    where = f'"{first.name}" < {STEP}' if isinstance(first.type, Integer) else "TRUE"
    return f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM "{table.name}" WHERE {where}'


def _value(column: Column[object], number: int, must_differ: bool) -> str:
    name = f'"{column.name}"'
    if _moves(column) or (must_differ and isinstance(column.type, Integer)):
        return f"{name} + {number * STEP}"
    if must_differ and column.name.endswith("_at"):
        return f"strftime('%Y-%m-%d %H:%M:%S.000000', {name}, '+{number} minutes')"
    return f"'{number}' || {name}" if must_differ else name  # an address stays an address


def _moves(column: Column[object]) -> bool:
    """Whether a column holds the id of something that is copied."""
    if column.table.name in BY_KIND.get(column.name, ()):
        return True
    if column.name == "id" and column.primary_key:
        return True
    to = {key.column.table.name for key in column.foreign_keys}
    mine = column.table.name in PEOPLE
    return bool(to) and not to & ONCE and (mine or not to & PEOPLE)


def _made_unique(table: Table) -> set[str]:
    """One column of each constraint that copies would break."""
    sets = [[*index.columns] for index in table.indexes if index.unique]
    sets += [[*one.columns] for one in table.constraints if isinstance(one, UniqueConstraint)]
    sets.append([*table.primary_key.columns])
    broken = [columns for columns in sets if not any(_moves(column) for column in columns)]
    return {_freest(columns).name for columns in broken}


def _freest(columns: list[Column[object]]) -> Column[object]:
    """A text rather than a moment, and never what refers to something."""
    own = [column for column in columns if not column.foreign_keys]
    return next((one for one in own if isinstance(one.type, String)), (own or columns)[-1])
