"""The cells of a row with titles, as `titled_rows` describes it; what is wrong is collected."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, cast

from grc.channels.protocol import ChannelError, Request
from grc.parsing import cells
from grc.parsing.charset import wash, wash_line
from grc.parsing.words import N_

CORRECTED = "Motif du refus"  # title of the last column of a file of refused rows
_ITEM = re.compile(r"\bE-20\d\d-\d{7,9}-[0-9A-Z]\b")
_ACCENTS = str.maketrans("àâäçéèêëîïôöùûüÿ", "aaaceeeeiioouuuy")


def fold(text: str) -> str:
    """A title or a code for comparison: case, accents and blanks do not count."""
    return " ".join(text.replace("\u2019", "'").lower().translate(_ACCENTS).split())


@dataclass(frozen=True)
class Reason:
    """Why a row is refused: a French sentence and what to fill in."""

    msgid: str
    params: Mapping[str, str]


@dataclass
class Row:
    """The values of one row, with what is wrong and what was repaired."""

    values: Mapping[str, Any]
    reasons: list[Reason] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    _moments: dict[str, datetime | None] = field(default_factory=dict)

    @property
    def titles(self) -> list[str]:
        """The titles of the table."""
        return list(self.values["titles"])

    @property
    def cells(self) -> list[str]:
        """The cells as they were, one a title, then what overflowed."""
        return list(self.values["cells"])

    @property
    def corrects(self) -> str:
        """The reference of the refused item that this row replaces; empty when there is none."""
        return next(iter(_ITEM.findall(self.values["note"])), "")

    def title(self, at: int) -> str:
        """The title above a cell; empty where there is none."""
        return self.titles[at] if at < len(self.titles) else ""

    def texts(self, name: str) -> list[str]:
        """What is written in the columns of a field, empty cells left out."""
        always = self.values["always"].get(name)
        found = [self.cells[at] for at in self.values["fields"].get(name, ())]
        return [text for text in found if text] or ([always] if always else [])

    def text(self, name: str) -> str:
        """The same as one text."""
        return wash_line(" ".join(self.texts(name)))

    def refuse(self, name: str, msgid: str) -> None:
        """One more reason, about the cell of a field."""
        places = self.values["fields"].get(name, ())
        column = self.titles[places[0]] if places else name
        params = {"row": str(self.values["row"]), "column": column[:80]}
        params["value"] = self.text(name)[:80]
        self.reasons.append(Reason(msgid, params))

    def meaning(self, name: str) -> str:
        """What a coded cell means; the cell itself where the mapping has no table for it."""
        if name in self.values["means"]:
            known = self.values["means"][name]
            if known is None:
                self.refuse(name, N_("%(column)s : « %(value)s » n'est pas dans la correspondance"))
            return known or ""
        return self.text(name)

    def moment(self, name: str) -> datetime | None:
        """The date of a field; None when it is empty."""
        if name not in self._moments:
            self._moments[name] = self._read_moment(name)
        return self._moments[name]

    def _read_moment(self, name: str) -> datetime | None:
        if not (text := self.text(name)):
            return None
        found = cells.moment(text, self.values["dates"])
        if found is None:
            self.refuse(name, N_("%(column)s : « %(value)s » n'est pas une date lisible"))
        return found

    def birth_date(self, name: str) -> date | None:
        """A date of birth, whose century must be written."""
        if not (text := self.text(name)):
            return None
        found = cells.day(text, self.values["dates"]) if re.search(r"\d{4}", text) else None
        if found is None:
            self.refuse(name, N_("%(column)s : « %(value)s » n'est pas une date de naissance sûre"))
        return found

    def repaired(self, name: str, msgid: str, read: Any) -> str | None:
        """A number whose lost zero may be given back; refused with `msgid` when it is none."""
        if not (text := self.text(name)):
            return None
        value, was_short = read(text)
        if value is None:
            self.refuse(name, msgid)
        elif was_short:
            self.repairs.append(name)
        return None if value is None else str(value)


@dataclass(frozen=True)
class Examined:
    """What an item of one row, or of several, says, and all that is wrong in it."""

    rows: tuple[Row, ...]
    request: Request

    @property
    def reasons(self) -> list[Reason]:
        """Why it is refused; empty when it is not."""
        return [reason for row in self.rows for reason in row.reasons]


class Examining(Protocol):
    """What an adapter that needs a guide also has."""

    def examine(self, raw: bytes) -> Examined:
        """A part with all that is wrong in it, for a person who corrects the file. Raises
        ChannelError when the bytes are no part."""
        ...


def examining(channel: object) -> Examining:
    """The channel itself."""
    return cast("Examining", channel)


def open_row(raw: bytes) -> Row:
    """The row in these bytes. Raises ChannelError `not_a_row` when there is none."""
    try:
        values = json.loads(raw)
        if values["table"] == 1:
            return checked(values)
    except (ValueError, TypeError, LookupError, RecursionError):
        pass
    raise _not_a_row()


def _not_a_row() -> ChannelError:
    return ChannelError("not_a_row", N_("ce n'est pas une ligne de table"))


def checked(values: Mapping[str, Any]) -> Row:
    """The row of these values. Raises ChannelError `not_a_row` when they are of something else."""
    row = Row(values)
    try:
        texts = [*row.titles, *row.cells, values["note"], values["system"], values["dates"]]
        texts += [*values["always"].values(), *filter(None, values["means"].values())]
        sound = all(isinstance(text, str) for text in texts)
        sound = sound and texts == [wash(text) for text in texts]
        sound = sound and values["dates"] in cells.ORDERS and int(values["row"]) > 0
        for name in values["fields"]:
            row.texts(name)
    except (ValueError, TypeError, LookupError, AttributeError):
        sound = False
    if not sound:
        raise _not_a_row()
    return row
