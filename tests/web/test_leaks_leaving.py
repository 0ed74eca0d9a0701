"""What leaves by itself tells nothing of a named case: mails to people of ours are read on a
locked screen, programs are told of what all may read, and a subject stands open on any screen."""

from email.message import EmailMessage

import pytest
from sqlalchemy import func, select, update

from grc.cases.models import CaseAccess
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import execute, session, transaction
from grc.core.steps import Step
from grc.organisation import cache
from grc.organisation.models import Unit
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.webhooks.models import Delivery
from grc.webhooks.names import Told
from grc.webhooks.service import add_webhook
from tests.web import secret
from tests.web.conftest import Site
from tests.web.secret import WORD, WORDS, Secret
from tests.web.test_danger import planned
from tests.web.test_exceptional import ASK, hire

__all__ = ["planned"]
UNIT, CITIZEN = "violences", f"{WORD}@courriel.example"


class Kept:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        """Taken."""
        self.mails.append(message)


def told(mail: EmailMessage) -> str:
    """Everything of a mail, as it is read."""
    body = mail.get_body(("plain",))
    assert body is not None
    return f"{mail.items()} {body.get_content()}"


def written(site: Site) -> Secret:
    """The secret, handled by one person of a unit with an address; a program hears of all."""

    def write() -> Secret:
        now = clock.now()
        user = session().scalars(select(User.id).where(User.login == "insider")).one()
        made = secret.write(now, UNIT, user, next(one.id for one in snapshot().sites.values()))
        with transaction():
            session().add(CaseAccess(case_id=made.case_id, user_id=user, effect="allow"))
            execute(update(Unit).values(email=Unit.code.concat("@bureau.example")))
            add_webhook(
                "all", "https://ailleurs.example/", set(Told), all_units=True, actor=SYSTEM, now=now
            )
        cache.forget()
        return made

    made: Secret = site.ask(write)
    return made


def work_off(site: Site) -> None:
    """As if the time to undo had gone by."""

    def due() -> None:
        with transaction():
            execute(update(Step).where(Step.done_at.is_(None)).values(due_at=clock.now()))

    site.ask(due)
    site.work()


def test_what_leaves_by_itself_tells_nothing(
    planned: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Kept()
    monkeypatch.setitem(planned.app.extensions, "grc.transport", server)
    insider, urgent = (hire(planned, one, UNIT, "agent") for one in ("insider", "outsider"))
    supervisor = hire(planned, "ugo", "crip", "supervisor")
    made = written(planned)
    case = made.holes["case"]
    answer = {"next": "stay", "version": "1", "text": f"Bonjour {WORD}, voici."}
    assert insider.post(f"/demandes/{case}/reponse", **answer).status_code == 303
    assert urgent.post(f"/demandes/{case}/reponse", **answer).status_code == 404
    work_off(planned)
    assert supervisor.post(ASK, reference=case, reason=f"{WORD} est ici").status_code == 303
    work_off(planned)
    assert insider.post("/danger/transmettre", demande=case, text=WORD).status_code == 303
    work_off(planned)
    hers = [one for one in server.mails if one["To"] == CITIZEN]
    ours = [one for one in server.mails if one["To"] != CITIZEN]
    assert [WORD in told(one) for one in hers] == [True]
    assert not [word for word in WORDS for one in server.mails if word in one["Subject"]]
    assert {"violences@bureau.example"} < {one["To"] for one in ours}
    assert not [(word, told(one)) for word in (*WORDS, case) for one in ours if word in told(one)]
    of_it = select(func.count()).where(Delivery.case_id == made.case_id)
    assert planned.ask(lambda: session().scalar(of_it)) == 0
