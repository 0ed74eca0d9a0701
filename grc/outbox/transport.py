"""How mail leaves: SMTP, or the console for a newcomer without a mail server."""

import re
import smtplib
import ssl
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from grc.core.settings import Settings

TIMEOUT = 10  # seconds an exchange: the seven of one message must fit in a step's lease


_CODE = re.compile(r"\w+( \d\.\d{1,3}\.\d{1,3})?")


def error_code(error: str) -> str:
    """The part of an error that names nobody: `550 5.1.1`. Servers quote the address they
    refuse, and the journal cannot be erased."""
    found = _CODE.match(error)
    return found[0][:40] if found else "?"


class DeliveryError(Exception):
    """A server refused or did not answer; `permanent` says whether to try again."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class Transport(Protocol):
    """Hands one message over; returns only when it is taken."""

    def send(self, message: EmailMessage) -> None:
        """Raises DeliveryError."""
        ...


class ConsoleTransport:
    """Prints what would leave, so that nobody is written to by a demonstration."""

    def send(self, message: EmailMessage) -> None:
        """Write one line to standard error: no content in a terminal's history."""
        line = f"[mail] {message['To']} | {message['Subject']} | {message['Message-ID']}\n"
        sys.stderr.write(line)


class SilentTransport:
    """Training: everything is taken, and goes nowhere."""

    def send(self, message: EmailMessage) -> None:
        """Taken, and gone nowhere."""


class SmtpTransport:
    """A connection per message: slow servers and restarts concern one message only."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "localhost", parts.port or 25
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.tls = parse_qs(parts.query).get("tls", ["none"])[0]

    def send(self, message: EmailMessage) -> None:
        """Raises DeliveryError, permanent when the server refuses this very message."""
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:  # a wrong password is no citizen's fault
            raise DeliveryError(type(error).__name__, permanent=False) from error
        with server:
            self._hand_over(server, message)

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            server.send_message(message)
        except smtplib.SMTPSenderRefused as error:  # our own address: a setting, not the message
            raise DeliveryError(_said(error.smtp_code, ""), permanent=False) from error
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise DeliveryError(_said(code, answer), permanent=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            permanent = error.smtp_code >= 500
            raise DeliveryError(
                _said(error.smtp_code, error.smtp_error), permanent=permanent
            ) from error
        except smtplib.SMTPNotSupportedError as error:  # an address this server cannot write
            raise DeliveryError(type(error).__name__, permanent=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(type(error).__name__, permanent=False) from error

    def _connect(self) -> smtplib.SMTP:
        if self.tls == "yes":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)
        return server


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"[:200]


@dataclass(frozen=True)
class File:
    """A file that goes with a mail; its name is data."""

    name: str
    content_type: str
    data: bytes


def build(
    *,
    sender: str,
    reply_to: str,
    recipient: str,
    subject: str,
    text: str,
    rfc_id: str,
    references: Sequence[str],
    date: object,
    automatic: bool,
    files: Sequence[File] = (),
) -> EmailMessage:
    """The mail of an outgoing row. Automatic ones say so (RFC 3834), so nobody loops.

    Raises DeliveryError when `recipient` is not exactly one address.
    """
    message = EmailMessage()
    message["From"] = formataddr(parseaddr(sender))
    message["To"] = _mailbox(recipient)
    message["Reply-To"] = reply_to
    message["Subject"] = subject
    message["Date"] = format_datetime(date)  # type: ignore[arg-type]
    message["Message-ID"] = f"<{rfc_id}>"
    usable = [ref for ref in references if ref.isascii() and ref.isprintable() and len(ref) < 250]
    if usable:
        message["In-Reply-To"] = f"<{usable[-1]}>"
        message["References"] = " ".join(f"<{ref}>" for ref in usable)
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text)
    for file in files:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    return message


def _mailbox(recipient: str) -> Address:
    """One address and nothing more, whatever a header or an agent's typing held."""
    local, _, domain = recipient.rpartition("@")
    try:
        return Address(addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (MessageError, ValueError, IndexError) as error:  # all three come out of Address
        raise DeliveryError("InvalidAddress", permanent=True) from error


def from_settings(settings: Settings) -> Transport:
    """The transport that GRC_SMTP_URL names; in training none does."""
    if settings.training:
        return SilentTransport()
    if settings.smtp_url.startswith("console:"):
        return ConsoleTransport()
    return SmtpTransport(settings.smtp_url)
