"""Many at once: one case per conversation, one winner per case, one effect per act."""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine, event

from grc.core.actor import Actor
from grc.core.db import db, session, transaction
from grc.core.errors import Conflict, InvalidInput
from grc.intake import quarantine, reading, understanding
from grc.intake.models import Item
from grc.jobs.runner import run
from grc.outbox.models import Outgoing
from grc.work import service as work
from tests.integration.pipeline.desk import Desk
from tests.rig.waiting import eventually

COPIES = 16
AGENTS = 20
_WAITING = """SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock'"""


def together(desk: Desk, tasks: Sequence[Callable[[], None]]) -> None:
    """Run each task in a thread and a context of its own, all starting at once."""
    barrier, failures = threading.Barrier(len(tasks)), []

    def runner(task: Callable[[], None]) -> None:
        with desk.app.app_context():
            barrier.wait()
            try:
                task()
            except Exception as error:  # noqa: BLE001 - told to the test, whatever it is
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=runner, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def understand_together(desk: Desk, raws: list[bytes]) -> list[Item]:
    """Store everything, then understand it all at once; returns the items."""
    items = [desk.store(raw) for raw in raws]
    ids = [step.id for item in items if (step := desk.step("understand", item))]
    db.session.rollback()
    together(desk, [lambda i=i: run(i, desk.tools, lambda: desk.now) for i in ids])  # type: ignore[misc]
    desk.work()
    return [desk.item(item_id) for item_id in items]


def test_the_same_mail_sixteen_times_at_once_is_one_case(desk: Desk) -> None:
    items = understand_together(desk, [desk.mail(message_id=desk.mid("m"))] * COPIES)
    assert Counter(item.outcome for item in items) == {"opened": 1, "duplicate": COPIES - 1}
    assert len({item.case_id for item in items}) == 1


