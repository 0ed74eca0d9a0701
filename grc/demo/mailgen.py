"""Invent the mail a département receives: varied, awkward, and always the same for a seed.

Used to fill the demonstration and to measure. Each message comes with the truth about it
(who, where, about what), so that benchmarks can load rows without reading the bytes. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random

from grc.demo.mime import File, Headers, assemble, invent_file, mailbox, word
from grc.demo.people import Person, invent
from grc.demo.style import letter, quoted
from grc.demo.texts import AWKWARD, FOLLOW_UPS, day, details, signature
from grc.demo.topics import TOPICS

DOMAIN = "exemple-departement.fr"
SPAN = timedelta(days=150)
_WEIGHTED = [topic for topic in TOPICS for _ in range(topic.weight)]
_KEPT = 400  # earlier messages that may be followed up


@dataclass(frozen=True)
class Mail:
    """One message and the truth about it.

    `kind`: request, reply (of the same person to an earlier message), copy (the same message
    in a second mailbox), auto_reply, bulk, awkward, garbage. `topic` is a request type of the
    demo catalogue, empty when there is none. `insee` is the commune the person gives, empty
    when the message does not tell.
    """

    locator: str  # "apa/000123.eml": mailbox, then number
    raw: bytes
    kind: str
    box: str
    received_at: datetime
    message_id: str = ""
    reply_to: str = ""  # Message-ID of the earlier message
    topic: str = ""
    insee: str = ""
    person: Person | None = None
    subject: str = ""
    text: str = ""
    files: tuple[File, ...] = ()


def messages(n: int, seed: int, *, start: datetime) -> Iterator[tuple[str, bytes]]:
    """`n` messages as (locator, bytes), oldest first, over five months from `start`."""
    for mail in mails(n, seed, start=start):
        yield mail.locator, mail.raw


def mails(n: int, seed: int, *, start: datetime, span: timedelta = SPAN) -> Iterator[Mail]:
    """`n` messages with their truth, oldest first; `start` is aware."""
    inventor = _Inventor(Random(seed))  # noqa: S311 - invented mail, nothing secret
    for number in range(n):
        yield inventor.next(number, start + span * ((number + inventor.rng.random()) / n))


class _Inventor:
    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.people: list[Person] = []
        self.sent: list[Mail] = []
        self.last: Mail | None = None

    def next(self, number: int, at: datetime) -> Mail:
        """One message; the kinds are drawn in fixed shares."""
        drawn = self.rng.random()
        if drawn < 0.10 and self.sent:
            mail = self._reply(number, at)
        elif drawn < 0.12 and self.last:
            return self._copy(number, at, self.last)
        elif drawn < 0.14:
            return self._auto_reply(number, at)
        elif drawn < 0.155:
            return self._bulk(number, at)
        elif drawn < 0.175:
            return self._awkward(number, at)
        else:
            mail = self._request(number, at)
        self.last = mail
        self._keep(mail)
        return mail

    def _keep(self, mail: Mail) -> None:
        if len(self.sent) < _KEPT:
            self.sent.append(mail)
        else:
            self.sent[self.rng.randrange(_KEPT)] = mail

    def _person(self) -> Person:
        """A new person, or one who already wrote: many write more than once."""
        if self.people and self.rng.random() < 0.25:
            return self.rng.choice(self.people)
        person = invent(self.rng)
        if len(self.people) < 5 * _KEPT:
            self.people.append(person)
        return person

    def _request(self, number: int, at: datetime) -> Mail:
        rng, person, topic = self.rng, self._person(), self.rng.choice(_WEIGHTED)
        known = details(person, at, rng)
        sentences = [rng.choice(topic.facts), rng.choice(topic.details), rng.choice(topic.asks)]
        signed, gives_address = signature(person, rng)
        text = letter([s.format_map(known) for s in sentences], signed, rng)
        box = topic.box if rng.random() < 0.45 else "contact"
        says_town = gives_address or any("{town}" in sentence for sentence in sentences)
        return self._write(
            number,
            at,
            kind="request",
            box=box,
            person=person,
            topic=topic.code,
            subject=rng.choice(topic.subjects).format_map(known),
            text=text,
            insee=person.town.insee if says_town else "",
        )

    def _reply(self, number: int, at: datetime) -> Mail:
        """The same person writes again under an earlier message, which is quoted."""
        earlier = self.rng.choice(self.sent)
        assert earlier.person is not None  # noqa: S101 - only mail of people is kept
        when = f"{earlier.received_at:%d}/{earlier.received_at:%m/%Y} à {earlier.received_at:%H:%M}"
        intro = f"Le {when}, {earlier.person.name} <{earlier.person.email}> a écrit :"
        text = f"{self.rng.choice(FOLLOW_UPS)}\n\n{earlier.person.name}\n\n"
        return self._write(
            number,
            at,
            kind="reply",
            box=earlier.box,
            person=earlier.person,
            topic=earlier.topic,
            subject=f"Re: {earlier.subject.removeprefix('Re: ')}",
            text=text + quoted(earlier.text[:1500], intro),
            insee=earlier.insee,
            reply_to=earlier.message_id,
        )

    def _copy(self, number: int, at: datetime, mail: Mail) -> Mail:
        """The same bytes, delivered to a second mailbox."""
        box = "contact" if mail.box != "contact" else "courrier-president"
        return replace(mail, locator=_locator(box, number), kind="copy", box=box, received_at=at)

    def _auto_reply(self, number: int, at: datetime) -> Mail:
        person = self._person()
        return self._write(
            number,
            at,
            kind="auto_reply",
            box="contact",
            person=person,
            subject="Réponse automatique : Absence",
            text=f"Bonjour,\n\nJe suis absent jusqu'au {day(at)}.\n\n{person.name}",
            extra=[("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")],
        )

    def _bulk(self, number: int, at: datetime) -> Mail:
        sender = replace(self._person(), first="La lettre", last="des territoires")
        sender = replace(sender, email="lettre@info.example")
        return self._write(
            number,
            at,
            kind="bulk",
            box="contact",
            person=sender,
            subject=f"Lettre d'information n° {self.rng.randrange(900)}",
            text="Retrouvez l'actualité de la semaine.\n\nSe désabonner : https://info.example/non",
            extra=[("List-Id", "<lettre.info.example>"), ("Precedence", "bulk")],
        )

    def _awkward(self, number: int, at: datetime) -> Mail:
        """Empty, meaningless or broken."""
        if self.rng.random() < 0.15:
            noise = self.rng.randbytes(self.rng.choice((0, 40, 300)))
            return Mail(_locator("contact", number), noise, "garbage", "contact", at)
        subject, text = self.rng.choice(AWKWARD)
        return self._write(
            number,
            at,
            kind="awkward",
            box="contact",
            person=self._person(),
            subject=subject,
            text=text,
            is_bare=self.rng.random() < 0.4,
        )

    def _write(
        self,
        number: int,
        at: datetime,
        *,
        kind: str,
        box: str,
        person: Person,
        subject: str,
        text: str,
        topic: str = "",
        insee: str = "",
        reply_to: str = "",
        extra: Headers | None = None,
        is_bare: bool = False,
    ) -> Mail:
        """The message as bytes; `is_bare` leaves out the Message-ID and the dates."""
        rng = self.rng
        message_id = "" if is_bare else f"{rng.getrandbits(64):016x}.{number}@{_host(person)}"
        headers = [] if is_bare else _trace(person, at, message_id, rng)
        headers.append(("From", mailbox(person.name, person.email)))
        headers.append(("To", f"{box}@{DOMAIN}"))
        headers.append(("Subject", word(subject)))
        if reply_to:
            headers += [("In-Reply-To", f"<{reply_to}>"), ("References", f"<{reply_to}>")]
        is_personal = kind in ("request", "reply")
        files = (invent_file(rng),) if is_personal and rng.random() < 0.17 else ()
        return Mail(
            locator=_locator(box, number),
            raw=assemble(headers + (extra or []), text, files, rng),
            kind=kind,
            box=box,
            received_at=at,
            message_id=message_id,
            reply_to=reply_to,
            topic=topic,
            insee=insee,
            person=person,
            subject=subject,
            text=text,
            files=files,
        )


def _locator(box: str, number: int) -> str:
    return f"{box}/{number:07d}.eml"


def _host(person: Person) -> str:
    return person.email.rpartition("@")[2]


def _trace(person: Person, at: datetime, message_id: str, rng: Random) -> Headers:
    """What the mail servers and the writer's program add."""
    host, written = _host(person), at - timedelta(seconds=rng.randrange(5, 90))
    received = f"from mx.{host} (mx.{host} [192.0.2.{rng.randrange(1, 254)}])\n"
    received += f"\tby mx.{DOMAIN} with ESMTPS; {format_datetime(at)}"
    return [
        ("Return-Path", f"<{person.email}>"),
        ("Received", received),
        ("Message-ID", f"<{message_id}>"),
        ("Date", format_datetime(written)),
    ]
