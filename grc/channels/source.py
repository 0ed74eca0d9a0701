"""Where the messages of a mailbox are fetched from, as the organisation file says it, and what
every such place can do."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

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


@dataclass(frozen=True)
class FileFolder:
    """A folder of this machine (or mounted there) where another program puts files."""

    path: str
    after = "move"  # what is stored goes to `done/`: nothing else would mark a file


class Trouble(Exception):
    """What keeps a folder from being fetched: a French sentence whose named `params` remain to
    be filled in. `lasting`: trying again does not help, somebody must change a setting."""

    def __init__(self, msgid: str, *, lasting: bool = False, **params: str) -> None:
        super().__init__(msgid % params)
        self.msgid, self.params, self.lasting = msgid, params, lasting


@dataclass(frozen=True)
class Letter:
    """A message as its folder describes it; some servers only estimate the size."""

    uid: int
    size: int
    arrived_at: datetime | None  # aware; INTERNALDATE


class Folder(Protocol):
    """A place where messages wait, open. Every method raises Trouble when it does not play
    along. A UID names one message as long as `validity` is the same."""

    validity: int

    def locator(self, uid: int) -> str:
        """The name of a message inside its mailbox, for ever."""
        ...

    def uids(self) -> list[int]:
        """All the messages, oldest arrival first."""
        ...

    def unmarked(self) -> list[int]:
        """Those that do not bear our mark."""
        ...

    def describe(self, uids: Sequence[int]) -> Iterator[Letter]:
        """Size and date of each message that is still there, in the order given."""
        ...

    def read(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, BinaryIO]]:
        """A stream over the exact bytes of each message that is still there."""
        ...

    def acknowledge(self, uids: Sequence[int]) -> None:
        """Tell the place that we have these messages; those that are gone are no mistake."""
        ...

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Return when something changed in the folder, after `seconds`, or to stop."""
        ...
