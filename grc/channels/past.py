"""What another system already knew of a request, for adapters that bring a past with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol, cast


@dataclass(frozen=True)
class Key:
    """A number by which somebody else knows a person: kind is `caf`, `mdph`…"""

    kind: str
    value: str


@dataclass(frozen=True)
class Person:
    """Somebody a request concerns. `role` is one of the roles of a party."""

    role: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None  # E.164
    address: str | None = None
    birth_date: date | None = None
    birth_name: str | None = None  # the family name at birth, when it is another
    organisation: str | None = None
    keys: tuple[Key, ...] = ()

    @property
    def is_described(self) -> bool:
        """True when more is told than a name and how to reach her."""
        return bool(self.birth_date or self.birth_name or self.keys)


@dataclass(frozen=True)
class Past:
    """Where a request stood in another system, in our words; empty texts: not told."""

    system: str  # its name, shown to agents
    references: tuple[str, ...] = ()
    state: str = ""  # as that system wrote it
    status: str = ""  # ours
    outcome: str = ""  # ours, for what has ended
    ended_at: datetime | None = None  # aware
    unit: str = ""  # code
    request_type: str = ""  # code
    commune: str = ""  # a name or an INSEE code
    corrects: str = ""  # our reference of an item that was refused, and that this one replaces


@dataclass(frozen=True)
class Part:
    """One item inside another: its name there, and bytes of its own."""

    name: str
    raw: bytes
    dated_at: datetime | None = None


@dataclass(frozen=True)
class Account:
    """What a whole held, for adapters that count it: every page is a separator, a page of a
    letter or blank. Pages are numbered from 1."""

    total: int
    separators: tuple[int, ...]
    used: int  # pages of parts
    blanks: tuple[int, ...]

    @property
    def gap(self) -> int:
        """Pages nobody accounts for: never anything but 0."""
        return self.total - len(self.separators) - self.used - len(self.blanks)


@dataclass(frozen=True)
class Parts:
    """Some parts of a whole, in order; its account comes with the last."""

    parts: tuple[Part, ...]
    account: Account | None = None


class Splitting(Protocol):
    """What an adapter also has when one of its items holds others: a table, its rows.

    `read` is then asked to understand the parts; the whole is only ever split. It may also
    say `together`, how many parts are made at a time, and `needs_guide` False. One that needs a
    guide examines its parts (`row_cells.Examining`), and says by `mapping` what they are.
    """

    def parts(
        self, path: Path, guide: Mapping[str, Any], after: int = 0
    ) -> Iterator[Part | Account]:
        """The parts of the item in this file that follow the first `after`, in order, always
        the same; then the account, if it counts. `guide` is what the person who imports it
        said about how to read it. Raises ChannelError."""
        ...


TOGETHER = 500  # parts a call, of an adapter that does not say


def together(channel: object) -> int:
    """How many parts are made at a time."""
    return int(getattr(channel, "together", TOGETHER))


def needs_guide(channel: object) -> bool:
    """True when somebody must say how to read the whole."""
    return splitting(channel) is not None and bool(getattr(channel, "needs_guide", True))


def mapping_of(channel: object) -> str:
    """What the files of an adapter that needs a guide hold: `requests`, or `calls`."""
    return str(getattr(channel, "mapping", "requests"))


def grows(channel: object) -> bool:
    """True when the same file comes again and again, longer: then one that has not the columns
    of its mapping is not kept, and a part that was refused before is not told again."""
    return bool(getattr(channel, "grows", False))


def in_file(channel: object, name: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is told of a part, with the number of the row in the file. The bytes of a part of a
    log that grows hold no such number, or they would be others when the log is longer: `row` is
    counted from 1 in the part, whose name is the number of its first row."""
    if not (grows(channel) and "row" in params and name.isdecimal()):
        return params
    return {**params, "row": int(name) + int(params["row"]) - 1}


def splitting(channel: object) -> Splitting | None:
    """The channel itself when its items are split."""
    return cast("Splitting", channel) if hasattr(channel, "parts") else None
