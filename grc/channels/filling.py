"""Fills the form of an adapter in as people do, for the test of its contract. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from grc.channels import forms
from grc.channels.fields import MOST, Field, File, Given, Kind, check
from grc.channels.protocol import Typed

# What the page adds to the fields of an adapter.
RESERVED = frozenset(("csrf_token", "form_key", "kept", "more", "password", "seen", "version"))
AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LISTS = ("request_types",)
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Sample:
    """A form as sent; `marks` are what its reader must find again, by name of the field."""

    raw: bytes
    marks: tuple[tuple[str, str | bytes], ...]


def faults(channel: Typed) -> Iterator[str]:
    """What is wrong with the declaration itself."""
    if not channel.act.strip():
        yield "act is empty"
    names = [one.name for one in channel.fields]
    if len(set(names)) < len(names):
        yield "two fields have the same name"
    for one in channel.fields:
        if not _NAME.fullmatch(one.name) or one.name in RESERVED:
            yield f"field name {one.name!r} is no short identifier, or is taken"
        if not one.label.strip():
            yield f"field {one.name}: the label is empty"
        if (one.kind is Kind.CHOICE) is not bool(one.choices or one.known):
            yield f"field {one.name}: choices belong to a choice"
        if one.known and one.known not in _LISTS:
            yield f"field {one.name}: the core has no list {one.known!r}"


def samples(fields: Sequence[Field]) -> Iterator[Sample]:
    """Everything filled in; what is required only; every answer as long, and as often given,
    as is allowed. Raises AssertionError when the form refuses one."""
    yield _sample(fields, {one.name: _answers(one, n) for n, one in enumerate(fields)})
    needed = {one.name: _answers(one, n)[:1] for n, one in enumerate(fields) if one.required}
    if needed:
        yield _sample(fields, needed)
    yield _sample(fields, {one.name: _longest(one, n) for n, one in enumerate(fields)})


def _sample(fields: Sequence[Field], given: Given) -> Sample:
    checked = check(fields, given)
    for name, (msgid, params) in checked.problems.items():
        raise AssertionError(f"field {name} refuses what it asks for: {msgid % params}")
    marks = [
        (one.name, mark)
        for number, one in enumerate(fields)
        for order, answer in enumerate(given.get(one.name, ()))
        if (mark := _mark(number, order, answer))
    ]
    return Sample(forms.write(checked.values, AT), tuple(marks))


def _word(number: int, order: int) -> str:
    return f"mot{number}x{order}y"


def _mark(number: int, order: int, answer: str | File) -> str | bytes | None:
    """What an adapter may not lose. Dates and codes it may say in words of its own."""
    if isinstance(answer, File):
        return answer.data
    return _word(number, order) if _word(number, order) in answer else None


def _answers(one: Field, number: int) -> list[str | File]:
    return [_answer(one, number, order) for order in range(2 if one.repeated else 1)]


def _answer(one: Field, number: int, order: int) -> str | File:
    word = _word(number, order)
    if one.kind is Kind.FILE:
        return File(f"{word} « été ».png", _PNG + word.encode())
    if one.kind is Kind.CHOICE:
        return one.choices[order % len(one.choices)][0] if one.choices else "code"
    if one.kind in (Kind.LINES, Kind.ADDRESS):
        return f"{word} Zoé\r\n\r\n« N'Guyễn » 🙂\x00\tfin"[: one.limit]
    fixed = {
        Kind.DATE: "29/02/2028",
        Kind.REGISTERED: "RK473124829GB",
        Kind.PHONE: f"06 12 34 56 {number:02}"[:14],
        Kind.EMAIL: f"{word}@courriel.example",
        Kind.COMMUNE: "92002",
        Kind.YES_NO: "on",
    }
    return fixed.get(one.kind, f"{word} d'Été \ud800 🙂"[: one.limit])


def _longest(one: Field, number: int) -> list[str | File]:
    """As `_answers`, with texts of exactly the length allowed."""
    if one.kind not in (Kind.TEXT, Kind.LINES, Kind.ADDRESS):
        return _answers(one, number)
    often = MOST if one.repeated else 1
    return [_word(number, order)[: one.limit].ljust(one.limit, "é") for order in range(often)]


def garbage(fields: Sequence[Field], raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Forms that no page of ours sends, and what is wrong with each."""
    whole: dict[str, Any] = json.loads(raw)
    values: dict[str, Any] = whole["values"]
    yield "not JSON", raw[:-1]
    yield "a list", b"[]"
    yield "no date", json.dumps({"values": values}).encode()
    yield "a date without a zone", json.dumps(whole | {"at": "2026-03-02T09:15:00"}).encode()
    yield "an unknown field", _with(whole, {"champ_inconnu_": "x"})
    for one in fields:
        if one.name in values:
            yield f"field {one.name}: a number", _with(whole, {one.name: 12})
            yield f"field {one.name}: a list of lists", _with(whole, {one.name: [["x"]]})
        if one.required:
            left = {name: value for name, value in values.items() if name != one.name}
            yield f"field {one.name}: missing", json.dumps(whole | {"values": left}).encode()
        if one.kind in (Kind.TEXT, Kind.LINES, Kind.ADDRESS):
            long = "x" * (one.limit + 1)
            yield (
                f"field {one.name}: too long",
                _with(whole, {one.name: [long] if one.repeated else long}),
            )


def _with(whole: dict[str, Any], more: dict[str, Any]) -> bytes:
    return json.dumps(whole | {"values": whole["values"] | more}).encode()