def test_the_two_halves_of_eight_threads_at_once_are_eight_cases(desk: Desk) -> None:
    """F31: whoever comes first, a question and its answer are one case."""
    raws = []
    for n in range(COPIES // 2):
        sender = desk.address(f"auteur{n}")
        question, answer = desk.mid(f"q{n}"), desk.mid(f"a{n}")
        raws.append(desk.mail(f"Question {n}", sender=sender, message_id=question))
        raws.append(desk.mail(f"Suite {n}", sender=sender, message_id=answer, references=question))
    random.Random(7).shuffle(raws)
    items = understand_together(desk, raws)
    assert Counter(item.outcome for item in items) == {"opened": 8, "appended": 8}
    assert set(Counter(item.case_id for item in items).values()) == {2}


def test_the_same_item_delivered_by_eight_at_once_is_one_row(desk: Desk) -> None:
    raw, ids = desk.mail(), []
    place = desk.mid("place")
    together(desk, [lambda: ids.append(desk.store(raw, locator=place)) for _ in range(8)])
    assert len(set(ids)) == 1
    assert desk.receive(raw, locator=place).outcome == "opened"


@pytest.mark.parametrize("many", [10, pytest.param(50, marks=pytest.mark.long)])
def test_twenty_agents_taking_the_same_cases_make_one_winner_each(desk: Desk, many: int) -> None:
    """F38. The losers are told who has it."""
    agents = [desk.user(f"claimant{n}", agent="apa") for n in range(AGENTS)]
    ids = [desk.open(f"Dossier d'APA {n}.", sender=desk.address(f"c{n}")).id for n in range(many)]
    won, lost = Counter[int](), Counter[int]()

    def claim(number: int) -> None:
        for case_id in random.Random(number).sample(ids, many):
            case = desk.case(case_id)
            try:
                desk.act(work.take, case, by=agents[number])
                won[case_id] += 1
            except Conflict as refused:
                lost[case_id] += "Claimant" in str(refused)

    together(desk, [lambda n=n: claim(n) for n in range(AGENTS)])  # type: ignore[misc]
    assert set(won.values()) == {1}
    assert set(lost.values()) == {AGENTS - 1}
    assert len(won) == len(lost) == many
    assert all(desk.handling(desk.case(case_id)).assignee_id for case_id in ids)


def test_an_item_opened_by_two_people_at_once_is_one_case(desk: Desk) -> None:
    item = desk.receive(f"illisible {desk.mid('x')}".encode())
    made, refused = [], []
    told = {"subject": "Demande", "text": "Lue", "name": "Marie Durand", "email": desk.address()}

    def by_hand() -> None:
        try:
            with transaction():
                found = session().get_one(Item, item.id)
                made.append(quarantine.open_by_hand(found, **told, actor=desk.tom, now=desk.now))
        except InvalidInput as error:
            refused.append(error)

    together(desk, [by_hand] * 4)
    assert (len(made), len(refused)) == (1, 3)


@pytest.mark.parametrize("round_", range(4))
def test_taking_back_and_sending_at_once_is_one_or_the_other(desk: Desk, round_: int) -> None:
    case = desk.open()
    outgoing_id = desk.reply(case).id
    desk.now = session().get_one(Outgoing, outgoing_id).leaves_at
    step = desk.step("send", outgoing_id)
    assert step is not None
    step_id, taken_back, sent = step.id, [], []

    def take_back() -> None:
        try:
            desk.act(work.cancel_reply, case, outgoing_id, by=desk.alice)
            taken_back.append(True)
        except Conflict:
            pass

    db.session.rollback()
    together(desk, [take_back, lambda: sent.append(run(step_id, desk.tools, lambda: desk.now))])
    status = session().get_one(Outgoing, outgoing_id, populate_existing=True).status
    assert bool(taken_back) != any(sent)
    assert status == ("cancelled" if taken_back else "sent")


@contextmanager
def crossing(when: str, statements: str) -> Iterator[None]:
    """Two threads each stop `when` ("before" or "after") they first run one of these
    statements, until the other stops there too or waits for a lock. SQLite has one writer:
    there they cannot cross."""
    if db.engine.dialect.name != "postgresql":
        yield
        return
    url = db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    stopped: set[int] = set()
    with psycopg.connect(url, autocommit=True) as watch:

        def _both_are_there() -> bool:
            return len(stopped) == 2 or watch.execute(_WAITING).fetchone() != (0,)

        def _stop(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if re.search(statements, statement) and threading.get_ident() not in stopped:
                stopped.add(threading.get_ident())
                eventually(_both_are_there, "the other thread")

        event.listen(Engine, f"{when}_cursor_execute", _stop)
        try:
            yield
        finally:
            event.remove(Engine, f"{when}_cursor_execute", _stop)
    assert len(stopped) == 2


def test_an_answer_and_an_agent_who_acts_at_once_do_not_stop_each_other(desk: Desk) -> None:
    case = desk.open()
    outgoing = desk.reply(case, then="waiting_citizen")
    desk.wait(minutes=1)
    item_id = desk.store(desk.mail("Voici la pièce.", references=outgoing.rfc_id))
    found = reading.read(item_id, desk.tools.reader.read)

    def arrive() -> None:
        with transaction():
            understanding.apply(item_id, found, now=desk.now)

    def release() -> None:
        desk.act(work.release, desk.case(case_id), by=desk.alice)

    desk.act(work.assign, case, desk.alice.user_id, expected=None, by=desk.sonia)
    case_id = case.id
    db.session.rollback()
    with crossing("after", r'^UPDATE ("case"|handling)|FOR NO KEY UPDATE'):
        together(desk, [arrive, release])
    handling = desk.handling(case)
    assert desk.item(item_id).case_id == case.id
    assert (handling.assignee_id, handling.status) == (None, "received")
    assert desk.case(case.id).status == "received"


def test_two_units_that_end_their_parts_at_once_end_the_case(desk: Desk) -> None:
    hugo = desk.user("hugo", agent="handicap")
    raw = desk.mail()
    case = desk.case(desk.receive(raw))
    desk.receive(raw, source="handicap")
    case_id, alice = case.id, desk.alice
    db.session.rollback()

    def end(by: Actor) -> None:
        ending = {"status": "closed", "why": "", "outcome": "answered", "expected": None}
        desk.act(work.move, desk.case(case_id), by=by, **ending)

    with crossing("before", '^UPDATE "case"'):
        together(desk, [lambda: end(alice), lambda: end(hugo)])
    assert desk.case(case.id).status == "closed"
    assert desk.case(case.id).closed_at == desk.now
