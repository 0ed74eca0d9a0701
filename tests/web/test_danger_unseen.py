"""A danger is out of every sight from the first moment, and nothing of it leaves by itself."""

from typing import Any

import pytest
from sqlalchemy import select, update

from grc.cases.models import Case, Handling
from grc.cases.queries import visible_to
from grc.catalogue import danger as plans
from grc.catalogue.danger_file import Plan
from grc.core import clock
from grc.core.actor import SYSTEM, Actor
from grc.core.db import execute, session, transaction
from grc.core.steps import Step
from grc.danger import service
from grc.danger.models import Alert
from grc.jobs import crying, entering, runner
from grc.organisation.queries import snapshot
from grc.routing import due
from grc.staff.models import User
from grc.staff.queries import actor_of
from tests.web.conftest import Site
from tests.web.test_correspondence import clerk, letter, letters, posted, signed
from tests.web.test_danger import planned, typed

__all__ = ["letters", "planned"]


def interrupted(site: Site, monkeypatch: Any) -> None:
    """Type a danger in a process that dies before it understands or hands over anything."""
    with monkeypatch.context() as patch:
        patch.setattr(entering, "understand", lambda *_: None)
        patch.setattr(crying, "hand_over", lambda *_: None)
        assert typed(site, text="Il crie.", canal="phone").status_code == 303


def understood(site: Site) -> tuple[int, str, list[str]]:
    """Run the reading alone, as a worker does: the new case, its level and its units."""

    def run() -> tuple[int, str, list[str]]:
        step = (
            session()
            .scalars(select(Step).where(Step.name == "understand", Step.done_at.is_(None)))
            .one()
        )
        assert runner.run(step.id, site.app.extensions["grc.tools"])
        case = session().scalars(select(Case).order_by(Case.id.desc())).first()
        assert case is not None
        units = select(Handling.unit_id).where(Handling.case_id == case.id)
        codes = [snapshot().unit_by_id(one).code for one in session().scalars(units)]
        return case.id, case.level, codes

    found: tuple[int, str, list[str]] = site.ask(run)
    return found


def free(site: Site) -> None:
    """The lease of the process that died has run out."""

    def do() -> None:
        with transaction():
            execute(update(Step).values(leased_until=None))

    site.ask(do)


def acting(login: str) -> Actor:
    tree = {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}
    return actor_of(session().scalars(select(User).where(User.login == login)).one(), tree)


def readers(site: Site, case_id: int) -> list[str]:
    """Who finds a case, by login."""

    def ask() -> list[str]:
        now, found = clock.now(), []
        for user in session().scalars(select(User.login).order_by(User.login)).all():
            mine = select(Case.id).where(Case.id == case_id, visible_to(acting(user), now))
            found += [user] if session().scalar(mine) else []
        return found

    return site.ask(ask)  # type: ignore[no-any-return]


def test_what_is_typed_as_a_danger_is_born_in_secret(planned: Site, monkeypatch: Any) -> None:
    interrupted(planned, monkeypatch)
    free(planned)
    case_id, level, units = understood(planned)
    assert (level, units) == ("named", ["crip"])
    assert readers(planned, case_id) == ["oscar"]
    planned.work()
    assert readers(planned, case_id) == ["oscar"]


@pytest.mark.parametrize("is_routed", [False, True], ids=["at-once", "later"])
def test_given_back_it_is_routed_as_any_other(
    planned: Site, monkeypatch: Any, is_routed: bool
) -> None:
    interrupted(planned, monkeypatch)
    free(planned)
    case_id, *_ = understood(planned)
    if is_routed:
        planned.work()  # where the duty stands it has its deadline

    def give_back() -> None:
        oscar = acting("oscar")
        with transaction():
            case = session().get_one(Case, case_id)
            service.send_back(case, "Erreur.", actor=oscar, now=clock.now())

    planned.ask(give_back)
    planned.work()

    def stands() -> tuple[Any, ...]:
        here = select(Handling.routed_at, Handling.to_route, Handling.unit_id)
        routed_at, to_route, unit = session().execute(here.where(Handling.case_id == case_id)).one()
        returned = session().scalars(select(Alert.returned_at)).one()
        return routed_at is None, to_route, snapshot().unit_by_id(unit).code, returned is None

    assert planned.ask(stands) == (False, True, "tri", False)
    assert len(planned.ask(lambda: due.running(case_id))) == 1


def hand_to(site: Site, unit: str, case: str) -> None:
    def do() -> None:
        with transaction():
            plans.load(Plan(unit=unit, escalation=()), actor=SYSTEM, now=clock.now())

    site.ask(do)
    assert (
        site.as_("alice").post("/danger/transmettre", demande=site.cases[case]).status_code == 303
    )


def test_a_signed_letter_waits_though_nobody_works_in_the_unit_on_duty(letters: Site) -> None:
    post, gone, kept = clerk(letters), signed(letters), signed(letters, "other")
    hand_to(letters, "sst-09", "apa")
    level = select(Case.level).order_by(Case.id).limit(1)
    assert letters.ask(lambda: session().scalar(level)) == "restricted"
    assert "tirage=" in post.post("/departs/tirage").location
    assert [letter(letters, url).state for url in (gone, kept)] == ["signed", "printed"]
    assert (
        "12, rue des Lilas"
        not in post.get("/departs").text.split(letter(letters, gone).departure_words)[1][:400]
    )
    assert posted(post, letter(letters, gone).id).status_code == 409
