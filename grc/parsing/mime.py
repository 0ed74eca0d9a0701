"""The tree of parts of a message, found by one pass over its bytes (RFC 2046 §5.1).

The standard parser copies the message, recurses on nested parts and gives no exact bytes
back. This one only notes where each part begins and ends: limits hold while scanning, and
a forwarded message is a slice of what was received, bit for bit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from grc.parsing import limits as limits_module
from grc.parsing.charset import decode
from grc.parsing.headers import Headers, read_headers
from grc.parsing.limits import LimitExceeded, Limits
from grc.parsing.parameters import parse_parameters
from grc.parsing.transfer import decode_transfer
from grc.parsing.words import N_

_LONGEST_BOUNDARY = 250  # RFC 2046 allows 70
_DELIMITER = re.compile(rb"^--([^\r\n]{1,%d})\r?$" % (_LONGEST_BOUNDARY + 4), re.MULTILINE)


@dataclass
class Part:
    """One part: its headers, and the place of its body in `raw`."""

    raw: bytes = field(repr=False)
    headers: Headers = field(repr=False)
    start: int
    end: int
    default_type: str = "text/plain"
    children: list["Part"] = field(default_factory=list)

    @cached_property
    def _content_type(self) -> tuple[str, dict[str, str]]:
        return parse_parameters(self.headers.first("content-type"))

    @property
    def content_type(self) -> str:
        """Declared type, or the default when absent or malformed (RFC 2045 §5.2)."""
        declared = self._content_type[0]
        return declared if declared.count("/") == 1 else self.default_type

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters of the content type."""
        return self._content_type[1]

    @cached_property
    def disposition(self) -> tuple[str, dict[str, str]]:
        """`attachment`, `inline` or an empty text, and its parameters (RFC 2183)."""
        return parse_parameters(self.headers.first("content-disposition"))

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    @property
    def boundary(self) -> bytes | None:
        """The line that separates the children, None for a part that cannot have any."""
        if not self.is_multipart:
            return None
        value = self.parameters.get("boundary", "").rstrip()
        return value.encode("utf-8", "replace")[:_LONGEST_BOUNDARY] or None

    @cached_property
    def data(self) -> bytes:
        """The body, transfer encoding undone."""
        encoding = "" if self.is_multipart else self.headers.first("content-transfer-encoding")
        return decode_transfer(memoryview(self.raw)[self.start : self.end], encoding)

    def text(self) -> tuple[str, bool]:
        """The body as text, and True when its charset had to be guessed."""
        return decode(self.data, self.parameters.get("charset") or self._html_charset())

    def _html_charset(self) -> str | None:
        if self.content_type != "text/html":
            return None
        found = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", self.data[:4096], re.I)
        return found[1].decode("ascii") if found else None


def parse(raw: bytes, limits: Limits = limits_module.DEFAULT) -> Part:
    """The tree of `raw`. Never fails on bad input but by `LimitExceeded`.

    Messages inside the message are leaves: what they contain is theirs.
    """
    limits_module.check_size(len(raw), limits)
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    root = _open(raw, 0, "text/plain", limits)
    path, count = [root], 1
    awaited = _awaited(path)
    position = root.start
    while awaited and (match := _DELIMITER.search(raw, position)):
        position = match.end() + 1
        found = awaited.get(match[1].rstrip(b" \t"))
        if found is None:
            continue
        level, closing = found
        _close(raw, path[level + 1 :], match.start())
        path = path[: level if closing else level + 1]
        if not closing:
            count += 1
            part = _open(raw, min(position, len(raw)), _default_type(path[-1]), limits)
            position = part.start
            path[-1].children.append(part)
            path.append(part)
            _check_tree(count, len(path), limits)
        awaited = _awaited(path)
    return root


def _open(raw: bytes, at: int, default_type: str, limits: Limits) -> Part:
    headers, start = read_headers(raw, at, limits)
    return Part(raw, headers, start, len(raw), default_type)


def _default_type(parent: Part) -> str:
    return "message/rfc822" if parent.content_type == "multipart/digest" else "text/plain"


def _awaited(path: list[Part]) -> dict[bytes, tuple[int, bool]]:
    """The delimiters that may come next: which level of `path` they belong to, and whether
    they close it. The innermost wins."""
    lines = {}
    for level, part in enumerate(path):
        if boundary := part.boundary:
            lines[boundary] = (level, False)
            lines[boundary + b"--"] = (level, True)
    return lines


def _close(raw: bytes, parts: list[Part], delimiter: int) -> None:
    """End parts before a delimiter; the line end before it belongs to it."""
    end = delimiter - (2 if raw[delimiter - 2 : delimiter] == b"\r\n" else 1)
    for part in parts:
        part.end = max(part.start, end)


def _check_tree(count: int, depth: int, limits: Limits) -> None:
    if count > limits.parts:
        detail = N_("le message a plus de %(limit)s parties")
        raise LimitExceeded("too_many_parts", detail, limit=limits.parts)
    if depth > limits.depth:
        detail = N_("les parties s'emboîtent sur plus de %(limit)s niveaux")
        raise LimitExceeded("too_deep", detail, limit=limits.depth)


def leaves(part: Part) -> Iterator[Part]:
    """The parts without children, in order. Depth is bounded by `Limits.depth`."""
    if not part.children:
        yield part
    for child in part.children:
        yield from leaves(child)
