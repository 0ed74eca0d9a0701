"""A département at its desk: bytes in, steps run, time passing, everything asked in a word."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case, CaseFact, CaseLink, Deadline, Handling, Message, Party
from grc.channels.protocol import Request
from grc.core import blobs
from grc.core.actor import Actor, importer
from grc.core.audit import AuditRow
from grc.core.db import add, add_all, session, transaction
from grc.core.steps import Step
from grc.intake import reading, understanding
from grc.intake import service as intake
from grc.intake.models import Item
from grc.intake.service import Arrival
from grc.jobs.runner import drain, run
from grc.organisation.queries import snapshot
from grc.outbox.models import Outgoing
from grc.pipeline import Tools
from grc.staff.models import User, UserRole
from grc.staff.queries import actor_of
from grc.work import service as work
from tests.integration.conftest import mail

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MAILBOX = importer("test")
BOUNCE = """\
From: MAILER-DAEMON@mx.example
To: contact@exemple-departement.fr
Subject: Delivery Status Notification
Message-ID: <{own}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{recipient}> unknown

--b
Content-Type: text/rfc822-headers

Message-ID: <{of}>

--b--
"""
_numbers = count(1)


@dataclass
class Desk:
    """A département receiving mail. `now` is the present; `wait` lets it pass."""

    app: Flask
    tools: Tools
    users: dict[str, Actor]
    now: datetime = MONDAY
    number: int = field(default_factory=lambda: next(_numbers))

    def address(self, who: str = "marie.durand") -> str:
        """An address nobody else writes from."""
        return f"{who}.{self.number}@courriel.example"

    def mid(self, name: str) -> str:
        """A Message-ID nobody else uses."""
        return f"{name}.{self.number}@courriel.example"

    def mail(self, text: str = "Je souhaite un dossier d'APA.", **given: object) -> bytes:
        """One message of today from this test's citizen."""
        given.setdefault("sender", f"Marie Durand <{self.address()}>")
        given.setdefault("message_id", self.mid(f"m{next(_numbers)}"))
        given.setdefault("date", self.now)
        given.setdefault("subject", "Demande")
        return mail(text, **given)  # type: ignore[arg-type]

    def store(
        self,
        raw: bytes,
        *,
        source: str = "contact",
        locator: str | None = None,
        acknowledge: bool = True,
        channel: str = "email",
    ) -> int:
        """Take bytes in, as a mailbox does; returns the item's id."""
        sha256, size = blobs.store().put(io.BytesIO(raw))
        place = locator or f"{self.number}/{next(_numbers)}"
        with transaction():
            done = intake.store(
                [Arrival(channel, source, place, sha256, size)],
                actor=MAILBOX,
                now=self.now,
                acknowledge=acknowledge,
            )
        return done.ids[0]

    def work(self) -> int:
        """Run every step that is due."""
        return drain(self.tools, now=lambda: self.now)

    def wait(self, **span: float) -> int:
        """Let time pass, and run what became due."""
        self.now += timedelta(**span)
        return self.work()

    def understand(self, raw: bytes, **given: object) -> Item:
        """Store and understand, and nothing of what follows."""
        item_id = self.store(raw, **given)  # type: ignore[arg-type]
        step = self.step("understand", item_id)
        assert step is not None
        run(step.id, self.tools, lambda: self.now)
        return self.item(item_id)

    def receive(self, raw: bytes, **given: object) -> Item:
        """Store and understand; returns the item with its outcome."""
        item_id = self.store(raw, **given)  # type: ignore[arg-type]
        self.work()
        return self.item(item_id)

    def receive_as(self, requests: tuple[Request, ...], raw: bytes, **given: object) -> Item:
        """Receive bytes that some other adapter would read as these requests."""
        item_id = self.store(raw, **given)  # type: ignore[arg-type]
        with transaction():
            understanding.apply(item_id, reading.keep_files(requests), now=self.now)
        self.work()  # the planned reading finds its work done
        return self.item(item_id)

    def bounce(self, outgoing: Outgoing | str, *, status: str = "5.1.1") -> bytes:
        """The notification of a server that could not deliver one of our messages."""
        return BOUNCE.format(
            own=self.mid(f"dsn{next(_numbers)}"),
            of=outgoing if isinstance(outgoing, str) else outgoing.rfc_id,
            action="failed" if status.startswith("5") else "delayed",
            status=status,
            recipient=self.address(),
        ).encode()

    def open(self, text: str = "Je souhaite un dossier d'APA.", **given: object) -> Case:
        """The case a first message opens."""
        item = self.receive(self.mail(text, **given))
        assert item.outcome == "opened", (item.outcome, item.reason, item.detail)
        return self.case(item)

    def item(self, item_id: int) -> Item:
        """The item as it is now."""
        return session().get_one(Item, item_id, populate_existing=True)

    def case(self, of: Item | int) -> Case:
        """The case of an item, or by its id, as it is now."""
        case_id = of if isinstance(of, int) else of.case_id
        return session().get_one(Case, case_id, populate_existing=True)

    def handlings(self, case: Case) -> list[Handling]:
        """The units concerned."""
        session().expire_all()
        return cases.all_handlings(case)

    def handling(self, case: Case) -> Handling:
        """The only handling."""
        (only,) = self.handlings(case)
        return only

    def unit(self, case: Case) -> str:
        """The code of the only unit concerned."""
        return snapshot().unit_by_id(self.handling(case).unit_id).code

    def messages(self, case: Case) -> list[Message]:
        """The conversation, oldest first."""
        query = select(Message).where(Message.case_id == case.id).order_by(Message.id)
        return list(session().scalars(query))

    def partners(self) -> list[str]:
        """The mail domains of other administrations."""
        return sorted(snapshot().partner_domains)

    def party(self, case: Case) -> Party:
        """The correspondent."""
        query = select(Party).where(Party.case_id == case.id, Party.is_correspondent)
        return session().scalars(query).one()

    def sent(self, case: Case, kind: str | None = None) -> list[Outgoing]:
        """What left, or is to leave, because of a case."""
        query = select(Outgoing).where(Outgoing.case_id == case.id).order_by(Outgoing.id)
        found = session().scalars(query.execution_options(populate_existing=True))
        return [row for row in found if kind in (None, row.kind)]

    def facts(self, case: Case) -> list[CaseFact]:
        """The dated events of a case, replaced ones too."""
        query = select(CaseFact).where(CaseFact.case_id == case.id).order_by(CaseFact.id)
        return list(session().scalars(query))

    def deadlines(self, case: Case) -> list[Deadline]:
        """The dates of a case, those that no longer run too."""
        query = select(Deadline).where(Deadline.case_id == case.id).order_by(Deadline.id)
        return list(session().scalars(query))

    def links(self, case: Case) -> set[tuple[int, str]]:
        """(other case, kind) of the relations noted on a case."""
        query = select(CaseLink.other_id, CaseLink.kind).where(CaseLink.case_id == case.id)
        return {(row[0], row[1]) for row in session().execute(query)}

    def audit(self, case: Case, event: str | None = None) -> list[AuditRow]:
        """The journal of a case, or only its rows of one event."""
        query = select(AuditRow).where(AuditRow.case_id == case.id).order_by(AuditRow.id)
        return [row for row in session().scalars(query) if event in (None, row.event)]

    def events(self, case: Case) -> list[str]:
        """The codes of the journal of a case."""
        return [row.event for row in self.audit(case)]

    def step(self, name: str, subject_id: int) -> Step | None:
        """The step of a subject, as it is now."""
        query = select(Step).where(Step.name == name, Step.subject_id == subject_id)
        return session().scalars(query.execution_options(populate_existing=True)).one_or_none()

    def act(
        self, use_case: Callable[..., Any], case: Case, *args: object, by: Actor, **given: object
    ) -> Any:
        """One use-case on a case, now, by a person, in a transaction of its own."""
        with transaction():
            return use_case(self.case(case.id), *args, actor=by, now=self.now, **given)

    def reply(self, case: Case, text: str = "Voici votre réponse.", **given: object) -> Outgoing:
        """What Alice writes to the citizen."""
        given.setdefault("expected", None)
        outgoing_id = self.act(work.reply, case, text, by=self.alice, **given)
        return session().get_one(Outgoing, outgoing_id)

    def user(self, login: str, **roles: str) -> Actor:
        """`user("alice", agent="apa")`: the account of that name, made at first use."""
        if login not in self.users:
            values = {"login": login, "name": login.title(), "password_hash": "-"}
            with transaction():  # nobody signs in here: no second is spent on a password
                user_id = add(User, **values, created_at=self.now)
                rows = [(snapshot().unit(code).id, role) for role, code in roles.items()]
                add_all(UserRole, [{"user_id": user_id, "unit_id": u, "role": r} for u, r in rows])
            tree = {u.id: (u.parent_id, u.department_id) for u in snapshot().units}
            self.users[login] = actor_of(session().get_one(User, user_id), tree)
        return self.users[login]

    @property
    def alice(self) -> Actor:
        """An agent of the APA unit."""
        return self.user("alice", agent="apa")

    @property
    def bob(self) -> Actor:
        """Her colleague."""
        return self.user("bob", agent="apa")

    @property
    def sonia(self) -> Actor:
        """Their supervisor."""
        return self.user("sonia", supervisor="apa")

    @property
    def tom(self) -> Actor:
        """An agent who sorts."""
        return self.user("tom", agent="tri")
