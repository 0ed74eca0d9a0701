"""`Content-Type` and `Content-Disposition`: a value and its parameters (RFC 2045, 2231)."""

import re
from urllib.parse import unquote_to_bytes

from grc.parsing.charset import decode
from grc.parsing.headers import decode_words

# An unclosed quote runs to the end, so that the scan stays linear.
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*+"?|[^;]*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SECTION = re.compile(r"([^*]+)\*(\d{1,3})(\*)?\Z")


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value in lower case, and its parameters by lower-case name, decoded."""
    main, _, _ = value.partition(";")
    plain: dict[str, str] = {}
    sections: dict[str, list[tuple[int, str, bool]]] = {}
    for match in _PARAMETER.finditer(value, len(main)):
        name, text = match[1].lower(), _unquote(match[2].strip())
        if section := _SECTION.match(name):
            entry = (int(section[2]), text, bool(section[3]))
            sections.setdefault(section[1], []).append(entry)
        elif name.endswith("*"):
            sections[name[:-1]] = [(0, text, True)]
        else:
            plain.setdefault(name, decode_words(text))
    plain.update({name: _assemble(parts) for name, parts in sections.items()})
    return main.strip().lower(), plain


def _unquote(text: str) -> str:
    if not text.startswith('"'):
        return text
    return _ESCAPED.sub(r"\1", text[1:].removesuffix('"'))


def _assemble(parts: list[tuple[int, str, bool]]) -> str:
    """Join the continuations `name*0*`, `name*1`, … in order and decode them together."""
    parts.sort(key=lambda part: part[0])
    charset = None
    if parts[0][2] and parts[0][1].count("'") >= 2:
        charset, _, first = parts[0][1].split("'", 2)
        parts[0] = (parts[0][0], first, True)
    data = b"".join(
        unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
        for _, text, encoded in parts
    )
    return decode(data, charset)[0]
