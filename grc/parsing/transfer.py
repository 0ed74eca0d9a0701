"""Content-Transfer-Encoding: base64, quoted-printable, uuencode (RFC 2045 §6)."""

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def decode_transfer(data: bytes | memoryview, encoding: str) -> bytes:
    """The bytes behind a transfer encoding; unknown encodings are returned as they are."""
    match encoding.strip().lower():
        case "base64":
            return decode_base64(data)
        case "quoted-printable":
            return a2b_qp(data)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _decode_uu(bytes(data))
        case _:
            return bytes(data)


def decode_base64(data: bytes | memoryview) -> bytes:
    """Decode base64 as far as it goes: junk is skipped, a cut end gives what came before."""
    try:
        return a2b_base64(data)
    except Error:
        text = _NOT_BASE64.sub(b"", bytes(data).partition(b"=")[0])
        return a2b_base64(text[: len(text) // 4 * 4] + _tail(text))


def _tail(text: bytes) -> bytes:
    rest = text[len(text) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _decode_uu(data: bytes) -> bytes:
    decoded = bytearray()
    for line in data.splitlines():
        if line.startswith(b"begin ") or line in (b"end", b"`", b""):
            continue
        try:
            decoded += a2b_uu(line)
        except Error:
            continue  # a line cut or damaged: keep the rest
    return bytes(decoded)
