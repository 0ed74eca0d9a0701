"""Commands that speak French first, load late, and end with the exit codes scripts rely on."""

import copy
import importlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from grc.cli.errors import code_and_sentence
from grc.cli.program import Program
from grc.core.i18n import N_
from grc.core.loading import loading

PIPE_CLOSED = 128 + signal.SIGPIPE  # what a shell says of a program whose reader has gone
Targets = Mapping[str, tuple[str, str]]  # name -> ("module:object", one line of help)


class Command(click.Command):
    """A command whose help is translated; its texts are French msgids."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """`Usage : grc import [OPTIONS] …`"""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=_say(ctx, N_("Usage : ")))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text of the command, in the language to speak."""
        shown = copy.copy(self)
        shown.help = _say(ctx, self.help or "")
        click.Command.format_help_text(shown, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, in the language to speak."""
        records = [_record(ctx, param) for param in self.get_params(ctx)]
        with formatter.section(_say(ctx, N_("Options"))):
            formatter.write_dl([record for record in records if record])


class Commands(Command, click.Group):
    """A group that imports a command when it is called."""

    command_class = Command

    def __init__(self, *args: Any, commands_at: Targets | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands_at: Targets = commands_at or {}

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Names in the order they were declared."""
        return [*self.commands_at, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self.commands_at:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.commands_at[cmd_name][0].partition(":")
        with loading():
            found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name. Raises UsageError in our language."""
        if self.get_command(ctx, args[0]) is None:
            known = ", ".join(self.list_commands(ctx))
            text = _say(ctx, N_("La commande « %(name)s » n'existe pas ; connues : %(known)s."))
            raise click.UsageError(text % {"name": args[0], "known": known}, ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands with one line each."""
        Command.format_options(self, ctx, formatter)
        with formatter.section(_say(ctx, N_("Commandes"))):
            formatter.write_dl([(name, self._line(ctx, name)) for name in self.list_commands(ctx)])

    def _line(self, ctx: click.Context, name: str) -> str:
        if name in self.commands_at:
            return _say(ctx, self.commands_at[name][1])
        text = _say(ctx, self.commands[name].help or "").strip()
        return text.partition("\n")[0].rstrip(".")

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run, and end the process: one sentence on stderr for any failure, no traceback."""
        extra["standalone_mode"] = False
        try:
            with _heard():
                code = self._run(args, prog_name or "grc", extra)
                sys.stdout.flush()
        except NobodyReads:
            _print_to_nobody()
            code = PIPE_CLOSED
        sys.exit(code)

    def _run(self, args: Sequence[str] | None, name: str, extra: dict[str, Any]) -> int:
        try:
            code = super().main(args, name, **extra)
        except NobodyReads:
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: never a traceback
            code, sentence = code_and_sentence(error, extra["obj"])
            click.echo(sentence, err=True)
        return code if isinstance(code, int) else 0

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Read the arguments; `--help` is printed here."""
        with _heard():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _heard():
            return super().invoke(ctx)


class NobodyReads(Exception):
    """Who read what we print has gone, as `head` does when it has seen enough."""


@contextmanager
def _heard() -> Iterator[None]:
    """Take a closed pipe out of click's hands: it ends with 1, which means a gap here."""
    try:
        yield
    except BrokenPipeError as error:
        raise NobodyReads from error


def _print_to_nobody() -> None:
    """What is still in the buffers must not fail again while the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _say(ctx: click.Context, text: str) -> str:
    program: Program = ctx.find_root().obj
    return program.say(text)


def _record(ctx: click.Context, param: click.Parameter) -> tuple[str, str] | None:
    if not isinstance(param, click.Option):
        return None  # the usage line and the text above name the arguments
    param = copy.copy(param)
    is_help = "--help" in param.opts
    param.help = _say(ctx, N_("Montrer cette aide.") if is_help else param.help or "")
    return param.get_help_record(ctx)


def end(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise click.exceptions.Exit(code)
