"""What commands print: one JSON object, or sentences and columns; progress on a terminal."""

import json
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from grc.core.i18n import N_

json_option = click.option(
    "--json", "as_json", is_flag=True, help=N_("Un objet JSON, rien d'autre.")
)


def print_json(data: Any) -> None:
    """Exactly one object on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str))


def print_json_list(head: str, rows: Iterable[Any]) -> None:
    """The object `{head: [...]}`, written row by row: it may be longer than memory.

    Nothing is written before the first row is there: a database that is away leaves no half.
    """
    write, before = sys.stdout.write, f'{{"{head}": [\n'
    for row in rows:
        write(before + json.dumps(row, ensure_ascii=False, default=str))
        before = ",\n"
    write(f'{{"{head}": []}}\n' if before[0] == "{" else "]}\n")


def print_table(rows: Iterable[Sequence[Any]]) -> None:
    """Lines of columns separated by two spaces; the last column takes what it needs."""
    for row in rows:
        click.echo("  ".join("" if cell is None else str(cell) for cell in row).rstrip())


class Progress:
    """One line on standard error that follows the work; silent off a terminal."""

    def __init__(self, is_shown: bool) -> None:
        self._is_shown = is_shown and sys.stderr.isatty()
        self._width = 0

    def __call__(self, text: str) -> None:
        if self._is_shown:
            line = f"\r{text.ljust(self._width)}"
            self._width = len(text)
            click.echo(line, err=True, nl=False)

    def clear(self) -> None:
        """Give the line back."""
        if self._width:
            self("")
            click.echo("\r", err=True, nl=False)


class Interruption:
    """Ctrl-C or SIGTERM asks to stop after the item at hand; a second one stops at once."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        return self.asked

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """The signal handler."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Turn the two signals into a polite request for the time of a `with`."""
    interruption = Interruption()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interruption.ask) for number in numbers}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
