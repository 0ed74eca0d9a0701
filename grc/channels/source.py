"""Where the messages of a mailbox are fetched from, as the organisation file says it."""

from dataclasses import dataclass

SECURITIES = ("tls", "starttls", "none")
AFTERWARDS = ("flag", "move")


@dataclass(frozen=True)
class MailFolder:
    """A folder of an IMAP server (RFC 9051), and what becomes there of what we have stored."""

    host: str
    port: int
    security: str  # tls: from the first byte; starttls; none: on this machine only
    user: str
    folder: str = "INBOX"
    after: str = "flag"  # flag: marked as seen and ours; move: put into `move_to`
    move_to: str = ""
