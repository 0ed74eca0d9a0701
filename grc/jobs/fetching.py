"""Fetching what waits in the mailboxes: stored and committed first, only then acknowledged.

The truth is the ledger. A visit takes up every message without our mark, whoever read it,
and the first one also those marked that the ledger does not know (a database restored from
yesterday). Killed anywhere, the next visit finds what is stored, and only acknowledges it.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from sqlalchemy.exc import SQLAlchemyError

from grc.channels import dropped, imap, registry
from grc.channels.source import FileFolder, Folder, Letter, MailFolder, Trouble
from grc.core import blobs, clock
from grc.core.actor import importer
from grc.core.crash import crash, seconds
from grc.core.db import end_read, session, transaction
from grc.core.errors import GrcError, SettingsError
from grc.core.i18n import N_, Text
from grc.core.settings import settings
from grc.intake import service
from grc.intake.models import Fetching
from grc.intake.queries import known_locators
from grc.intake.service import Arrival
from grc.jobs import refusing
from grc.jobs.memory import Memory
from grc.jobs.receiving import LARGEST, check_room
from grc.organisation.queries import snapshot

log = logging.getLogger("grc.fetch")
WRITERS = 4  # files being made durable at the same time
PEEK = 65_536
TRIES = 30  # connections in a row that bring nothing
QUIET = seconds("GRC_QUIET_SECONDS", dropped.QUIET)  # a file that did not change is complete
CLOCKS = timedelta(days=1)  # a server that is further ahead of us is not believed
DATED_BY = "internal_date"
Stopping = Callable[[], bool]


@dataclass(frozen=True)
class Mailbox:
    """A source whose messages wait in a folder somewhere."""

    channel: str
    source: str
    where: MailFolder | FileFolder

    def opened(self, *, only_look: bool = False) -> AbstractContextManager[Folder]:
        """Its folder. Raises Trouble, or SettingsError for want of a password."""
        if isinstance(self.where, FileFolder):
            quiet = QUIET.total_seconds()
            return dropped.opened(self.where, quiet=quiet, only_look=only_look)
        password = settings().mailbox_passwords.of(self.source)
        return imap.opened(self.where, password, only_look=only_look)


@dataclass
class Visit:
    """What one or more visits to a mailbox did: seen = stored + already known + left."""

    source: str
    seen: int = 0  # messages in the folder, counted by the server
    stored: int = 0
    already_known: int = 0
    acknowledged: int = 0
    left: int = 0  # still there, and not in the ledger
    error: Text | None = None
    lasting: bool = False  # it will not pass by itself

    def as_json(self, say: Callable[[Text], str]) -> dict[str, Any]:
        """The shape `--json` prints."""
        shown = {name: value for name, value in vars(self).items() if name != "lasting"}
        return shown | {"error": say(self.error) if self.error else None}

    def fail(self, error: Exception) -> None:
        """Say in words what went wrong. Raises what nobody foresaw."""
        self.error, self.lasting = in_words(error)


def mailboxes(channel: str, sources: Sequence[str] = ()) -> list[Mailbox]:
    """The mailboxes of a channel that are fetched, all or those named, in a stable order."""
    return [
        box
        for box in every_mailbox()
        if box.channel == channel and (not sources or box.source in sources)
    ]


def every_mailbox() -> list[Mailbox]:
    """The mailboxes of all channels that are fetched."""
    found = [
        Mailbox(box.channel, box.source, box.fetched_from)
        for _, box in sorted(snapshot().mailboxes.items())
        if box.fetched_from is not None
    ]
    end_read()
    return found


def fetch(box: Mailbox, visit: Visit, stopping: Stopping) -> None:
    """Visit a mailbox once, from connecting to leaving; what went wrong is told in `visit`."""
    memory, fruitless = Memory(), 0
    while fruitless < TRIES:
        stored = visit.stored
        try:
            with box.opened() as folder:
                take_up(box, folder, visit, stopping, memory)
        except Exception as error:  # noqa: BLE001 - one mailbox never stands in the way of others
            visit.fail(error)
            if memory.has_learnt and not stopping():
                memory.has_learnt, fruitless = False, 0 if visit.stored > stored else fruitless + 1
                continue
        break
    note(box, visit.error)


def take_up(
    box: Mailbox,
    folder: Folder,
    visit: Visit,
    stopping: Stopping,
    memory: Memory,
    *,
    whole: bool = True,
) -> None:
    """Store and acknowledge what waits in a folder, in the order of arrival.

    `whole` False: what bears our mark is not compared with the ledger.
    """
    visit.error, visit.lasting = None, False
    memory.meet(folder.validity)
    marked, waiting = _find(box, folder, whole=whole)
    visit.already_known += memory.count(marked)
    try:
        letters = folder.describe([uid for uid in waiting if not memory.is_given_up(uid)])
        for batch in imap.batches(letters, is_alone=memory.is_alone):
            if stopping():
                break
            _take(box, folder, batch, visit, memory)
    finally:
        visit.left = len(waiting) - memory.counted(waiting)
        visit.seen = visit.stored + visit.already_known + visit.left
    if visit.left and not stopping():
        _count_left(box, folder, waiting, visit)
    if isinstance(folder, dropped.Dropped):
        refusing.sort_out(box.channel, box.source, folder)


def _find(box: Mailbox, folder: Folder, *, whole: bool) -> tuple[list[int], list[int]]:
    """The messages that are already ours and marked so, and those to take up."""
    if box.where.after == "move":  # what is still there is to be moved
        return [], folder.uids()
    unmarked = folder.unmarked()
    if not whole:
        return [], unmarked
    marked = sorted(set(folder.uids()) - set(unmarked))
    known = _known(box, folder, marked)
    return sorted(known), sorted({*unmarked, *marked} - known)


def _known(box: Mailbox, folder: Folder, uids: Sequence[int]) -> set[int]:
    """Those of these messages that the ledger holds."""
    named = {folder.locator(uid): uid for uid in uids}
    known = known_locators(box.channel, box.source, list(named))
    end_read()
    return {named[locator] for locator in known}


def _count_left(box: Mailbox, folder: Folder, uids: Sequence[int], visit: Visit) -> None:
    """Ask both sides: what somebody else took away meanwhile is not ours to store any more."""
    there = set(folder.uids()) & set(uids)
    left = len(there - _known(box, folder, sorted(there)))
    visit.seen, visit.left = visit.seen - visit.left + left, left
    if left and visit.error is None:
        text = N_("le serveur n'a pas pu donner %(count)s messages : ils restent dans la boîte")
        visit.error = Text(text, {"count": left})


def _take(
    box: Mailbox, folder: Folder, batch: Sequence[Letter], visit: Visit, memory: Memory
) -> None:
    """Make a batch durable, commit it, and only then tell the server."""
    fits = [letter for letter in batch if letter.size <= LARGEST]
    if len(fits) < len(batch):
        text = N_("un message dépasse %(limit)s Mo : il reste dans la boîte")
        visit.error = Text(text, {"limit": LARGEST >> 20})
    try:
        arrivals = _keep(box, folder, fits)
    except Trouble:
        memory.broke_off(fits)
        raise
    if not arrivals:
        return
    with transaction():
        done = service.store(
            list(arrivals.values()),
            actor=importer("fetch"),
            now=clock.now(),
            acknowledge=True,
        )
    visit.stored += len(done.new)
    visit.already_known += memory.count(arrivals) - len(done.new)
    folder.acknowledge(list(arrivals))
    visit.acknowledged += len(arrivals)
    crash("fetch:acknowledged")


def _keep(box: Mailbox, folder: Folder, batch: Sequence[Letter]) -> dict[int, Arrival]:
    """Make the bytes durable, several messages at a time: they wait for the same disk."""
    check_room(sum(letter.size for letter in batch))

    def _put(read: tuple[Letter, BinaryIO]) -> tuple[Letter, str, int]:
        return (read[0], *store.put(read[1]))

    store = blobs.store()
    with ThreadPoolExecutor(WRITERS, "keep") as pool:
        kept = list(pool.map(_put, folder.read(batch)))
    return {
        letter.uid: _arrival(box, folder, letter, sha256, size) for letter, sha256, size in kept
    }


def _arrival(box: Mailbox, folder: Folder, letter: Letter, sha256: str, size: int) -> Arrival:
    at = believed(letter.arrived_at, clock.now())
    return Arrival(
        box.channel,
        box.source,
        folder.locator(letter.uid),
        sha256,
        size,
        dated_at=at or _peek(box.channel, sha256),
        arrived_at=at,
        arrived_by=DATED_BY if at else None,
    )


def believed(at: datetime | None, now: datetime) -> datetime | None:
    """When a server says that it took a message in; None when its clock is wrong."""
    return at if at is not None and at < now + CLOCKS else None


def _peek(channel: str, sha256: str) -> datetime | None:
    with blobs.store().open(sha256) as stream:
        return registry.get(channel).peek(stream.read(PEEK)).dated_at


def in_words(error: Exception) -> tuple[Text, bool]:
    """What went wrong with one mailbox, and whether a person must change something."""
    if isinstance(error, Trouble):
        return Text(error.msgid, error.params), error.lasting
    if isinstance(error, SettingsError):
        return Text(str(error)), True
    if isinstance(error, GrcError):
        return error.text, False
    if isinstance(error, SQLAlchemyError):
        return Text(N_("la base de données ne répond pas, rien n'est perdu")), False
    if isinstance(error, OSError):
        text = N_("le disque ne peut pas être écrit (%(why)s), rien n'est perdu")
        return Text(text, {"why": error.strerror or type(error).__name__}), False
    log.exception("a mailbox was not fetched, trying again")
    return Text(N_("erreur imprévue (%(kind)s)"), {"kind": type(error).__name__}), False


def note(box: Mailbox, problem: Text | None) -> None:
    """Keep what became of the latest visit, for those who watch over the reception."""
    now = clock.now()
    try:
        with transaction():
            row = session().get(Fetching, (box.channel, box.source))
            if row is None:
                row = Fetching(channel=box.channel, source=box.source)
                session().add(row)
            row.tried_at, row.problem = now, problem.as_json() if problem else None
            if problem is None:
                row.succeeded_at = now
    except (SQLAlchemyError, OSError):
        log.warning("the visit to %s could not be noted", box.source)
