"""The whole product as processes: web server, worker, and a mail server that takes what leaves."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, make_msgid
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from time import time

from flask import Flask

from grc.cases.reference import reference
from grc.cli import demo_alike, demo_danger, demo_letters, demo_rules
from grc.cli.danger import load_file as load_danger
from grc.cli.demo import FOLDER, SEED
from grc.cli.demo_accounts import PASSWORD, SHOWN
from grc.cli.demo_life import Life
from grc.cli.demo_people import agents
from grc.cli.letters import load_file
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import transaction
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot
from grc.staff.service import add_user
from grc.web.api.phone import SIGNATURE, TIMESTAMP, signature
from tests.integration.conftest import load_demo, mail, make_settings, running
from tests.integration.processes.conftest import ROOT, Installation
from tests.rig.processes import Process
from tests.rig.smtp import Received, SmtpServer, free_port
from tests.rig.waiting import PATIENCE, eventually

EXCHANGE = "the secret of the telephone exchange"
CONTACT = "contact@exemple-departement.fr"
_numbers = count(1)


class House(Installation):
    """An installation that is open: agents at `address`, citizens by mail."""

    def __init__(self, var: Path, url: str, smtp: SmtpServer) -> None:
        self.smtp = smtp
        self.language = "fr"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = replace(make_settings(url, var), smtp_url=smtp.url, base_url=self.address)
        super().__init__(
            var,
            url,
            GRC_SMTP_URL=smtp.url,
            GRC_BASE_URL=self.address,
            GRC_SECRET_KEY=self.settings.secret_key,
            GRC_TOKEN_KEYS=",".join(self.settings.token_keys),
            GRC_PHONE_SECRETS=EXCHANGE,
        )

    def open(self, messages: int) -> None:
        """Load the organisation, accounts and invented mail; start everything."""
        with running(self.settings):
            fill(messages)
            tools().reader.close()
        self.worker()
        self.web(self.port)

    def web(self, port: int, **env: str) -> Process:
        """The web server of this installation, answering."""
        config = str(ROOT / "deploy" / "gunicorn.conf.py")
        words = ["-m", "gunicorn", "wsgi:app", "--config", config, "--bind", f"127.0.0.1:{port}"]
        process = Process(
            [sys.executable, *words],
            env={**self.env, **env},
            cwd=ROOT,
            ready=lambda _: _answers(port),
        )
        self.started.append(process)
        return process.start()

    def telephone(self, event: str, call: str, number: str, **more: str) -> None:
        """The exchange tells one moment of a call."""
        at = datetime.now(UTC).isoformat()
        body = json.dumps({"event": event, "call": call, "number": number, "at": at, **more})
        stamp = str(int(time()))
        signed = {TIMESTAMP: stamp, SIGNATURE: signature(EXCHANGE, stamp, body.encode())}
        exchange = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        exchange.request("POST", "/api/v1/phone/events", body, signed)
        assert exchange.getresponse().status == 200
        exchange.close()

    def write(self, text: str, *, subject: str, html: str = "") -> str:
        """A citizen nobody knows yet writes to the common address; returns that address of hers.

        Comes back when the case of the message has found its unit.
        """
        number = next(_numbers)
        sender = f"jeanne.{self.port}.{number}@courriel.example"
        raw = mail(
            text,
            sender=f"Jeanne Marchand <{sender}>",
            to=CONTACT,
            subject=subject,
            message_id=f"{number}.{self.port}@courriel.example",
            date=datetime.now(UTC),
        )
        self.deliver(_with_html(raw, html) if html else raw)
        self.wait_routed(subject)
        return sender

    def new_case(self, html: str = "") -> str:
        """The address of a case that a citizen has just written, to be routed."""
        subject = f"Bonjour {next(_numbers)}"
        self.write("Bonjour,\n\nJe ne sais pas à qui écrire.", subject=subject, html=html)
        ((number, opened_at),) = self.query(
            f"SELECT id, opened_at FROM \"case\" WHERE subject = '{subject}'"
        )
        return f"/demandes/{reference('D', int(str(opened_at)[:4]), number)}"

    def new_cases(self, number: int) -> None:
        """That many requests at once that no rule places, waiting to be routed."""
        folder = self.var / f"matin-{next(_numbers)}"
        folder.mkdir()
        for one in range(number):
            raw = mail(
                "Bonjour,\n\nJe ne sais pas à qui écrire.",
                sender=f"Marie Dubourg <marie.{folder.name}.{one}@courriel.example>",
                to=CONTACT,
                subject=f"Du {folder.name}, {one}",
                message_id=f"{folder.name}.{one}.{self.port}@courriel.example",
                date=datetime.now(UTC),
            )
            (folder / f"{one}.eml").write_bytes(raw)
        self.run("import", "email", folder)
        routed = 'SELECT id FROM "case" WHERE subject LIKE ' + f"'Du {folder.name},%'"
        where = f"routed_at IS NOT NULL AND case_id IN ({routed})"
        eventually(lambda: self.count("handling", where) == number, folder.name)

    @property
    def cookie_maker(self) -> Flask:
        """What reads and signs cookies as this house does."""
        made = Flask("cookies")
        made.secret_key = self.settings.secret_key
        return made

    def deliver(self, raw: bytes) -> None:
        """Hand a message over as the mail server of the département does."""
        done = self.receive(raw)
        assert done.returncode == 0, done.stderr.decode()

    def wait_routed(self, subject: str) -> None:
        """Wait until the case with this subject has found its unit."""
        where = f"case_id IN (SELECT id FROM \"case\" WHERE subject = '{subject}')"
        eventually(
            lambda: self.count("handling", f"routed_at IS NOT NULL AND {where}"), subject, 20
        )

    def sent_to(self, address: str) -> list[Received]:
        """What agents (not the program by itself) wrote to an address and has really left."""
        found = [one for one in self.smtp.kept if address in one.recipients]
        return [one for one in found if "Auto-Submitted" not in one.message]

    def answer(self, sent: Received, text: str) -> None:
        """The citizen answers the message she received, as her mail program would."""
        message = sent.message
        reply = EmailMessage()
        reply["From"], reply["To"] = message["To"], message["Reply-To"]
        reply["Subject"] = f"Re: {message['Subject']}"
        reply["Date"] = format_datetime(datetime.now(UTC))
        reply["Message-ID"] = make_msgid(domain="courriel.example")
        reply["In-Reply-To"] = message["Message-ID"]
        references = [*message.get("References", "").split(), message["Message-ID"]]
        reply["References"] = " ".join(references)
        body = message.get_body()
        assert body is not None
        quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
        reply.set_content(
            f"{text}\n\nLe lun. 5 janv. 2026 à 10:00, le Département a écrit :\n{quoted}\n"
        )
        self.deliver(reply.as_bytes())

    def speak(self, language: str) -> None:
        """Change the language of every account."""
        self.language = language
        self.query(f"UPDATE \"user\" SET locale = '{language}'")


def opened(house: House, messages: int) -> Iterator[House]:
    """A house that is open during a fixture."""
    try:
        house.open(messages)
        yield house
    finally:
        house.close()


def _with_html(raw: bytes, html: str) -> bytes:
    message = message_from_bytes(raw, policy=default)
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def fill(messages: int) -> None:
    """What `grc demo` does, with the accounts that are shown only: each costs its hash."""
    load_demo()
    units, now = snapshot(), clock.now()
    with transaction():
        for account in SHOWN:
            roles = [(units.unit(code).id, role) for code, role in account.roles]
            add_user(account.login, account.name, PASSWORD, roles, actor=SYSTEM, now=now)
    load_file(FOLDER / "letters.toml")
    load_danger(FOLDER / "danger.toml")
    demo_danger.roster(now)
    life = Life(messages, SEED, tools(), agents())
    for _ in life.live(now):
        pass
    demo_letters.tell(life, now)
    demo_alike.tell(life, now)
    demo_rules.tell(now)


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/static/favicon.svg")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
