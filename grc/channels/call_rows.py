"""The rows of one call, in the bytes `calls` wrote, as a call. Pure and strict: what cannot be
believed refuses the call, with every reason, rather than calling the wrong people back."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from grc.channels import exchange, row_cells
from grc.channels.protocol import Call, ChannelError
from grc.channels.row_cells import Reason, Row
from grc.parsing import cells
from grc.parsing.words import N_

LONGEST = 604_800  # seconds: a week
_CLOCK = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})(?:\.\d+)?")
_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """The rows of a call. `others`: what a word that the mapping has not means, "no" or ""."""

    rows: tuple[Row, ...]
    zone: tzinfo
    others: str


def open_call(raw: bytes) -> Told:
    """The rows in these bytes. Raises ChannelError `not_a_call` when there are none."""
    try:
        value = json.loads(raw)
        told = _told(value) if value["calls"] == 1 else None
    except (ChannelError, ValueError, LookupError, TypeError, OSError, RecursionError):
        told = None
    if told is None or not told.rows:
        raise ChannelError("not_a_call", N_("ce ne sont pas les lignes d'un appel"))
    return told


def _told(value: Any) -> Told:
    rows = (row_cells.checked({**value["common"], **row}) for row in value["rows"])
    return Told(tuple(rows), ZoneInfo(value["zone"]), str(value["others"]))


def call_of(told: Told) -> Call:
    """The call of some rows; what is wrong is noted in them."""
    began = [_began(row, told.zone) for row in told.rows]
    position = min(range(len(began)), key=lambda at: began[at] or _FAR)
    first, at = told.rows[position], began[position] or _FAR
    spoken = [_seconds(row, "talked") for row in told.rows]
    lasted = [_seconds(row, "duration") for row in told.rows]
    words = [_says_answered(row, told.others) for row in told.rows]
    incoming = [_comes_in(row, row.text("caller")) for row in told.rows]
    by_word = "answered" in first.values["fields"]
    seconds = max((one for one in [*lasted, *spoken] if one is not None), default=None)
    caller, line = first.text("caller"), _line(first)
    for row in told.rows:
        _demand_titles(row)
    return Call(
        call=first.text("call")[:100].strip() or _name(at, caller, line, seconds),
        number=_number(caller),
        at=at,
        line=line,
        answered=any(words) if by_word else any(spoken),
        seconds=seconds,
        incoming=incoming[position],
    )


def _name(*told: object) -> str:
    """The name of a call to which its exchange gives none: the same for the same call."""
    return f"#{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"


def _demand_titles(row: Row) -> None:
    if any(cell and not row.title(at) for at, cell in enumerate(row.cells)):
        text = N_("ligne %(row)s : une cellule est sous une colonne sans titre ; la ligne est "
                  "peut-être décalée")  # fmt: skip
        row.reasons.append(Reason(text, {"row": str(row.values["row"])}))


def _began(row: Row, zone: tzinfo) -> datetime | None:
    """When the call began: a date and its hour, on the clock of the exchange unless it says."""
    text = row.text("began")
    found = cells.moment(text, row.values["dates"]) if cells.has_hour(text) else None
    if found is None:
        row.refuse(
            "began",
            N_("ligne %(row)s, %(column)s : « %(value)s » n'est pas une date suivie d'une heure ; "
               "l'ordre est celui de « dates » dans la correspondance"),
        )  # fmt: skip
        return None
    at = found.replace(tzinfo=zone) if found.tzinfo is cells.PARIS else found
    return at.astimezone(UTC)


def _says_answered(row: Row, others: str) -> bool:
    text, means = row.text("answered"), row.values["means"].get("answered")
    if "answered" not in row.values["fields"]:
        return False
    if means is None and not others:
        row.refuse(
            "answered",
            N_("ligne %(row)s, %(column)s : « %(value)s » n'est ni dans « answered » ni dans "
               "« missed » ; ajoutez-le à la table [words] de la correspondance"),
        )  # fmt: skip
    return bool(text) and means == "yes"


def _seconds(row: Row, field: str) -> int | None:
    """A duration in seconds; None when the cell is empty."""
    if not (text := row.text(field)):
        return None
    found = _CLOCK.fullmatch(text)
    if found:
        hours, minutes, seconds = map(int, found.groups())
        return min(hours * 3600 + minutes * 60 + seconds, LONGEST)
    if text.isascii() and text.isdecimal() and len(text) < 9:
        return min(int(text), LONGEST)
    row.refuse(
        field,
        N_("ligne %(row)s, %(column)s : « %(value)s » n'est pas une durée ; écrivez des secondes, "
           "ou hh:mm:ss"),
    )  # fmt: skip
    return None


def _number(caller: str) -> str:
    """E.164; a lost zero is given back. Empty when it is hidden, or one of ours."""
    return cells.phone(caller)[0] or exchange.outside(caller)


def _line(row: Row) -> str:
    text = row.text("line")
    _, was_short = cells.phone(text)
    return (f"0{text}" if was_short else text)[:80].strip() or exchange.UNNAMED


def _comes_in(row: Row, caller: str) -> bool:
    if not row.text("direction"):
        return not exchange.is_internal(caller)
    means: str | None = row.values["means"].get("direction")
    if means is None:
        row.refuse(
            "direction",
            N_("ligne %(row)s, %(column)s : « %(value)s » n'est ni dans « incoming » ni dans "
               "« outgoing » ; ajoutez-le à la table [words] de la correspondance"),
        )  # fmt: skip
    return means == "in"
