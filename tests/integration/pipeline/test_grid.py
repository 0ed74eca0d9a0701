"""The reading rule is written twice, as Python and as SQL: both must say the same everywhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess, Handling
from grc.cases.queries import case_for, visible_handling, visible_to
from grc.core.actor import Actor
from grc.core.db import add, add_all, session, transaction
from grc.core.errors import Forbidden, NotFound
from grc.organisation.queries import snapshot
from grc.staff.policy import CONTENT, Level, Permission, Role, allowed
from tests.integration.pipeline.conftest import at_desk
from tests.integration.pipeline.desk import Desk

HOMES = ("apa", "handicap", "tri")  # the unit of the case, its sister, another department
ACCESS = (None, "allow", "deny", "exceptional", "expired allow", "expired deny")
Cell = tuple[Level, bool, str | None, str | None]  # level, waits for triage, assignee, access


def people(desk: Desk) -> dict[str, Actor]:
    """One person per role and home, one with two roles, one with none."""
    made = {
        f"{role}.{home}": desk.user(f"{role}.{home}", **{role: home})
        for role, home in product(Role, HOMES)
    }
    made["both"] = desk.user("both", administrator="tri", agent="apa")
    made["above"] = desk.user("above", supervisor="autonomie")
    made["nobody"] = desk.user("nobody")
    return made


def cells(assignees: list[str]) -> Iterator[Cell]:
    yield from product(Level, (True, False), [None, *assignees], ACCESS)


def make_case(desk: Desk, cell: Cell, who: Actor, assignee: Actor | None) -> int:
    """A case as the pipeline would leave it, in one cell of the grid for one person."""
    level, to_route, _, access = cell
    unit = snapshot().unit("apa")
    case_id = add(
        Case,
        opened_at=desk.now,
        received_at=desk.now,
        channel="email",
        source="contact",
        nature="information",
        subject="",
        status="received",
        level=level,
        citizen_match="none",
        match_reasons=[],
    )
    add(
        Handling,
        case_id=case_id,
        unit_id=unit.id,
        department_id=unit.department_id,
        level=level,
        status="received",
        to_route=to_route,
        assignee_id=assignee.user_id if assignee else None,
        due_on=desk.now.date(),
        received_at=desk.now,
    )
    if access:
        effect = access.removeprefix("expired ")
        until = desk.now if effect != access else desk.now + timedelta(days=1)
        row = {"case_id": case_id, "user_id": who.user_id, "effect": effect, "until": until}
        add_all(CaseAccess, [row])
    return case_id


@pytest.fixture(scope="session")
def grid(office: tuple[Flask, dict[str, Actor]]) -> dict[str, dict[int, Cell]]:
    """By person, every cell of the grid as a case; made once, the tests only read."""
    made: dict[str, dict[int, Cell]] = {}
    with at_desk(*office) as desk:
        everybody = people(desk)
        with transaction():
            for name, who in everybody.items():
                made[name] = {
                    make_case(desk, cell, who, everybody.get(cell[2] or "")): cell
                    for cell in cells([name, "agent.apa"])
                }
    return made


def found(condition: object, ids: list[int], *, by_handling: bool = False) -> set[int]:
    column = Handling.case_id if by_handling else Case.id
    query = select(column).where(column.in_(ids), condition)  # type: ignore[arg-type]
    return set(session().scalars(query))


def test_policy_and_sql_agree_on_every_cell(desk: Desk, grid: dict[str, dict[int, Cell]]) -> None:
    for name, made in grid.items():
        who = desk.users[name]
        by_policy = {
            case_id
            for case_id in made
            if allowed(
                who,
                Permission.CASE_READ,
                cases.facts_for(session().get_one(Case, case_id), who, desk.now),
            )
        }
        by_sql = found(visible_to(who, desk.now), list(made))
        assert by_sql == by_policy, {case_id: made[case_id] for case_id in by_sql ^ by_policy}
        unlisted = {case_id for case_id, cell in made.items() if cell[3] is None}
        unasked = found(visible_to(replace(who, is_listed=False), desk.now), list(unlisted))
        assert unasked == by_policy & unlisted
        in_queue = found(visible_handling(who, desk.now), list(made), by_handling=True)
        assert in_queue <= by_policy, (name, [made[i] for i in in_queue - by_policy])
        if snapshot().unit("apa").id in who.units(*CONTENT):  # queues list one's own units
            assert in_queue == by_policy, (name, [made[i] for i in in_queue ^ by_policy])


def test_the_grid_has_the_expected_edges(desk: Desk, grid: dict[str, dict[int, Cell]]) -> None:
    """Spelled out in words, so that both rules cannot be wrong together."""

    def reads(name: str, level: Level, access: str | None) -> bool:
        ids = [i for i, cell in grid[name].items() if (cell[0], cell[3]) == (level, access)]
        seen = found(visible_to(desk.users[name], desk.now), ids)
        assert seen in (set(), set(ids)), "neither triage nor the assignee changes who may read"
        return bool(seen)

    assert reads("agent.apa", Level.NORMAL, None)
    assert reads("agent.apa", Level.RESTRICTED, None)
    assert not reads("agent.apa", Level.NAMED, None)
    assert reads("agent.apa", Level.NAMED, "allow")
    assert reads("agent.tri", Level.NAMED, "exceptional")
    assert not reads("agent.tri", Level.NORMAL, None)
    assert not reads("agent.handicap", Level.RESTRICTED, None)
    for level in Level:
        assert not reads("agent.apa", level, "deny")
        assert not reads("administrator.apa", level, None)
        assert not reads("administrator.apa", level, "allow")
        assert not reads("nobody", level, "allow")
    assert reads("agent.apa", Level.NORMAL, "expired deny")
    assert not reads("agent.apa", Level.NAMED, "expired allow")
    assert reads("supervisor.apa", Level.RESTRICTED, None)
    assert reads("above", Level.RESTRICTED, None)


def test_an_outsider_and_a_missing_case_look_the_same(desk: Desk) -> None:
    case = desk.open("Mon mari me frappe, j'ai peur de mon mari.")
    sentences = set()
    for reference in (case.reference, "D-2026-0999999-" + "X", "n'importe quoi", ""):
        with pytest.raises(NotFound) as refused:
            case_for(desk.alice, reference, Permission.CASE_READ, desk.now)
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_a_reader_who_may_not_write_is_told_so(desk: Desk) -> None:
    case = desk.open()
    hugo = desk.user("hugo", agent="handicap")
    assert case_for(hugo, case.reference, Permission.CASE_READ, desk.now).id == case.id
    with pytest.raises(Forbidden):
        case_for(hugo, case.reference, Permission.CASE_WRITE, desk.now)
