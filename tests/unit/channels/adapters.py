"""Adapters of bad faith, for the tests of the registry, the reader and the contract."""

# ruff: noqa: ARG002 - the protocol fixes the arguments

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grc.channels import forms, walk
from grc.channels.fields import Field, Kind
from grc.channels.protocol import ChannelError, Found, Peek, Request, Sender
from grc.parsing.limits import Limits


class Honest:
    """One request per line; `!` at its beginning makes it fail in some way."""

    name = "honest"
    label = "Lignes"

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def peek(self, head: bytes) -> Peek:
        return Peek()

    def walk(self, path: Path) -> Iterator[Found]:
        return walk.messages(path)

    def read(self, raw: bytes) -> Sequence[Request]:
        if not raw.isascii() or not raw.strip() or b"\x00" in raw:
            raise ChannelError("not_lines", "ce ne sont pas des lignes")
        if raw == b"!hang":
            while True:
                pass
        if raw == b"!bug":
            raise ZeroDivisionError
        lines = raw.decode().split()
        return [Request(Sender(name=line), text=str(self.limits.parts)) for line in lines]


class Misnamed(Honest):
    name = "other"


class Random(Honest):
    """Never gives the same answer twice."""

    count = 0

    def read(self, raw: bytes) -> Sequence[Request]:
        self.count += 1
        return [replace(request, subject=str(self.count)) for request in super().read(raw)]


class Unwashed(Honest):
    def read(self, raw: bytes) -> Sequence[Request]:
        return [replace(request, subject="a\x00") for request in super().read(raw)]


class Active(Honest):
    def read(self, raw: bytes) -> Sequence[Request]:
        return [replace(request, html="<img src='x'>") for request in super().read(raw)]


class Silent(Honest):
    def read(self, raw: bytes) -> Sequence[Request]:
        return []


class Leaky(Honest):
    def read(self, raw: bytes) -> Sequence[Request]:
        raise ValueError("not a ChannelError")


class Timid(Honest):
    def peek(self, head: bytes) -> Peek:
        raise ValueError("peek must not raise")


class Form(Honest):
    """Two questions; each answer is in the request."""

    act = "Noter"
    key = ""
    fields: tuple[Field, ...] = (
        Field("subject", "Objet", required=True),
        Field("more", "Autre"),
    )

    def peek(self, head: bytes) -> Peek:
        return forms.peek(head)

    def read(self, raw: bytes) -> Sequence[Request]:
        filled = forms.read(raw, self.fields, self.limits)
        return [Request(Sender(), subject=filled.text("subject"), text=self.rest(filled))]

    def rest(self, filled: forms.Filled) -> str:
        return "\n".join(filled.text(one.name) for one in self.fields[1:])


class HonestForm(Form):
    fields = (
        Field("subject", "Objet", required=True, longest=80),
        Field("text", "Demande", Kind.LINES),
        Field("names", "Enfants", repeated=True),
        Field("way", "Comment", Kind.CHOICE, choices=(("a", "Ici"), ("b", "Là"))),
        Field("agreed", "D'accord", Kind.YES_NO),
    )


class Forgetful(HonestForm):
    def rest(self, filled: forms.Filled) -> str:
        return filled.text("text")


class Credulous(HonestForm):
    """Reads what its form would never send."""

    def read(self, raw: bytes) -> Sequence[Request]:
        try:
            return super().read(raw)
        except ChannelError:
            return [Request(Sender(), subject="?")]


class Undecided(HonestForm):
    fields = (*HonestForm.fields, Field("what", "Quoi", Kind.CHOICE))
