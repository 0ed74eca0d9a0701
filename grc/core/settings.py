"""What the running application was told. Read from the environment by `config.py` only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from grc.core.mailbox_passwords import MailboxPasswords


@dataclass(frozen=True)
class Settings:
    """Validated settings; every field is documented in docs/settings.md."""

    env: str  # development, production, test
    var: Path
    database_url: str
    redis_url: str  # "embedded", "none" or a redis:// or unix:// address
    blob_url: str  # file:///…
    smtp_url: str  # "console:" or smtp://[user:password@]host[:port][?tls=starttls]
    mail_from: str
    mail_domain: str
    secret_key: str
    token_keys: tuple[str, ...]  # first signs, all verify
    base_url: str
    locale: str
    reopen_days: int = 60  # after that, a message about a closed case opens a new one
    channels: tuple[str, ...] = ()  # by which something may come in; empty: all that are installed
    export_rows: int = 20_000  # of one list taken away as a file
    access_log_months: int = 12  # how long it is known who read a confidential case
    small_numbers: int = 5  # the smallest number that published figures tell
    api_rate: int = 300  # requests a second of one token, in one process
    exceptional_hours: int = 4  # how long an exceptional access lasts
    dpo_email: str = ""  # of the data-protection officer, told of each of these
    phone_secrets: tuple[str, ...] = ()  # an exchange signs with one of them; all verify
    webhook_networks: tuple[str, ...] = ()  # our own networks into which webhooks may post
    training: bool = False  # an invented département: nothing leaves, see docs/training.md
    # Where each variable that was given comes from: "environment", or "file" for `.env`.
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    mailbox_passwords: MailboxPasswords = field(default_factory=MailboxPasswords)

    @property
    def production(self) -> bool:
        """True when a département depends on this process."""
        return self.env == "production"


def settings() -> Settings:
    """The settings of the present application."""
    return current_app.extensions["grc.settings"]  # type: ignore[no-any-return]


Environment = Mapping[str, str]
