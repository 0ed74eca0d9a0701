"""The contract of an adapter, as a test anybody can run.

    def test_contract():
        check_channel(MyChannel(Limits()), [sample.read_bytes() for sample in SAMPLES])

It needs no database and no Flask. Every failure is an AssertionError that says what the
adapter did and on which sample.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from grc.channels import filling, wire
from grc.channels.protocol import Channel, ChannelError, Request, Typed, Unreadable, typed
from grc.parsing.charset import wash

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_REASON = re.compile(r"[a-z][a-z0-9_]*")
_ACTIVE = frozenset(("script", "style", "link", "iframe", "object", "embed", "base", "meta"))
_LOADING = re.compile(r"src|srcset|style|background|on\w+")


def check_channel(channel: Channel, samples: Sequence[bytes]) -> None:
    """Try a channel on samples of its own input. Raises AssertionError."""
    _must(bool(_NAME.fullmatch(channel.name)), f"name {channel.name!r} is no short identifier")
    _must(bool(channel.label.strip()), "label is empty")
    _must(bool(samples), "no sample")
    for number, sample in enumerate(samples):
        for raw in _variants(sample):
            _check_peek(channel, raw, f"sample {number}")
            _check_read(channel, raw, f"sample {number}")
    _check_walk(channel, samples)
    if form := typed(channel):
        _check_form(form)


def _must(condition: bool, message: str) -> None:
    if not condition:
        raise AssertionError(message)


def _variants(sample: bytes) -> Iterator[bytes]:
    """The sample, and what transport may do to it."""
    yield sample
    yield b""
    yield sample[: len(sample) // 2]
    yield sample[len(sample) // 2 :]
    yield sample.replace(b"\r\n", b"\n")
    yield sample.replace(b"e", b"\x00\xe9\xff")


def _check_peek(channel: Channel, raw: bytes, where: str) -> None:
    at = channel.peek(raw[:65_536]).dated_at
    _must(at is None or at.tzinfo is not None, f"{where}: peek gives a date without a zone")


def _check_read(channel: Channel, raw: bytes, where: str) -> None:
    first, second = _outcome(channel, raw, where), _outcome(channel, raw, where)
    _must(first == second, f"{where}: reading twice gives two results")
    if isinstance(first, str):
        return
    _must(bool(first), f"{where}: no request and no ChannelError")
    values, blobs = wire.encode(first)
    _must(
        wire.decode(json.loads(json.dumps(values)), blobs) == first,
        f"{where}: a request does not survive JSON",
    )
    for request in first:
        _check_request(request, where)


def _check_form(channel: Typed) -> None:
    """An adapter reads what its own form sends, loses nothing of it, refuses the rest."""
    faults = list(filling.faults(channel))
    _must(not faults, "; ".join(faults))
    for number, sample in enumerate(filling.samples(channel.fields)):
        where = f"form {number}"
        for raw in _variants(sample.raw):
            _check_read(channel, raw, where)
        requests = _outcome(channel, sample.raw, where)
        _must(not isinstance(requests, str), f"{where}: refused as {requests!r}")
        for name, mark in sample.marks:
            _must(_holds(requests, mark), f"{where}: what was typed in {name!r} is lost")
        _must(channel.peek(sample.raw).dated_at == filling.AT, f"{where}: peek finds no date")
        for what, raw in filling.garbage(channel.fields, sample.raw):
            _must(isinstance(_outcome(channel, raw, where), str), f"{where}: accepts {what}")


def _holds(requests: object, mark: Any) -> bool:
    """True when some text inside holds the mark, or some file the bytes."""
    found = (value for _, value in _values(requests, ""))
    return any(isinstance(value, type(mark)) and mark in value for value in found)


def _outcome(channel: Channel, raw: bytes, where: str) -> tuple[Request, ...] | str:
    """The requests, or the reason of a refusal."""
    try:
        return tuple(channel.read(raw))
    except ChannelError as error:
        _must(bool(_REASON.fullmatch(error.reason)), f"{where}: reason {error.reason!r}")
        _must(bool(error.detail), f"{where}: a refusal without a sentence")
        return error.reason


def _check_request(request: Request, where: str) -> None:
    for name, value in _values(request, "request"):
        if isinstance(value, str):
            _must(wash(value) == value, f"{where}: {name} is not washed: {value!r:.80}")
        if isinstance(value, datetime):
            _must(value.tzinfo is not None, f"{where}: {name} has no time zone")
    _must("\n" not in request.subject, f"{where}: the subject has a line end")
    active = _active(request.html or "")
    _must(not active, f"{where}: the HTML loads or runs something: {active}")
    for attachment in request.attachments:
        bad = not attachment.filename or re.search(r"[/\\\n]", attachment.filename)
        _must(not bad, f"{where}: file name {attachment.filename!r}")


class _ActiveParts(HTMLParser):
    """Collects the tags and attributes that would load or run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [tag] * (tag in _ACTIVE)
        self.found += [name for name, _ in attrs if _LOADING.fullmatch(name)]


def _active(html: str) -> list[str]:
    reader = _ActiveParts()
    reader.feed(html)
    return reader.found


def _values(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every simple value inside a request, with the path to it."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _values(getattr(value, field.name), f"{name}.{field.name}")
    elif isinstance(value, tuple):
        for item in value:
            yield from _values(item, name)
    else:
        yield name, value


def _check_walk(channel: Channel, samples: Sequence[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        for number, sample in enumerate(samples):
            (top / f"{number:04}").write_bytes(sample)
        found = list(channel.walk(top))
        locators = [item.locator for item in found]
        _must(len(set(locators)) == len(locators), "walk gives the same locator twice")
        _must(locators == [item.locator for item in channel.walk(top)], "walk changes between runs")
        for item in found:
            with item.open() as stream:
                _must(len(stream.read(item.size)) == item.size, f"{item.locator}: wrong size")
        try:
            list(channel.walk(top / "absent"))
        except Unreadable:
            return
        raise AssertionError("walking an absent path raises no Unreadable")
