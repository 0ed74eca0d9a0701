"""What an adapter asks of a person who types, and what may be typed. Pure.

An adapter declares `fields`; the core draws the form from them, checks on the server what
came back and keeps it as the item's raw bytes (`grc.channels.forms`). What the adapter then
reads has passed the same check, wherever the bytes came from.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from grc.parsing.addresses import emails
from grc.parsing.charset import wash, wash_line, wash_name
from grc.parsing.phones import e164
from grc.parsing.registered import number
from grc.parsing.words import N_

MOST = 20  # answers to one repeated field
_MIB = 1 << 20


class Kind(StrEnum):
    """What a field holds, and in brackets what its value becomes."""

    TEXT = "text"  # one line
    LINES = "lines"  # as many as one likes
    CHOICE = "choice"  # [the code of the choice]
    DATE = "date"  # [2026-01-31]
    PHONE = "phone"  # [E.164: +33612345678]
    EMAIL = "email"  # [lower case]
    REGISTERED = "registered"  # [the number of registered mail, without blanks]
    COMMUNE = "commune"  # [its INSEE code]
    ADDRESS = "address"  # a postal address, as on an envelope
    FILE = "file"  # [File]
    YES_NO = "yes_no"  # [True; absent means no]


LONGEST: Mapping[Kind, int] = {  # characters; bytes of a file
    Kind.TEXT: 500,
    Kind.LINES: 20_000,
    Kind.ADDRESS: 500,
    Kind.FILE: 10 * _MIB,
}
_LONGEST_OTHER = 320


@dataclass(frozen=True)
class Field:
    """One question. `label`, `help` and the words of `choices` are French msgids."""

    name: str  # in the bytes kept; never changed
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False  # for YES_NO: it must be ticked
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # (code, words) of a CHOICE
    known: str = ""  # or a list the core has: "request_types"
    repeated: bool = False
    first: str = ""  # the code of a CHOICE that stands unless another is chosen; all are seen
    asked: bool = True  # False: the core fills it in, nobody is asked
    longest: int = 0  # characters, for a file bytes; 0: what is usual for its kind

    @property
    def limit(self) -> int:
        """The longest answer: characters, for a file bytes."""
        return self.longest or LONGEST.get(self.kind, _LONGEST_OTHER)


@dataclass(frozen=True)
class File:
    """A file given in a form. `filename` is data, never a path."""

    filename: str
    data: bytes = field(repr=False)


Value = str | bool | File
Values = Mapping[str, Value | tuple[Value, ...]]  # a tuple for a repeated field
Given = Mapping[str, Sequence[str | File]]  # as posted, by name
Problem = tuple[str, Mapping[str, int | str]]  # a French msgid and its parameters
Communes = Callable[[str], str | None]  # the INSEE code of what was typed


@dataclass(frozen=True)
class Checked:
    """What was typed, in normal form, and what is wrong with the rest, by field."""

    values: dict[str, Value | tuple[Value, ...]]
    problems: dict[str, Problem]


class _Wrong(Exception):
    def __init__(self, msgid: str, **params: int) -> None:
        self.problem: Problem = (msgid, params)


def insee_code(typed: str) -> str | None:
    """The INSEE code itself, when that is what was typed."""
    return typed if re.fullmatch(r"\d[\dAB]\d{3}", typed) else None


def check(fields: Sequence[Field], given: Given, communes: Communes = insee_code) -> Checked:
    """Check every field; checking what it returns changes nothing.

    `communes` turns what was typed into an INSEE code. Names that are no field are left out.
    """
    checked = Checked({}, {})
    for one in fields:
        try:
            answers = _answers(one, given.get(one.name, ()), communes)
        except _Wrong as wrong:
            checked.problems[one.name] = wrong.problem
            continue
        if answers:
            checked.values[one.name] = answers if one.repeated else answers[0]
    return checked


def _answers(one: Field, given: Sequence[str | File], communes: Communes) -> tuple[Value, ...]:
    washed = (_washed(one, answer) for answer in given)
    typed = [answer for answer in washed if answer]
    if one.required and not typed:
        raise _Wrong(N_("Il manque une réponse ici."))
    most = MOST if one.repeated else 1
    if len(typed) > most:
        raise _Wrong(N_("Trop de réponses : %(most)s au plus."), most=most)
    return tuple(_value(one, answer, communes) for answer in typed)


def _washed(one: Field, answer: str | File) -> str | File | None:
    """What was typed without what no screen shows; None when nothing was."""
    if isinstance(answer, File):
        return answer if answer.filename or answer.data else None
    many = one.kind in (Kind.LINES, Kind.ADDRESS)
    return wash(answer).strip() if many else wash_line(answer)


def _value(one: Field, answer: str | File, communes: Communes) -> Value:
    if (one.kind is Kind.FILE) is not isinstance(answer, File):
        raise _Wrong(N_("Choisissez un fichier, ou laissez vide."))
    if isinstance(answer, File):
        return _file(one, answer)
    if len(answer) > one.limit:
        text = N_("Trop long : %(limit)s caractères au plus, il y en a %(length)s.")
        raise _Wrong(text, limit=one.limit, length=len(answer))
    if one.kind is Kind.COMMUNE:
        return _demand(communes(answer), N_("Cette commune n’est pas connue, ou pas la seule."))
    return _READ.get(one.kind, _as_typed)(one, answer)


def _file(one: Field, given: File) -> File:
    if not given.data:
        raise _Wrong(N_("Ce fichier est vide."))
    if len(given.data) > one.limit:
        text = N_("Ce fichier est trop gros : %(limit)s Mo au plus.")
        raise _Wrong(text, limit=max(1, one.limit // _MIB))
    name = re.sub(r"[/\\]", "_", wash_name(given.filename))
    return File(name[-255:] or "fichier", given.data)


def _as_typed(_one: Field, typed: str) -> str:
    return typed


def _choice(one: Field, typed: str) -> str:
    codes = {code for code, _words in one.choices}
    is_one = typed in codes if codes else bool(one.known) and typed.isprintable()
    return _demand(
        typed if is_one else None, N_("Ce choix n’existe pas ou plus : choisissez dans la liste.")
    )


def _date(_one: Field, typed: str) -> str:
    """As browsers send it, or as people write it: 31/12/2026."""
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", typed)
    written = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else typed
    try:
        is_date = date.fromisoformat(written).isoformat() == written
    except ValueError:
        is_date = False
    text = N_("Cette date n’existe pas : écrivez-la 31/12/2026.")
    return _demand(written if is_date else None, text)


def _phone(_one: Field, typed: str) -> str:
    is_number = re.fullmatch(r"\+?[\d\s.()/-]+", typed)
    return _demand(
        e164(typed) if is_number else None,
        N_("Ce numéro n’est pas complet : dix chiffres, ou + et l’indicatif du pays."),
    )


def _email(_one: Field, typed: str) -> str:
    is_one = emails([typed]) == (typed.lower(),)
    text = N_("Cette adresse électronique n'est pas valable.")
    return _demand(typed.lower() if is_one else None, text)


def _registered(_one: Field, typed: str) -> str:
    return _demand(number(typed), N_("Ce numéro n’est pas complet, ou mal lu."))


def _yes(_one: Field, typed: str) -> bool:
    is_yes = typed.lower() in {"true", "on", "1", "yes", "oui", "y"}
    return bool(_demand("yes" if is_yes else None, N_("Cochez la case, ou laissez-la vide.")))


def _demand(value: str | None, problem: str) -> str:
    if value is None:
        raise _Wrong(problem)
    return value


_READ: Mapping[Kind, Callable[[Field, str], Value]] = {
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.REGISTERED: _registered,
    Kind.YES_NO: _yes,
}
