"""An IMAP folder (RFC 9051): what waits in it, its exact bytes, telling it what we have stored.

It knows the server and nothing of ours. A message is named by the folder's UIDVALIDITY and
its UID, which never name another one. Reading changes nothing (`BODY.PEEK[]`).
"""

import io
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from grc.channels.source import Letter, MailFolder, Trouble
from grc.parsing.words import N_

KEYWORD = "GrcStored"  # how a message that we have is marked, besides \Seen
LARGE = 8 << 20  # bytes; a bigger message is read piece by piece
PIECE = 1 << 20
AT_ONCE = 500  # messages named in one command
TIMEOUT = SocketTimeout(connect=10, read=60)
LISTEN = 1.0  # seconds between two looks whether it is time to stop
AWAY = N_("le serveur %(host)s ne répond pas (%(why)s)")
REFUSED = N_("le serveur %(host)s refuse (%(why)s)")


class Folder:
    """A selected folder. Every method raises Trouble when the server does not play along."""

    def __init__(self, client: IMAPClient, where: MailFolder, validity: int) -> None:
        self.where, self.validity = where, validity
        self._client = client

    def locator(self, uid: int) -> str:
        """The name of a message inside its mailbox, for ever."""
        return f"{self.where.folder}/{self.validity}/{uid}"

    def uids(self) -> list[int]:
        """All the messages, oldest arrival first."""
        return self._search("ALL")

    def unmarked(self) -> list[int]:
        """Those we have not told the server that we have; read by somebody or not."""
        return self._search(["UNKEYWORD", KEYWORD])

    def _search(self, criteria: object) -> list[int]:
        with talking(self.where):
            self._client.noop()  # lets the server tell what changed
            return sorted(self._client.search(criteria))

    def describe(self, uids: Sequence[int]) -> Iterator[Letter]:
        """Size and date of each message that is still there, in the order given."""
        for start in range(0, len(uids), AT_ONCE):
            some = uids[start : start + AT_ONCE]
            found = self._fetch(some, "RFC822.SIZE", "INTERNALDATE")
            for uid in some:
                if uid in found:
                    yield Letter(uid, found[uid][b"RFC822.SIZE"], found[uid].get(b"INTERNALDATE"))

    def read(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, BinaryIO]]:
        """A stream over the exact bytes of each message that is still there.

        A large one is read from the server while its stream is: it must be the last given.
        """
        small = [letter.uid for letter in letters if letter.size <= LARGE]
        found = self._fetch(small, "BODY.PEEK[]")
        for letter in letters:
            if letter.size > LARGE:
                yield letter, cast(BinaryIO, _Pieces(self, letter.uid))
            elif letter.uid in found:
                yield letter, io.BytesIO(found[letter.uid][b"BODY[]"] or b"")

    def piece(self, uid: int, offset: int, size: int) -> bytes:
        """Some bytes of a message; fewer than asked at its end."""
        data = self._fetch([uid], f"BODY.PEEK[]<{offset}.{size}>").get(uid)
        if data is None:
            raise Trouble(N_("un message a disparu pendant sa lecture"))
        return data[f"BODY[]<{offset}>".encode()] or b""

    def _fetch(self, uids: Sequence[int], *what: str) -> dict[int, dict[bytes, Any]]:
        with talking(self.where):
            found = self._client.fetch(uids, what)
        named = what[0].partition("<")[0].replace(".PEEK", "").encode()
        return {u: data for u, data in found.items() if any(k.startswith(named) for k in data)}

    def acknowledge(self, uids: Sequence[int]) -> None:
        """Tell the server that we have these messages; those that are gone are no mistake."""
        with talking(self.where):
            if self.where.after == "move":
                self._client.move(uids, self.where.move_to)
            else:
                self._client.add_flags(uids, ["\\Seen", KEYWORD], silent=True)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Return when something changed in the folder, after `seconds`, or to stop."""
        if not self._client.has_capability("IDLE"):
            stop.wait(seconds)
            return
        deadline = time.monotonic() + seconds
        with talking(self.where):
            self._client.idle()
            while (left := deadline - time.monotonic()) > 0 and not stop.is_set():
                began, span = time.monotonic(), min(LISTEN, left)
                told = self._client.idle_check(timeout=span)
                if told or time.monotonic() - began < span / 2:  # nothing, at once: it is gone
                    break
            self._client.idle_done()


class _Pieces:
    """The bytes of a large message, whatever size the server announced."""

    def __init__(self, folder: Folder, uid: int) -> None:
        self._folder, self._uid, self._offset = folder, uid, 0

    def read(self, size: int = PIECE) -> bytes:
        piece = self._folder.piece(self._uid, self._offset, size if size > 0 else PIECE)
        self._offset += len(piece)
        return piece


def batches(
    letters: Iterable[Letter],
    most: int = 100,
    weight: int = 2 * LARGE,
    *,
    is_alone: Callable[[int], bool] = lambda _: False,
) -> Iterator[list[Letter]]:
    """What is read, stored and acknowledged together; a large message is alone, and so are
    the UIDs that `is_alone` names."""
    batch: list[Letter] = []
    for letter in letters:
        alone = letter.size > LARGE or is_alone(letter.uid)
        if batch and (
            alone or len(batch) == most or sum(o.size for o in batch) + letter.size > weight
        ):
            yield batch
            batch = []
        batch.append(letter)
        if alone:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def opened(where: MailFolder, password: str, *, only_look: bool = False) -> Iterator[Folder]:
    """A folder that answers and does what we will ask of it; `only_look` changes nothing there."""
    context = ssl.create_default_context()
    client = _connect(where, context)
    try:
        with talking(where):
            if where.security == "starttls":
                client.starttls(context)
            _sign_in(client, where, password)
            validity = _select(client, where, only_look)
        yield Folder(client, where, validity)
        with suppress(IMAPClientError, OSError):
            client.logout()
    finally:
        with suppress(IMAPClientError, OSError):
            client.shutdown()


def _connect(where: MailFolder, context: ssl.SSLContext) -> IMAPClient:
    with talking(where):
        client = IMAPClient(
            where.host,
            where.port,
            ssl=where.security == "tls",
            ssl_context=context,
            timeout=TIMEOUT,
        )
    client.normalise_times = False  # aware, as the server says them
    return client


def _sign_in(client: IMAPClient, where: MailFolder, password: str) -> None:
    try:
        if client.has_capability("AUTH=PLAIN"):  # takes any character, LOGIN only ASCII
            client.plain_login(where.user, password)
        else:
            client.login(where.user, password)
    except (LoginError, UnicodeError) as error:
        text = N_("le serveur %(host)s refuse l'utilisateur %(user)s ou son mot de passe")
        raise Trouble(text, host=where.host, user=where.user) from error


def _select(client: IMAPClient, where: MailFolder, only_look: bool) -> int:
    """The UIDVALIDITY of the folder, once it is sure that it can be acknowledged."""
    for name in filter(None, (where.folder, where.move_to)):
        if not client.folder_exists(name):
            known = ", ".join(sorted(row[2] for row in client.list_folders())[:20])
            text = N_("le dossier « %(name)s » n'existe pas ; dossiers : %(known)s")
            raise Trouble(text, lasting=True, name=name, known=known)
    if where.after == "move" and not client.has_capability("MOVE"):
        text = N_('le serveur %(host)s ne sait pas déplacer : réglez after = "flag"')
        raise Trouble(text, lasting=True, host=where.host)
    found = client.select_folder(where.folder, readonly=only_look)
    if not only_look:
        _demand_marks(where, found)
    return int(found[b"UIDVALIDITY"])


def _demand_marks(where: MailFolder, found: dict[bytes, Any]) -> None:
    if b"READ-WRITE" not in found:
        text = N_("le dossier « %(name)s » ne peut qu'être lu : rien ne pourrait y être marqué")
        raise Trouble(text, lasting=True, name=where.folder)
    flags = found.get(b"PERMANENTFLAGS", ())
    if where.after == "flag" and not {b"\\*", KEYWORD.encode()} & set(flags):
        text = N_('le serveur %(host)s ne garde pas nos marques : réglez after = "move"')
        raise Trouble(text, lasting=True, host=where.host)


@contextmanager
def talking(where: MailFolder) -> Iterator[None]:
    """Turn whatever goes wrong with a server into Trouble, in words."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        text = N_("le certificat de %(host)s n'est pas accepté (%(why)s)")
        raise Trouble(text, host=where.host, why=error.verify_message) from error
    except (OSError, IMAPClientAbortError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Trouble(AWAY, host=where.host, why=_line(why)) from error
    except IMAPClientError as error:
        raise Trouble(REFUSED, host=where.host, why=_line(str(error))) from error


def _line(said: str) -> str:
    """What a server said, as one short line."""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:200]
