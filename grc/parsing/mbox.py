"""Messages of an mbox file, by their place in it: nothing is copied or unescaped.

A message begins after a line that starts with `From ` and carries a date, itself at the
start of the file or after an empty line (RFC 4155). Memory stays constant.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_SEPARATOR = re.compile(
    rb"From [^\r\n]{0,400}?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [^\r\n]{0,20}?\d{1,2}:\d\d"
    rb"[^\r\n]{0,40}\d{4}|From [^\r\n]{0,400}?\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
)
_LONGEST_LINE = 65_536


class Place(NamedTuple):
    """One message: from the byte after its separator line, without the empty line that
    ends it."""

    offset: int
    size: int


def is_mbox(head: bytes) -> bool:
    """True when a file that begins with `head` is an mbox."""
    return _SEPARATOR.match(head) is not None


def scan(stream: BinaryIO) -> Iterator[Place]:
    """The messages of an mbox, in order; none when the stream is empty."""
    start: int | None = None
    position = blank = 0  # `blank`: length of the empty line just before `position`
    fresh, at_line_start = True, True
    while line := stream.readline(_LONGEST_LINE):
        if at_line_start and (fresh or blank) and _SEPARATOR.match(line):
            if start is not None:
                yield Place(start, position - blank - start)
            start = position + len(line)
        position += len(line)
        blank = len(line) if at_line_start and line in (b"\n", b"\r\n") else 0
        fresh, at_line_start = False, line.endswith(b"\n")
    if start is not None:
        yield Place(start, max(0, position - blank - start))
