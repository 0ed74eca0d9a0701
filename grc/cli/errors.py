"""From an exception to an exit code and one sentence a person can act on.

Codes are those of sysexits.h, so that mail servers, cron and systemd understand them.
"""

import errno
import secrets
import shutil
import traceback
from typing import Final

import click
from click.exceptions import Abort

from grc.channels.protocol import Unreadable
from grc.channels.registry import RegistryError, UnknownChannel
from grc.cli.program import Program
from grc.core.errors import (
    Conflict,
    Forbidden,
    GrcError,
    InvalidInput,
    NotFound,
    SettingsError,
    Unavailable,
)
from grc.core.i18n import N_
from grc.core.toml_source import InvalidFile

USAGE: Final = 64  # wrong options or arguments
DATA: Final = 65  # what was given was read, and is not right
NO_INPUT: Final = 66  # what was named cannot be read, or does not exist
SOFTWARE: Final = 70  # a mistake of ours
TRY_AGAIN: Final = 75  # will pass: database down, disk full, interrupted
NO_PERMISSION: Final = 77
INTERRUPTED: Final = 130

_CODES: tuple[tuple[type[GrcError], int], ...] = (
    (InvalidFile, DATA),
    (InvalidInput, USAGE),
    (NotFound, NO_INPUT),
    (Forbidden, NO_PERMISSION),
    (Conflict, TRY_AGAIN),
    (Unavailable, TRY_AGAIN),
)
MINIMUM_ROOM = 1 << 20  # bytes
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
DISK_FULL = N_("Le disque est plein : libérez de la place, puis relancez. Rien n'est perdu.")
NOT_READY = N_("La base n'est pas à niveau : lancez « grc db upgrade », puis relancez.")
DATABASE_AWAY = N_("La base de données ne répond pas : relancez plus tard. Rien n'est perdu.")
DATABASE_BUSY = N_("La base de données est occupée par un autre programme : relancez.")


def code_and_sentence(error: Exception, program: Program) -> tuple[int, str]:
    """The exit code and the sentence of any failure."""
    if isinstance(error, GrcError):
        code = next((code for kind, code in _CODES if isinstance(error, kind)), DATA)
        return code, error.say(program.locale)
    if isinstance(error, SettingsError):
        return USAGE, str(error)
    if isinstance(error, click.ClickException):
        return USAGE, _usage(error, program)
    if isinstance(error, Abort):
        return INTERRUPTED, program.say(N_("Interrompu."))
    if isinstance(error, Unreadable):
        return NO_INPUT, unreadable(error, program)
    if isinstance(error, RegistryError | UnknownChannel):
        return USAGE, program.say(error.detail, **error.params)
    return _technical(error, program)


def unreadable(error: Unreadable, program: Program) -> str:
    """What is said of a path that cannot be read."""
    said = {"path": error.path, "why": program.say(error.why), "others": error.others}
    if error.others:
        return program.say(N_("%(path)s : %(why)s (et %(others)s de plus)"), **said)
    return program.say(N_("%(path)s : %(why)s"), **said)


def _technical(error: Exception, program: Program) -> tuple[int, str]:
    if isinstance(error, OSError):
        if error.errno in _FULL:
            return TRY_AGAIN, program.say(DISK_FULL)
        where = error.filename or "?"
        text = N_("%(path)s ne peut pas être lu ou écrit (%(why)s).")
        return TRY_AGAIN, program.say(text, path=where, why=error.strerror or error)
    if sentence := _database(error):
        is_full = sentence == DATABASE_AWAY and _has_no_room(program)
        return TRY_AGAIN, program.say(DISK_FULL if is_full else sentence)
    return SOFTWARE, _unexpected(error, program)


def _database(error: Exception) -> str | None:
    """The sentence of a database that cannot serve; None when it is a mistake of ours."""
    from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    if isinstance(error, PoolTimeout):
        return DATABASE_BUSY
    if not isinstance(error, DBAPIError):
        return None
    said = str(error.orig).lower()
    if "no such table" in said or "no such column" in said or _is_undefined(error):
        return NOT_READY
    if "is full" in said or "no space left" in said or _sqlstate(error) == "53100":
        return DISK_FULL
    if "is locked" in said or _sqlstate(error) in {"55P03", "40P01", "40001"}:
        return DATABASE_BUSY
    is_passing = isinstance(error, OperationalError) and not isinstance(error, ProgrammingError)
    return DATABASE_AWAY if is_passing or error.connection_invalidated else None


def _has_no_room(program: Program) -> bool:
    """SQLite cannot even open its files on a full disk, and does not say why."""
    try:
        return shutil.disk_usage(program.settings.var).free < MINIMUM_ROOM
    except OSError:
        return False


def _is_undefined(error: Exception) -> bool:
    return _sqlstate(error) in {"42P01", "42703", "3F000"}


def _sqlstate(error: Exception) -> str:
    return getattr(getattr(error, "orig", None), "sqlstate", None) or ""


def _usage(error: click.ClickException, program: Program) -> str:
    sentence = _usage_sentence(error, program)
    ctx = getattr(error, "ctx", None)
    if ctx is None:
        return sentence
    return program.say(
        N_("%(sentence)s Voir « %(command)s --help »."), sentence=sentence, command=ctx.command_path
    )


def _usage_sentence(error: click.ClickException, program: Program) -> str:
    if isinstance(error, click.NoSuchOption):
        return program.say(N_("L'option %(name)s n'existe pas."), name=error.option_name)
    if isinstance(error, click.BadOptionUsage):
        return program.say(N_("L'option %(name)s est mal écrite."), name=error.option_name)
    name = _parameter(error)
    if isinstance(error, click.MissingParameter):
        return program.say(N_("Il manque %(name)s."), name=name)
    if isinstance(error, click.BadParameter) and name:
        return program.say(N_("La valeur donnée à %(name)s n'est pas valable."), name=name)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return program.say(N_("Dites ce qu'il faut faire."))
    if "unexpected extra argument" in error.message.lower():
        return program.say(N_("Il y a des arguments en trop."))
    return error.message


def _parameter(error: click.ClickException) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return getattr(error, "param_hint", None) or ""
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(error.ctx)  # type: ignore[attr-defined]


def _unexpected(error: Exception, program: Program) -> str:
    """A mistake of ours: the details go to a file under an identifier that can be quoted."""
    number = secrets.token_hex(4)
    try:
        path = program.settings.var / "log" / "errors.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"--- {number}\n{''.join(traceback.format_exception(error))}")
    except (OSError, SettingsError):
        text = N_("Erreur imprévue %(number)s (%(kind)s).")
        return program.say(text, number=number, kind=type(error).__name__)
    text = N_("Erreur imprévue %(number)s (%(kind)s) ; les détails sont dans %(path)s.")
    return program.say(text, number=number, kind=type(error).__name__, path=path)
