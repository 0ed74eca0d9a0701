"""Five invented months, told by the real pipeline with a clock that follows the mail.

Each message is stored, understood and routed when it arrives; agents take, answer and close
days later; what is due in between runs in between. So dates, delays and lateness are those
of a service at work. Nothing leaves this machine.
"""

import hashlib
import heapq
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from flask import current_app
from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Case
from grc.catalogue.queries import current_type
from grc.cli import demo_rights
from grc.core import blobs
from grc.core.actor import SYSTEM, Actor, importer
from grc.core.clock import PARIS
from grc.core.db import end_read, on_commit, session, transaction
from grc.core.errors import GrcError
from grc.demo.mailgen import Mail, mails
from grc.intake import service
from grc.intake.models import Item
from grc.intake.service import Arrival
from grc.jobs import runner
from grc.organisation.queries import snapshot
from grc.outbox.transport import SilentTransport
from grc.pipeline import Tools
from grc.recovery import service as recovery
from grc.recovery.queries import of_case as actions_of
from grc.routing import service as routing
from grc.work import service as work

CHANNEL = "email"
PREFIX = "demo"
SPAN_DAYS = 150
SATURDAY = 5

Act = Callable[[Case, Actor, datetime], object]

RESCUES = (  # what is promised most is there most
    *("remind_unit", "remind_unit", "remind_citizen", "remind_citizen"),
    *("forgotten_case", "explanation"),
)
REPLY = (
    "Bonjour,\n\nNous avons bien étudié votre demande. Vous trouverez ci-dessous la marche à "
    "suivre ; un agent reste joignable du lundi au vendredi.\n\nCordialement"
)
QUESTION = (
    "Bonjour,\n\nPour poursuivre l'étude de votre demande, il nous manque un justificatif de "
    "domicile de moins de trois mois. Vous pouvez l'envoyer en répondant à ce message.\n\n"
    "Cordialement"
)
NOTES = (
    "Appelé la personne : pas de réponse, rappeler demain matin.",
    "Dossier papier retrouvé au secrétariat.",
    "Vu avec l'assistante sociale du secteur, visite prévue.",
)


@dataclass(order=True)
class Planned:
    """Something an agent will do to a case; `number` keeps the order of equals."""

    at: datetime
    number: int
    case_id: int = field(compare=False)
    act: Act = field(compare=False)


class Life:
    """The invented months: `live()` yields after each message, for a progress line."""

    def __init__(self, count: int, seed: int, tools: Tools, agents: dict[int, Actor]) -> None:
        self.count, self.seed, self.tools, self.agents = count, seed, tools, agents
        self.rng = Random(seed)  # noqa: S311 - a story, nothing secret
        self.calendar: list[Planned] = []
        self.rung: list[int] = []
        self.added = 0

    def live(self, now: datetime) -> Iterator[int]:
        """Everything until `now`; what an earlier run already told is not told again."""
        current_app.extensions["grc.transport"] = SilentTransport()
        on_commit(self.rung.extend)
        start = _start(self.count, self.seed, now)
        locator = f"{PREFIX}/{start:%Y-%m-%d}/{self.count}/{self.seed}"
        for number, mail in enumerate(mails(self.count, self.seed, start=start), start=1):
            self._act_until(mail.received_at)
            self._receive(mail, f"{locator}/{mail.locator}")
            yield number
        for mail in reversed([*_strays(now)]):
            self._act_until(mail.received_at)
            self._receive(mail, f"{PREFIX}/{mail.locator}")  # once, however many stories are told
        self._act_until(now)

    def _receive(self, mail: Mail, locator: str) -> None:
        item_id = self.take_in(CHANNEL, mail.box, locator, mail.raw, mail.received_at)
        case_id = self._opened_by(item_id) if item_id else None
        if case_id is not None:
            self._foresee(case_id, mail)

    def take_in(
        self, channel: str, source: str, locator: str, raw: bytes, at: datetime
    ) -> int | None:
        """Something arrives: stored, understood and routed by the real pipeline. Its item, None
        when an earlier run told it."""
        sha256 = hashlib.sha256(raw).hexdigest()
        arrival = Arrival(channel, source, locator, sha256, len(raw), at)
        known = service.known_ids([arrival])
        end_read()
        if known != [None]:
            return None
        blobs.store().put(io.BytesIO(raw))
        with transaction():
            done = service.store([arrival], actor=importer(PREFIX), now=at, acknowledge=False)
        self.added += 1
        self._run_due(at)
        return done.new[0]

    def _opened_by(self, item_id: int) -> int | None:
        query = select(Item.case_id).where(Item.id == item_id, Item.outcome == "opened")
        case_id = session().scalar(query)
        end_read()
        return case_id

    def _run_due(self, at: datetime) -> None:
        """What was just planned, and what has come due since the last time."""
        while self.rung:
            runner.run(self.rung.pop(0), self.tools, lambda: at)
        runner.drain(self.tools, now=lambda: at)

    def _act_until(self, at: datetime) -> None:
        while self.calendar and self.calendar[0].at <= at:
            planned = heapq.heappop(self.calendar)
            self._do(planned)
            self._run_due(planned.at + timedelta(seconds=15))

    def _do(self, planned: Planned) -> None:
        """One act by the agent of the unit in charge; what cannot be done is not."""
        try:
            with transaction():
                case = session().get_one(Case, planned.case_id)
                handling = cases.handling_of(case, SYSTEM)
                agent = self.agents.get(handling.unit_id)
                if agent is not None and handling.is_open:
                    planned.act(case, agent, planned.at)
        except GrcError:
            return  # no address to answer to, a case closed meanwhile: such is life

    def _foresee(self, case_id: int, mail: Mail) -> None:
        """Draw the story of a case; what falls after today has not happened yet."""
        at = mail.received_at
        if mail.kind in {"bulk", "auto_reply", "awkward"} and self.rng.random() < 0.6:
            self._at(case_id, self._later(at, 1, 3), _close)
            return
        at = self._later(at, 0, 2)
        self._at(case_id, at, lambda case, agent, now: _send_on(case, mail.topic, agent, now))
        if self.rng.random() < 0.12:
            return  # forgotten: late one day
        at = self._later(at, 1, 6)
        self._at(case_id, at, lambda case, agent, now: work.take(case, actor=agent, now=now))
        if self.rng.random() < 0.3:
            at = self._later(at, 0, 2)
            text = self.rng.choice(NOTES)
            self._at(case_id, at, lambda c, agent, now: work.note(c, text, actor=agent, now=now))
        if self.rng.random() < 0.3:
            self._rescue(case_id, self._later(at, 3, 12))
        self._end(case_id, self._later(at, 2, 20))

    def _rescue(self, case_id: int, at: datetime) -> None:
        """A case went astray: somebody promises something, and mostly does it."""
        code = self.rng.choice(RESCUES)
        why = "Sans nouvelles depuis la dernière réponse."
        self._at(
            case_id,
            at,
            lambda c, agent, now: recovery.promise(c, code, why=why, actor=agent, now=now),
        )
        if self.rng.random() < 0.6:
            self._at(case_id, self._later(at, 0, 5), _keep_promises)

    def _end(self, case_id: int, at: datetime) -> None:
        drawn = self.rng.random()
        if drawn < 0.5:
            self._at(case_id, at, _answer)
        elif drawn < 0.65:
            self._at(case_id, at, _ask)
        elif drawn < 0.75:
            self._at(case_id, at, _wait_for_third)

    def _at(self, case_id: int, at: datetime, act: Act) -> None:
        heapq.heappush(self.calendar, Planned(at, len(self.calendar), case_id, act))

    def _later(self, at: datetime, low: int, high: int) -> datetime:
        """Some days later, at an hour when people are at work."""
        day = at + timedelta(days=self.rng.uniform(low, high))
        when = day.astimezone(PARIS).replace(
            hour=self.rng.randrange(9, 18), minute=self.rng.randrange(60)
        )
        while when <= at or when.weekday() >= SATURDAY:
            when += timedelta(days=1)
        return when.astimezone(UTC)


