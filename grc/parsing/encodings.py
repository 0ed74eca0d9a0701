"""In which encoding a table was written, when nobody says: French text tells.

The whole file is looked at, once: an export may hold its first accent on line 90,000.
"""

import codecs
from typing import BinaryIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ASCII = bytes(range(128))
_ONE_BYTE = ("cp1252", "mac_roman", "cp850")  # the first wins a tie
_FRENCH = frozenset("éèêëàâäçîïôöùûüœÉÈÊÀÂÇÎÔÙÛŒ°€’«»–…²\u00a0")
_CHUNK = 1 << 20
_ENOUGH = 1 << 16  # bytes that are not ASCII
_MIXED = "grc_mixed"  # error handler, see `_as_cp1252`


def guess(stream: BinaryIO) -> str:
    """Python's name of the encoding of a file read from its start; the stream is moved."""
    head = stream.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    stream.seek(0)
    if wide := _without_mark(stream.read(_CHUNK)):
        return wide
    stream.seek(0)
    return _narrow(stream)


def errors_of(encoding: str) -> str:
    """How to read what is not valid there: files are glued together from several exports."""
    return _MIXED if encoding.startswith("utf-8") else "replace"


def _without_mark(head: bytes) -> str:
    """UTF-16 shows by its NULs, every second byte of a mostly Latin text."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd * 4 > len(head) and odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even * 4 > len(head) and even > 4 * odd else ""


def _narrow(stream: BinaryIO) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    wrong = accents = 0
    sample = bytearray()
    while chunk := stream.read(_CHUNK):
        beyond = chunk.translate(None, _ASCII)
        if beyond or decoder.getstate()[0]:
            text = decoder.decode(chunk)
            wrong += text.count("\ufffd")
            accents += len(text) - len(text.encode("ascii", "ignore"))
        sample += beyond[: _ENOUGH - len(sample)]
    # Mostly valid: UTF-8 with a few damaged places; hardly any Latin text looks like it.
    if 2 * wrong <= accents and not (wrong and accents == wrong):
        return "utf-8"
    return max(_ONE_BYTE, key=lambda name: _french(bytes(sample), name))


def _french(sample: bytes, encoding: str) -> int:
    return sum(character in _FRENCH for character in sample.decode(encoding, "replace"))


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """What is not UTF-8 in a mostly UTF-8 file came from a Latin one."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error(_MIXED, _as_cp1252)
