"""Bytes to text when the declared charset is absent, unknown or wrong, and text a
database accepts."""

import codecs
import re
from unicodedata import normalize

# Codecs of real mail. The others Python knows are refused: some are not text at all,
# some (punycode, idna) cost the square of the length.
_MAIL_CODECS = (
    "utf", "ascii", "iso8859", "iso2022", "cp", "koi8", "mac", "big5", "gb", "hz", "euc",
    "shift", "johab", "tis", "kz1048", "ptcp",
)  # fmt: skip
_LATIN = ("iso8859-1", "iso8859-15", "cp1252", "ascii")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NEWLINE = re.compile("\r\n?|\u2028|\u2029")
_BLANK = re.compile(r"\s+")
# Marks that change the reading order or hide themselves: fine in a text, a lie in a name.
_INVISIBLE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def codec_name(charset: str | None) -> str | None:
    """Python's name of a declared charset, None when it is unknown or not used by mail."""
    try:
        name = codecs.lookup((charset or "").strip(" \"'")).name
    except (LookupError, ValueError):
        return None
    return name if name.startswith(_MAIL_CODECS) else None


def decode(data: bytes, charset: str | None = None) -> tuple[str, bool]:
    """The text of `data`, and True when the declared charset could not be believed.

    The declared charset is tried strictly, then UTF-8, then cp1252. Two liberties: text
    declared in a Latin charset that is valid UTF-8 is UTF-8 (the reverse hardly exists),
    and ISO-8859-1 means cp1252, as in every browser.
    """
    name = codec_name(charset)
    if name is not None and name not in _LATIN:
        if name == "utf-16" and data[:1] == b"\x00":
            name = "utf-16-be"  # no byte order mark: Python would read it as little endian
        if (text := _strictly(data, name)) is not None:
            return text, False
    doubtful = bool(charset) and name not in _LATIN
    if (text := _strictly(data, "utf-8")) is not None:
        return text, doubtful
    damaged = _damaged_utf8(data)
    if damaged is not None:
        return damaged, True
    text = _strictly(data, "iso8859-15" if name == "iso8859-15" else "cp1252")
    return (data.decode("cp1252", "replace"), True) if text is None else (text, doubtful)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except ValueError:
        return None


def _damaged_utf8(data: bytes) -> str | None:
    """UTF-8 with a few wrong bytes, as when a mail was cut inside a character. Hardly any
    Latin text has more well-formed characters than wrong ones."""
    text = data.decode("utf-8", "replace")
    accents = len(text) - len(text.encode("ascii", "ignore"))
    return text if 2 * text.count("\ufffd") < accents else None


def printable(text: str) -> str:
    """Text without NUL, other control characters or lone surrogates, and else as it is."""
    return _FORBIDDEN.sub("", text)


def wash(text: str) -> str:
    """Text without NUL, other control characters or lone surrogates, with LF line ends and
    composed accents (NFC).

    PostgreSQL refuses NUL and surrogates, SQLite cuts at NUL; both occur in real mail.
    """
    if "\r" in text or "\u2028" in text or "\u2029" in text:
        text = _NEWLINE.sub("\n", text)
    return normalize("NFC", printable(text))


def wash_line(text: str) -> str:
    """`wash`, on one line: no line end survives, so the text is safe in a header."""
    return _BLANK.sub(" ", wash(text)).strip()


def wash_name(text: str) -> str:
    """`wash_line` without the invisible marks that disguise a name or a file name."""
    return _INVISIBLE.sub("", wash_line(text)).strip()
