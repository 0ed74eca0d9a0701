"""Who may read one case, person by person, and why; correcting it by hand, with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from grc.cases import fields
from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess
from grc.cases.states import Status
from grc.core import audit
from grc.core.actor import SYSTEM, Actor
from grc.core.audit import Remark
from grc.core.db import add_all, execute, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.staff.policy import Level, Permission, allowed
from grc.staff.queries import everybody

BECAUSE: Mapping[str, str] = {
    "unit": N_("par son service"),
    "department": N_("par sa direction"),
    "given": N_("autorisation personnelle"),
    "exceptional": N_("accès exceptionnel"),
    "refused": N_("refus"),
}


@dataclass(frozen=True)
class Reader:
    """One person and a case; `because` is a key of BECAUSE."""

    login: str
    name: str
    because: str
    until: datetime | None = None
    remark: str | None = None


@dataclass(frozen=True)
class Access:
    """Who may read a case, and who may not whatever their unit; each by name."""

    readers: tuple[Reader, ...]
    refused: tuple[Reader, ...]


class _Row(NamedTuple):
    effect: str
    until: datetime | None
    remark_id: int | None
    remark: str | None


def who_may_read(case: Case, now: datetime) -> Access:
    """Everybody the policy lets read this case, and everybody refused."""
    rows = _rows(case.id, now)
    logins = {user_id: (login, name) for user_id, login, name in _accounts(set(rows))}
    refused = (
        Reader(*logins[user_id], "refused", row.until, row.remark)
        for user_id, row in rows.items()
        if row.effect == "deny"
    )
    return Access(tuple(_readers(case, rows, now)), tuple(sorted(refused, key=_by_name)))


def _by_name(reader: Reader) -> tuple[str, str]:
    return (reader.name, reader.login)


def _readers(case: Case, rows: Mapping[int, _Row], now: datetime) -> Iterator[Reader]:
    facts = cases.facts_for(case, SYSTEM, now)
    tree = {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}
    for user, actor in everybody(tree):
        row = rows.get(user.id)
        access = row.effect if row else None
        if not allowed(actor, Permission.CASE_READ, replace(facts, access=access)):
            continue
        if row is None:
            because = "department" if case.level == Level.NORMAL else "unit"
            yield Reader(user.login, user.name, because)
        else:
            yield Reader(user.login, user.name, _because(row), row.until, row.remark)


def _because(row: _Row) -> str:
    if row.effect != "allow":
        return row.effect
    return "unit" if row.remark_id is None else "given"


def _rows(case_id: int, now: datetime) -> dict[int, _Row]:
    """The rows of a case that are valid now, by account."""
    query = (
        select(CaseAccess, Remark.text)
        .outerjoin(Remark, Remark.id == CaseAccess.remark_id)
        .where(CaseAccess.case_id == case_id)
        .execution_options(populate_existing=True)
    )
    return {
        row.user_id: _Row(row.effect, row.until, row.remark_id, text)
        for row, text in session().execute(query)
        if row.until is None or row.until > now
    }


def _accounts(user_ids: set[int]) -> list[tuple[int, str, str]]:
    query = select(User.id, User.login, User.name).where(User.id.in_(user_ids))
    return [(row.id, row.login, row.name) for row in session().execute(query)]


def allow(case: Case, login: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Let one person read a case, whatever their unit. Raises InvalidInput for an account
    that reads no case at all, NotFound for none."""
    user, remark_id = _deciding(case, login, why, actor, now)
    _write(case, user, "allow", remark_id)
    if user.login not in _logins(case, now):
        raise InvalidInput(
            N_("Le compte %(login)s ne lit aucune demande : il est fermé, ou sans rôle pour cela."),
            field="login",
            login=user.login,
        )
    _tell(Event.CASE_ACCESS_GIVEN, case, user, remark_id, actor, now)


def refuse(case: Case, login: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Keep one person from reading a case, whatever their unit. The last reader cannot be."""
    user, remark_id = _deciding(case, login, why, actor, now)
    before = _lasting(case, now)
    _write(case, user, "deny", remark_id)
    _still_read(case, user, before, actor, now)
    _tell(Event.CASE_ACCESS_REFUSED, case, user, remark_id, actor, now)


def forget(case: Case, login: str, why: str, *, actor: Actor, now: datetime) -> None:
    """Take one person off the list of a case, refusals included: their unit decides again,
    unless the case is named. The last reader cannot be."""
    user, remark_id = _deciding(case, login, why, actor, now)
    before = _lasting(case, now)
    if not _erase(case, user):
        raise InvalidInput(
            N_("%(login)s n'est pas sur la liste de cette demande. Pour un refus : --refuse."),
            field="login",
            login=user.login,
        )
    _still_read(case, user, before, actor, now)
    _tell(Event.CASE_ACCESS_FORGOTTEN, case, user, remark_id, actor, now)


def _deciding(
    case: Case, login: str, why: str, actor: Actor, now: datetime
) -> tuple[User, int | None]:
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur change qui peut lire une demande."))
    cases.alone(case)
    user = session().scalar(select(User).where(User.login == login.strip().lower()))
    if user is None:
        raise NotFound(N_("Le compte %(login)s n'existe pas."), login=login)
    remark_id = audit.remark(why, now=now)
    if remark_id is None:
        raise InvalidInput(N_("Dites pourquoi, avec --why."), field="why")
    return user, remark_id


def _erase(case: Case, user: User) -> bool:
    row = (CaseAccess.case_id == case.id, CaseAccess.user_id == user.id)
    return bool(execute(delete(CaseAccess).where(*row)).rowcount)


def _write(case: Case, user: User, effect: str, remark_id: int | None) -> None:
    _erase(case, user)
    row = {"case_id": case.id, "user_id": user.id, "effect": effect, "remark_id": remark_id}
    add_all(CaseAccess, [row])


def _logins(case: Case, now: datetime) -> set[str]:
    return {reader.login for reader in who_may_read(case, now).readers}


def _lasting(case: Case, now: datetime) -> set[str]:
    """Who reads a case for good: an exceptional access ends, and would leave nobody."""
    return {reader.login for reader in who_may_read(case, now).readers if not reader.until}


def _still_read(case: Case, user: User, before: set[str], actor: Actor, now: datetime) -> None:
    """Refuse to leave a case without readers; what was entrusted to one who no longer reads
    it waits for another."""
    if before and not _lasting(case, now):
        raise InvalidInput(
            N_("%(login)s est seul à lire cette demande : autorisez d'abord quelqu'un d'autre."),
            field="login",
            login=user.login,
        )
    if user.login in _logins(case, now):
        return
    for handling in cases.all_handlings(case):
        if handling.assignee_id == user.id:
            cases.change(handling, assignee_id=None)
            fields.tell_agent(case, user.id, None, actor=actor, now=now)
            if handling.status == Status.IN_PROGRESS:
                cases.set_status(case, handling, Status.RECEIVED, actor=actor, now=now)


def _tell(
    event: Event, case: Case, user: User, remark_id: int | None, actor: Actor, now: datetime
) -> None:
    audit.record(
        event,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        remark_id=remark_id,
        who=user.name,
    )
