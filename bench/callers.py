"""Finding a caller among very many people: rows written directly, one case for each."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table

from bench import bulk
from bench.measure import Measure, Meter
from grc.cases.callers import look_up
from grc.cases.models import Case, Handling, Party
from grc.citizens.models import Citizen, CitizenContact, CitizenKey, ContactPoint
from grc.core.actor import Actor
from grc.core.db import db, end_read
from grc.organisation.queries import snapshot

_NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
_AT = "2026-03-02 09:00:00.000000"
_TABLES = (Citizen, ContactPoint, CitizenContact, CitizenKey, Case, Handling, Party)
_CASE = {
    "opened_at": _AT,
    "received_at": _AT,
    "channel": "phone",
    "source": "apa",
    "nature": "information",
    "subject": "Dossier",
    "status": "received",
    "level": "normal",
    "citizen_match": "matched",
}
_HANDLING = {"level": "normal", "status": "received", "due_on": "2026-05-02", "received_at": _AT}
_CHUNK = 20_000
_FREQUENT = 40  # first names and surnames that half of the people share
Rows = dict[type, list[dict[str, Any]]]


def measured(meter: Meter, people: int, times: int) -> Iterator[Measure]:
    """What an agent types on the telephone, each way, among that many people."""
    _fill(people)
    unit = snapshot().unit("apa")
    agent = Actor("bench", 1, {unit.id: frozenset({"agent"})}, frozenset({unit.department_id}))
    rare = people - people % 1000 - 3
    asked = {
        "a number": lambda n: _phone((rare - n * 997) % people),
        "a full name": lambda n: " ".join(_name((rare - n * 997) % people)),
        "the beginning of a name": lambda n: _name((rare - n * 997) % people)[1][:-1],
        "a frequent surname alone": lambda n: f"nom{n % _FREQUENT:02}",
        "a frequent full name": lambda n: f"prenom{n % _FREQUENT:02} nom{n * 3 % _FREQUENT:02}",
        "a date of birth": lambda n: f"{_born(n * 997 % people):%d/%m/%Y}",
        "a CAF number": lambda n: f"CAF {n * 997 % people:07}",
    }
    for name, typed in asked.items():

        def once(number: int, typed: Any = typed) -> None:
            look_up(agent, typed(number), _NOW)
            end_read()

        yield meter.repeat(f"caller by {name}, {people:,} people", once, times)


def _fill(people: int) -> None:
    unit = snapshot().unit("apa")
    end_read()
    tables = [cast(Table, one.__table__) for one in _TABLES]
    with bulk.without_indexes(db.engine, tables), bulk.opened(db.engine) as sink:
        for start in range(0, people, _CHUNK):
            rows: Rows = {one: [] for one in _TABLES}
            for number in range(start, min(start + _CHUNK, people)):
                _add(rows, number, 1 + number, unit.id, unit.department_id)
            for table, kind in zip(tables, _TABLES, strict=True):
                sink.write(table, (_ordered(table, row) for row in rows[kind]))
            sink.commit()


def _ordered(table: Table, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(column.name, _default(column)) for column in table.columns)


def _default(column: Any) -> Any:
    given = column.default
    if given is None or callable(given.arg):
        return "[]" if given is not None else None
    return given.arg


def _add(rows: Rows, number: int, row_id: int, unit: int, department: int) -> None:
    first, last = _name(number)
    born, phone = _born(number).isoformat(), f"+33{_phone(number)[1:]}"
    rows[Citizen].append(
        {"id": row_id, "name": f"{first} {last}", "birth_date": born, "created_at": _AT}
    )
    rows[ContactPoint].append({"id": row_id, "kind": "phone", "value": phone, "created_at": _AT})
    told = {"citizen_id": row_id, "contact_point_id": row_id}
    rows[CitizenContact].append(told | {"origin": "bench"})
    keys = [("name", first), ("name", last), ("birth", born), ("phone", phone)]
    keys.append(("caf", f"{number:07}"))
    rows[CitizenKey] += [
        {"id": row_id * 5 + place, "citizen_id": row_id, "kind": kind, "key": key}
        for place, (kind, key) in enumerate(keys)
    ]
    rows[Case].append({"id": row_id, "citizen_id": row_id, **_CASE})
    where = {"unit_id": unit, "department_id": department}
    rows[Handling].append({"id": row_id, "case_id": row_id, **where, **_HANDLING})
    party = {"role": "applicant", "is_correspondent": True}
    rows[Party].append({"id": row_id, "case_id": row_id, **told, **party})


def _name(number: int) -> tuple[str, str]:
    """Half of the people share a few names, the other half has rare ones."""
    if number % 2:
        return f"prenom{number % 97 % _FREQUENT:02}", f"nom{number % 89 % _FREQUENT:02}"
    return f"prenom{number % 997:03}x", f"rare{number:07}"


def _born(number: int) -> date:
    return date(1930, 1, 1) + timedelta(days=number * 7919 % 27_000)


def _phone(number: int) -> str:
    return f"06{number:08}"
