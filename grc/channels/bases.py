"""What adapters of files have in common; an adapter may well do without."""

from collections.abc import Iterator
from pathlib import Path

from grc.channels import forms, protocol, walk
from grc.parsing.limits import DEFAULT, Limits


class Files:
    """Each file at a path is an item, which tells no date at its beginning."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits

    def peek(self, head: bytes) -> protocol.Peek:
        """Nothing: what holds many items has no date of its own."""
        del head
        return protocol.Peek()

    def walk(self, path: Path) -> Iterator[protocol.Found]:
        """The files at a path."""
        return walk.files(path)


class Forms(Files):
    """Each file is a filled form, see `grc.channels.forms`."""

    def peek(self, head: bytes) -> protocol.Peek:
        """When it was sent."""
        return forms.peek(head)