def _strays(now: datetime) -> Iterator[Mail]:
    """What no program understands, so that the page of quarantine has something to show."""
    noise = {
        "scan": b"%PDF-1.4\n% un document sans message autour\n",
        "vide": b"",
        "note": b"Rappeler Mme Martin au sujet de sa carte, svp.\n",
    }
    for days, (name, raw) in enumerate(noise.items(), start=1):
        at = now - timedelta(days=days * 2)
        yield Mail(f"contact/{name}", raw, "garbage", "contact", at)


def _start(count: int, seed: int, now: datetime) -> datetime:
    """When the story began: the day an earlier run chose, so that it is told once."""
    pattern = f"{PREFIX}/%/{count}/{seed}/%"
    query = select(Item.locator).where(Item.locator.like(pattern)).order_by(Item.id).limit(1)
    told = session().scalar(query)
    end_read()
    if told is not None:
        day = date.fromisoformat(told.split("/")[1])
    else:
        day = (now - timedelta(days=SPAN_DAYS)).date()
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def _send_on(case: Case, topic: str, agent: Actor, now: datetime) -> None:
    """Who sorts the mail sends a case on to the service of its subject, saying why."""
    handling = cases.handling_of(case, agent)
    if not handling.to_route:
        return
    kind = current_type(topic) if topic else None
    unit = snapshot().find_unit(kind.unit_code) if kind else None
    if kind is not None and unit is not None:
        why = "D'après l'objet de la demande."
        routing.reroute(
            case, unit.code, why, expected=None, actor=agent, now=now, request_type=kind.code
        )


def _keep_promises(case: Case, agent: Actor, now: datetime) -> None:
    for action, _ in actions_of(case.id):
        if action.done_on is None:
            recovery.finish(case, action.id, "succeeded", actor=agent, now=now)


def _answer(case: Case, agent: Actor, now: datetime) -> None:
    demo_rights.tell(case, agent, now)
    work.reply(
        case, REPLY, expected=None, actor=agent, now=now, then="resolved", outcome="answered"
    )


def _ask(case: Case, agent: Actor, now: datetime) -> None:
    work.reply(case, QUESTION, expected=None, actor=agent, now=now, then="waiting_citizen")


def _wait_for_third(case: Case, agent: Actor, now: datetime) -> None:
    work.move(
        case,
        "waiting_third",
        why="Avis demandé à la caisse.",
        outcome=None,
        expected=None,
        actor=agent,
        now=now,
    )


def _close(case: Case, agent: Actor, now: datetime) -> None:
    work.move(
        case,
        "closed",
        why="Rien n'est demandé.",
        outcome="no_follow_up",
        expected=None,
        actor=agent,
        now=now,
    )
