"""Read a TOML file written by people, and say on which line each mistake is.

`Row` reads typed fields and collects problems instead of raising at the first, so that one
run shows everything to repair.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from grc.core.errors import InvalidInput
from grc.core.i18n import N_, Text, translate
from grc.core.toml_lines import Path, index_lines

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


@dataclass(frozen=True)
class Problem:
    """One mistake: `field` is "units[3].parent", counted from 0 as TOML does."""

    file: str
    line: int
    field: str
    what: Text

    def say(self, locale: str = "fr") -> str:
        """`organisation.toml, ligne 42, units[3].parent : « xyz » n'est pas...`"""
        where = Text(
            N_("%(file)s, ligne %(line)s, %(field)s : %(what)s")
            if self.field
            else N_("%(file)s, ligne %(line)s : %(what)s"),
            {"file": self.file, "line": self.line, "field": self.field, "what": self.what},
        )
        return translate(where, locale)

    __str__ = say


class InvalidFile(InvalidInput):
    """The file cannot be loaded; nothing was changed. `problems` holds every mistake."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            N_("%(file)s n'est pas chargé, rien n'a changé. À corriger :\n%(list)s"),
            file=file,
            list="\n".join(problem.say() for problem in problems),
        )

    def say(self, locale: str) -> str:
        """All mistakes in this locale, one a line."""
        text = Text(
            self.text.msgid,
            {**self.text.params, "list": "\n".join(p.say(locale) for p in self.problems)},
        )
        return translate(text, locale)


