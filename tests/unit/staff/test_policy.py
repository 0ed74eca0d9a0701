"""The rule of who may do what, pure: every permission against every situation."""

from itertools import product

import pytest

from grc.core.actor import SYSTEM, Actor, importer
from grc.staff.policy import (
    CONTENT,
    GRANTS,
    ROLE_LABELS,
    CaseFacts,
    Level,
    Permission,
    Role,
    allowed,
)

OWN, SISTER, ELSEWHERE = 1, 2, 9
DEPARTMENT, OTHER = 10, 90
ON_CASE = [p for p in GRANTS if p.startswith("case:")]


def person(role: Role, unit: int = OWN, department: int = DEPARTMENT) -> Actor:
    departments = frozenset({department}) if role in CONTENT else frozenset[int]()
    return Actor("x", 1, {unit: frozenset({role})}, departments)


def facts(level: Level, access: str | None = None) -> CaseFacts:
    return CaseFacts(level, frozenset({OWN}), frozenset({DEPARTMENT}), access)


@pytest.mark.parametrize(("permission", "level"), list(product(ON_CASE, Level)))
def test_deny_beats_every_role(permission: Permission, level: Level) -> None:
    for role in Role:
        assert not allowed(person(role), permission, facts(level, "deny"))


@pytest.mark.parametrize(
    ("permission", "level", "access"), list(product(ON_CASE, Level, (None, "allow", "exceptional")))
)
def test_an_administrator_reads_no_content(
    permission: Permission, level: Level, access: str | None
) -> None:
    assert not allowed(person(Role.ADMINISTRATOR), permission, facts(level, access))


def test_normal_is_read_by_the_department_and_written_by_the_unit() -> None:
    sister = person(Role.AGENT, SISTER)
    assert allowed(sister, Permission.CASE_READ, facts(Level.NORMAL))
    assert not allowed(sister, Permission.CASE_WRITE, facts(Level.NORMAL))
    assert allowed(person(Role.AGENT), Permission.CASE_WRITE, facts(Level.NORMAL))
    other = person(Role.AGENT, ELSEWHERE, OTHER)
    assert not allowed(other, Permission.CASE_READ, facts(Level.NORMAL))


def test_restricted_is_the_unit_only() -> None:
    assert allowed(person(Role.AGENT), Permission.CASE_READ, facts(Level.RESTRICTED))
    assert not allowed(person(Role.AGENT, SISTER), Permission.CASE_READ, facts(Level.RESTRICTED))


def test_an_auditor_and_the_mail_room_read_no_content_either() -> None:
    for role, level, access in product(
        (Role.AUDITOR, Role.MAIL_ROOM), Level, (None, "allow", "exceptional")
    ):
        for permission in ON_CASE:
            assert not allowed(person(role), permission, facts(level, access))


@pytest.mark.parametrize("role", [Role.COUNTER, Role.READER])
def test_counter_and_reader_read_what_an_agent_reads_and_write_nothing(role: Role) -> None:
    for level, access in product(Level, (None, "allow", "deny", "exceptional")):
        for unit, department in ((OWN, DEPARTMENT), (SISTER, DEPARTMENT), (ELSEWHERE, OTHER)):
            known = facts(level, access)
            reads = [
                allowed(person(one, unit, department), Permission.CASE_READ, known)
                for one in (role, Role.AGENT)
            ]
            assert reads[0] == reads[1]
            for permission in set(ON_CASE) - {Permission.CASE_READ}:
                assert not allowed(person(role, unit, department), permission, known)


def test_an_exceptional_access_reads_and_gives_no_right_to_write() -> None:
    for level in (Level.NAMED, Level.RESTRICTED):
        for unit, department in ((SISTER, DEPARTMENT), (ELSEWHERE, OTHER)):
            who, known = person(Role.SUPERVISOR, unit, department), facts(level, "exceptional")
            done = {permission for permission in ON_CASE if allowed(who, permission, known)}
            assert done == {Permission.CASE_READ}
    own = person(Role.SUPERVISOR)  # of the very unit, and not on the list
    assert not allowed(own, Permission.CASE_WRITE, facts(Level.NAMED, "exceptional"))
    # once the case is no longer named, her unit decides again
    assert allowed(own, Permission.CASE_WRITE, facts(Level.RESTRICTED, "exceptional"))


def test_every_role_has_a_name_and_a_right() -> None:
    assert set(ROLE_LABELS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Role)


@pytest.mark.parametrize("access", ["allow", "exceptional"])
def test_named_is_the_list_only(access: str) -> None:
    assert not allowed(person(Role.SUPERVISOR), Permission.CASE_READ, facts(Level.NAMED))
    other = person(Role.AGENT, ELSEWHERE, OTHER)
    assert allowed(other, Permission.CASE_READ, facts(Level.NAMED, access))


def test_who_may_not_read_may_do_nothing() -> None:
    for role, level, access, permission in product(
        Role, Level, (None, "allow", "deny", "exceptional"), ON_CASE
    ):
        for unit, department in ((OWN, DEPARTMENT), (SISTER, DEPARTMENT), (ELSEWHERE, OTHER)):
            who, known = person(role, unit, department), facts(level, access)
            assert allowed(who, Permission.CASE_READ, known) or not allowed(who, permission, known)


def test_only_supervisors_entrust_and_recovery_officers_do_not_route() -> None:
    assert allowed(person(Role.SUPERVISOR), Permission.CASE_ASSIGN, facts(Level.NORMAL))
    assert not allowed(person(Role.AGENT), Permission.CASE_ASSIGN, facts(Level.NORMAL))
    assert not allowed(person(Role.RECOVERY), Permission.CASE_ROUTE, facts(Level.NORMAL))


def test_machines_act_for_the_system_and_nobody_has_no_permission() -> None:
    for permission in Permission:
        assert allowed(SYSTEM, permission)
        assert allowed(importer("x"), permission)
    nobody = Actor("x", 1)
    granted = {permission for permission in Permission if allowed(nobody, permission)}
    assert granted == {Permission.PUBLIC, Permission.SIGNED_IN}


def test_every_permission_is_granted_to_somebody_but_that_of_tokens() -> None:
    assert set(GRANTS) == set(Permission) - {Permission.PUBLIC, Permission.SIGNED_IN}
    assert {asked for asked, roles in GRANTS.items() if not roles} == {Permission.SCRIPT}
