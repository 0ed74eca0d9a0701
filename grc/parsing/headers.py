"""Header fields: found in raw bytes, unfolded, decoded. Nothing here raises on bad input
but `LimitExceeded`."""

import re
from binascii import a2b_qp
from collections.abc import Iterator, Sequence

from grc.parsing.charset import decode, wash_line
from grc.parsing.limits import LimitExceeded, Limits
from grc.parsing.transfer import decode_base64
from grc.parsing.words import N_

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_FOLD = re.compile(rb"\r?\n[ \t]*")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=(?:\s+(?==\?))?")


class Headers:
    """The header fields of one part, in order. Names are compared in lower case."""

    def __init__(self, fields: Sequence[tuple[str, bytes]]) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return any(field == name for field, _ in self._fields)

    def __iter__(self) -> Iterator[str]:
        return (field for field, _ in self._fields)

    def every(self, *names: str) -> list[str]:
        """Every value of these fields, name by name, unfolded; encoded words are left."""
        return [
            decode(value)[0] for name in names for field, value in self._fields if field == name
        ]

    def first(self, name: str) -> str:
        """The first value of a field, unfolded, or an empty text."""
        for field, value in self._fields:
            if field == name:
                return decode(value)[0]
        return ""

    def text(self, name: str) -> str:
        """The first value decoded for a reader: one line, washed."""
        return wash_line(decode_words(self.first(name)))


def read_headers(raw: bytes, start: int, limits: Limits) -> tuple[Headers, int]:
    """The header fields that begin at `start`, and where the body begins.

    The block ends at an empty line, or before the first line that is no header: a broken
    header is then read as text rather than lost. A leading mbox `From ` line is skipped.
    """
    fields: list[tuple[str, bytes]] = []
    position = _skip_envelope(raw, start)
    lines = 0
    while position < len(raw):
        end = _line_end(raw, position)
        if not raw[position:end].strip(b"\r\n"):
            return Headers(fields), end
        match = _FIELD.match(raw, position, end)
        if match is None:
            break
        while raw[end : end + 1] in (b" ", b"\t") and raw[end : end + 2].strip():
            lines += 1
            _check_block(end - start, lines, limits)
            end = _line_end(raw, end)
        lines += 1
        _check_block(end - start, lines, limits)
        value = _unfold(raw[match.end() : end], limits)
        fields.append((match[1].decode("ascii").lower(), value))
        position = end
    return Headers(fields), position


def _skip_envelope(raw: bytes, start: int) -> int:
    if raw.startswith((b"From ", b">From "), start):
        return _line_end(raw, start)
    return start


def _line_end(raw: bytes, position: int) -> int:
    return raw.find(b"\n", position) + 1 or len(raw)


def _check_block(size: int, lines: int, limits: Limits) -> None:
    if size > limits.header_block_bytes:
        raise LimitExceeded(
            "header_too_large",
            N_("l'en-tête dépasse %(limit)s octets"),
            limit=limits.header_block_bytes,
        )
    if lines > limits.header_lines:
        detail = N_("l'en-tête dépasse %(limit)s lignes")
        raise LimitExceeded("too_many_headers", detail, limit=limits.header_lines)


def _unfold(value: bytes, limits: Limits) -> bytes:
    value = _FOLD.sub(b" ", value).strip()
    if len(value) > limits.header_bytes:
        raise LimitExceeded(
            "header_too_large",
            N_("une ligne d'en-tête dépasse %(limit)s octets"),
            limit=limits.header_bytes,
        )
    return value


def decode_words(value: str) -> str:
    """Decode the encoded words of a header (RFC 2047).

    Neighbours in the same charset are joined before decoding, because senders cut a
    character in two.
    """
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending: list[tuple[str, bytes]] = []
    position = 0
    for match in _ENCODED_WORD.finditer(value):
        if match.start() > position:
            pieces += [_join(pending), value[position : match.start()]]
            pending = []
        charset = match[1].partition("*")[0].lower()
        pending.append((charset, _word_bytes(match[2], match[3])))
        position = match.end()
    return "".join([*pieces, _join(pending), value[position:]])


def _join(words: list[tuple[str, bytes]]) -> str:
    text = ""
    while words:
        charset = words[0][0]
        run = 0
        while run < len(words) and words[run][0] == charset:
            run += 1
        text += decode(b"".join(data for _, data in words[:run]), charset)[0]
        words = words[run:]
    return text


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return a2b_qp(data, header=True) if encoding in "qQ" else decode_base64(data)