class Source:
    """A parsed file, the lines of its fields, and the problems found so far."""

    def __init__(self, name: str, text: str) -> None:
        """`name` is shown in messages. Raises InvalidFile when the text is not TOML."""
        self.name = name
        self.problems: list[Problem] = []
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            line = int(found[1]) if found else max(1, text.count("\n"))
            what = Text(N_("ce n'est pas du TOML valable (%(why)s)"), {"why": str(error)})
            raise InvalidFile(name, [Problem(name, line, "", what)]) from None
        self._text = text

    @cached_property
    def _lines(self) -> Mapping[Path, int]:
        """Where each field is: looked for at the first problem, for it costs as much as reading."""
        return index_lines(self._text)

    def note(self, path: Path, msgid: str, **params: Any) -> None:
        """Record a problem at a field; the line is that of its nearest known parent."""
        known = next((path[:n] for n in range(len(path), 0, -1) if path[:n] in self._lines), ())
        line = self._lines.get(known, 1)
        self.problems.append(Problem(self.name, line, _dotted(path), Text(msgid, params)))

    def expect(self, path: Path, value: str, known: Collection[str], msgid: str) -> None:
        """Record a problem when a reference names nothing known; empty means none."""
        if value and value not in known:
            self.note(path, msgid, value=value)

    def unique(self, table: str, key: str, values: Iterable[str]) -> None:
        """Record a problem for each value already used by an earlier entry of the table."""
        seen: set[str] = set()
        for number, value in enumerate(values):
            if value and value in seen:
                self.note((table, number, key), N_("« %(value)s » est déjà utilisé"), value=value)
            seen.add(value)

    def tables(self, name: str) -> Iterator["Row"]:
        """The entries of `[[name]]`, or of an array of inline tables."""
        yield from Row(self, (), self.data).rows(name)

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Record a problem for each top-level name that nothing reads."""
        for name in self.data.keys() - set(known):
            self.note((name,), N_("champ inconnu"))

    def raise_problems(self) -> None:
        """Raise InvalidFile with everything recorded, in the order of the file."""
        if self.problems:
            raise InvalidFile(self.name, sorted(self.problems, key=lambda p: (p.line, p.field)))


class Row:
    """One table of the file. Readers return a neutral value after recording a problem."""

    def __init__(self, source: Source, path: Path, data: dict[str, Any]) -> None:
        self.source = source
        self.path = path
        self._data = data
        self._read: set[str] = set()

    def note(self, key: str, msgid: str, **params: Any) -> None:
        """Record a problem on one of this row's fields."""
        self.source.note((*self.path, key), msgid, **params)

    def has(self, key: str) -> bool:
        """True when the field is written in the file."""
        return key in self._data

    def names(self) -> tuple[str, ...]:
        """The fields written in the file, for tables whose names are free."""
        return tuple(self._data)

    def is_list(self, key: str) -> bool:
        """True when several values are written."""
        return isinstance(self._data.get(key), list)

    def _value(self, key: str, kind: type | tuple[type, ...], expected: str, default: Any) -> Any:
        self._read.add(key)
        if key not in self._data:
            if default is None:
                self.note(key, N_("champ obligatoire absent"))
            return default
        value = self._data[key]
        is_wrong_bool = isinstance(value, bool) and kind is not bool
        if is_wrong_bool or not isinstance(value, kind):
            self.note(key, N_("attendu : %(expected)s"), expected=Text(expected))
            return default
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A trimmed string; required unless a default is given, and then never empty."""
        value = str(self._value(key, str, N_("un texte"), default) or "").strip()
        if default is None and self._data.get(key) == "":
            self.note(key, N_("ne peut pas être vide"))
        return value

    def raw_text(self, key: str) -> str:
        """A string as it is written, blanks kept; empty when absent."""
        return str(self._value(key, str, N_("un texte"), "") or "")

    def choice(self, key: str, among: Collection[str], default: str | None = None) -> str:
        """A string of a closed list."""
        value = self.text(key, default)
        if value and value not in among and key in self._data:
            self.note(
                key,
                N_("« %(value)s » n'est pas accepté ; valeurs possibles : %(among)s"),
                value=value,
                among=", ".join(among),
            )
        return value

    def whole(
        self, key: str, default: int | None = None, *, minimum: int = 0, maximum: int = 10**9
    ) -> int:
        """A whole number between `minimum` and `maximum`, both included."""
        value = self._value(key, int, N_("un nombre entier"), default)
        if value is not None and key in self._data and not minimum <= value <= maximum:
            msgid = N_("doit être entre %(minimum)s et %(maximum)s")
            self.note(key, msgid, minimum=minimum, maximum=maximum)
        return int(value or 0)

    def optional_whole(self, key: str) -> int | None:
        """A whole number, or None when absent."""
        return self.whole(key) if self.has(key) else None

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        return bool(self._value(key, bool, N_("true ou false"), default))

    def day(self, key: str) -> date | None:
        """A civil date such as 2026-01-31, or None when absent."""
        if not self.has(key):
            self._read.add(key)
            return None
        value = self._value(key, date, N_("une date comme 2026-01-31"), date.min)
        if isinstance(value, datetime):
            self.note(key, N_("attendu : une date sans heure"))
            return value.date()
        return value if isinstance(value, date) else None

    def needed_day(self, key: str) -> date:
        """A civil date that must be there."""
        if not self.has(key):
            self.note(key, N_("champ obligatoire absent"))
        return self.day(key) or date.min

    def moment(self, key: str) -> datetime | None:
        """A date and time with its zone, such as 2026-01-31T10:00:00Z, or None when absent."""
        if not self.has(key):
            return None
        value = self._value(key, datetime, N_("une date et une heure"), None)
        if isinstance(value, datetime) and value.tzinfo is None:
            self.note(key, N_("attendu : une heure avec son fuseau, comme …T10:00:00Z"))
        return value if isinstance(value, datetime) and value.tzinfo else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty when absent."""
        values = self._value(key, list, N_("une liste de textes"), [])
        for number, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                self.source.note((*self.path, key, number), N_("attendu : un texte non vide"))
        return tuple(value.strip() for value in values if isinstance(value, str))

    def rows(self, key: str) -> Iterator["Row"]:
        """The sub-tables `[[...key]]`, read one by one: unknown fields are noted on the way."""
        for number, value in enumerate(self._value(key, list, N_("une liste de tables"), [])):
            path = (*self.path, key, number)
            if not isinstance(value, dict):
                self.source.note(path, N_("attendu : une table"))
                continue
            row = Row(self.source, path, value)
            yield row
            row.refuse_unknown()

    def row(self, key: str) -> "Row":
        """The sub-table `[...key]`, empty when absent."""
        return Row(self.source, (*self.path, key), self._value(key, dict, N_("une table"), {}))

    def refuse_unknown(self) -> None:
        """Record a problem for each field nobody read: most are typing mistakes."""
        for key in self._data.keys() - self._read:
            self.note(key, N_("champ inconnu"))


def _dotted(path: Path) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
