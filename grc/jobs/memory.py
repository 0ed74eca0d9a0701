"""What the one who fetches remembers of a mailbox from one connection to the next.

What is fetched never depends on it for long: it keeps counts true, and keeps a message that
a server cannot read from hiding those behind it. Many servers hang up at such a message.
"""

from collections.abc import Collection, Sequence

from grc.channels.source import Letter

ENOUGH = 2  # failures of a message read alone, after which it is left where it is


class Memory:
    """Of one mailbox; all is forgotten when UIDs start anew."""

    def __init__(self) -> None:
        self._validity: int | None = None
        self._done: set[int] = set()
        self._failures: dict[int, int] = {}
        self.has_learnt = False  # trying again at once may get further

    def meet(self, validity: int) -> None:
        """These are the UIDs that are meant from now on."""
        if validity != self._validity:
            self._validity, self._done = validity, set()
            self.forgive()
        self.has_learnt = False

    def forgive(self) -> None:
        """Try again what was given up."""
        self._failures = {}

    def count(self, uids: Collection[int]) -> int:
        """How many of these were not counted yet; they are now."""
        new = set(uids) - self._done
        self._done |= new
        return len(new)

    def counted(self, uids: Collection[int]) -> int:
        """How many of these were counted."""
        return len(self._done.intersection(uids))

    def broke_off(self, batch: Sequence[Letter]) -> None:
        """Reading these ended in the middle: next time each is read alone."""
        self.has_learnt = True
        for letter in batch:
            self._failures.setdefault(letter.uid, 0)
        if len(batch) == 1:
            self._failures[batch[0].uid] += 1

    def is_alone(self, uid: int) -> bool:
        """True when this message must not be read together with others."""
        return uid in self._failures

    def is_given_up(self, uid: int) -> bool:
        """True when this message failed too often by itself."""
        return self._failures.get(uid, 0) >= ENOUGH
