"""Who leaves: her tasks are handed over in a few statements, by the rule of her cases."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from grc.bulk import leaving
from grc.cases.models import CaseAccess
from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import session, transaction
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.work.follow_up import plan_task
from grc.work.models import Task
from tests.web.conftest import Site
from tests.web.test_administration import user_id
from tests.web.test_guard import statements


def tasks(site: Site, cases: tuple[str, ...], unit: str = "apa") -> None:
    """One task of alice on each of these cases, for a unit."""
    alice, now = user_id(site, "alice"), clock.now()

    def plan() -> None:
        with transaction():
            here = snapshot().unit(unit).id
            for number, name in enumerate(cases):
                case = by_reference(site.cases[name])
                assert case is not None
                key = f"t:{unit}:{number}"
                plan_task("call_back", case, here, "", key=key, now=now)
            for task in session().scalars(select(Task)):
                task.assignee_id = alice

    site.ask(plan)


def closed(site: Site, to: str) -> list[str]:
    """Close alice's account in favour of somebody: the statements it took."""

    def do() -> list[str]:
        bob = session().scalars(select(User).where(User.login == to)).one()
        alice = session().scalars(select(User.id).where(User.login == "alice")).one()
        with statements() as seen, transaction():
            leaving.close(alice, bob, str(uuid4()), actor=SYSTEM, now=clock.now())
        return seen

    return site.ask(do)  # type: ignore[no-any-return]


def holders(site: Site) -> list[Any]:
    query = select(User.login).select_from(Task).outerjoin(User, User.id == Task.assignee_id)
    return list(site.ask(lambda: session().scalars(query.order_by(Task.id)).all()))


def refuse(site: Site, name: str, login: str) -> None:
    number = user_id(site, login)

    def do() -> None:
        with transaction():
            case = by_reference(site.cases[name])
            assert case is not None
            session().add(CaseAccess(case_id=case.id, user_id=number, effect="deny"))

    site.ask(do)


def test_a_task_goes_where_its_case_may_be_read_and_its_unit_is_hers(both: Site) -> None:
    refuse(both, "other", "bob")
    tasks(both, ("apa", "other", "named", "hostile"))
    tasks(both, ("lost",), unit="tri")
    closed(both, "bob")
    assert holders(both) == ["bob", None, None, "bob", None]


def test_forty_tasks_cost_what_one_does(both: Site) -> None:
    tasks(both, ("apa",))
    one = len(closed(both, "bob"))

    def reopen() -> None:
        with transaction():
            leaving.undo(user_id(both, "alice"), actor=SYSTEM, now=clock.now())

    both.ask(reopen)
    tasks(both, ("apa", "other", "hostile") * 13)
    many = closed(both, "bob")
    assert len(many) == one
    assert one < 40
