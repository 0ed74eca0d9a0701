"""What needs a person: each with one key; nothing of a case for who may not read it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.db import add, session, transaction
from grc.core.steps import Step
from grc.outbox.models import Outgoing
from grc.work import service as work
from grc.work.models import CallBack, Task
from tests.web.conftest import Site
from tests.web.test_guard import statements

DAY = timedelta(days=1)


def failed_step(site: Site, name: str = "deliver") -> int:
    def made() -> int:
        now = clock.now()
        with transaction():
            return add(
                Step, name=name, subject_kind="delivery", subject_id=1, key=f"{name}:x",
                args={}, created_at=now - DAY, due_at=now - DAY, attempts=12, failed_at=now - DAY,
                last_error="550 zenobie@courriel.example",
            )  # fmt: skip

    return site.ask(made)  # type: ignore[no-any-return]


def step(site: Site, step_id: int) -> Any:
    columns = select(Step.failed_at, Step.done_at, Step.attempts).where(Step.id == step_id)
    return site.ask(lambda: session().execute(columns).one())


@pytest.mark.parametrize("login", ["sonia", "root"])
def test_steps_that_failed_are_run_again(site: Site, login: str) -> None:
    step_id = failed_step(site)
    page = site.as_(login).get("/a-voir").text
    assert "1 étape en échec" in page
    assert "zenobie" not in page
    assert site.as_(login).post("/a-voir/relancer", step="deliver").status_code == 303
    assert step(site, step_id).failed_at is None
    assert "1 étape en échec" not in site.as_(login).get("/a-voir").text


def test_steps_are_given_up_with_a_reason(site: Site) -> None:
    step_id, root = failed_step(site), site.as_("root")
    assert root.get("/a-voir/abandonner/deliver").status_code == 200
    assert root.post("/a-voir/abandonner/deliver").status_code == 422
    assert step(site, step_id).done_at is None
    done = root.post("/a-voir/abandonner/deliver", reason="Serveur supprimé")
    assert done.status_code == 303
    assert (step(site, step_id).failed_at, step(site, step_id).done_at is None) == (None, False)


@pytest.mark.parametrize("login", ["alice", "rita", "oscar"])
def test_agents_settle_no_step(site: Site, login: str) -> None:
    step_id, browser = failed_step(site), site.as_(login)
    assert "étape en échec" not in browser.get("/a-voir").text
    assert browser.post("/a-voir/relancer", step="deliver").status_code == 403
    assert browser.post("/a-voir/abandonner/deliver", reason="x").status_code == 403
    assert step(site, step_id).failed_at is not None


def test_other_steps_are_not_settled_here(site: Site) -> None:
    for name in ("send", "understand", "nulle-part", ""):
        assert site.as_("root").post("/a-voir/relancer", step=name).status_code == 404


def failed_reply(site: Site, name: str = "apa") -> int:
    """A reply that no server took; its outgoing."""

    def made() -> int:
        from grc.staff.models import User
        from grc.staff.queries import actor_of
        from grc.web.session import organisation_tree

        now = clock.now()
        user = session().scalars(select(User).where(User.login == "alice")).one()
        actor = actor_of(user, organisation_tree())
        with transaction():
            case = by_reference(site.cases[name])
            assert case is not None
            outgoing_id = work.reply(case, "Voici.", expected=None, actor=actor, now=now)
        with transaction():
            from grc.outbox import service as outbox

            done = {"done_at": None, "failed_at": now}
            session().execute(update(Step).where(Step.name == "send").values(**done))
            outbox.mark_failed(outgoing_id, "550 refus", now=now)
        return outgoing_id

    found: int = site.ask(made)
    site.work()
    return found


def test_a_message_that_did_not_leave_leaves_again(site: Site) -> None:
    outgoing_id, sonia = failed_reply(site), site.as_("sonia")
    page = sonia.get("/a-voir").text
    found = re.search(r'name="task" value="([^"]+)"', page)
    assert found
    token = found[1]
    assert site.as_("oscar").post("/a-voir/renvoyer", task=token).status_code == 403
    assert sonia.post("/a-voir/renvoyer", task="x").status_code == 404
    assert sonia.post("/a-voir/renvoyer", task=token).status_code == 303
    site.work()
    status = select(Outgoing.status).where(Outgoing.id == outgoing_id)
    assert site.ask(lambda: session().scalar(status)) == "sent"
    assert sonia.post("/a-voir/renvoyer", task=token).status_code == 409
    assert "Renvoyer" not in sonia.get("/a-voir").text


def test_nothing_of_a_case_one_may_not_read(site: Site) -> None:
    def made() -> None:
        with transaction():
            case = by_reference(site.cases["named"])
            apa = by_reference(site.cases["apa"])
            assert case is not None
            assert apa is not None
            unit_id = session().scalar(select(Task.unit_id)) or site_unit()
            for kind in ("send_failed", "call_back"):
                task_id = add(
                    Task, kind=kind, case_id=case.id, unit_id=unit_id, detail="Zénobie",
                    key=f"{kind}:outgoing:9", due_at=clock.now() - 3 * DAY,
                )  # fmt: skip
                if kind == "call_back":
                    session().add(CallBack(task_id=task_id, number="+33639980009", tries=0))

    def site_unit() -> int:
        from grc.organisation.queries import snapshot

        return snapshot().unit("apa").id

    site.ask(made)
    for login in ("root", "alice", "rita"):
        page = site.as_(login).get("/a-voir").text
        assert "Zénobie" not in page
        assert "39 98 00 09" not in page
    assert "06 39 98 00 09" in site.as_("sonia").get("/a-voir").text


def test_quarantine_is_read_again_from_here(site: Site) -> None:
    page = site.as_("sonia").get("/a-voir").text
    assert f"/a-examiner/{site.cases['item']}/relire" in page
    assert site.cases["item"] not in site.as_("root").get("/a-voir").text


def test_the_page_costs_a_fixed_number_of_statements(site: Site) -> None:
    failed_reply(site)
    failed_step(site)
    sonia = site.as_("sonia")
    sonia.get("/a-voir")
    with statements() as seen:
        assert sonia.get("/a-voir").status_code == 200
    asked = [one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) <= 14, "\n".join(asked)
