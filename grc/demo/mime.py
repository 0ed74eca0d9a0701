"""Assemble mail as bytes, quickly and in the many ways real programs do. Pure.

The standard library's `email` would be ten times slower and would only write correct mail.
"""

from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from random import Random

Headers = list[tuple[str, str]]

# The smallest images and documents that programs open.
_JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010101004800480000ffdb004300" + "03" * 64 + "ffc0000b080001000101011100"
    "ffc40014000100000000000000000000000000000009ffc40014100100000000000000000000000000000000"
    "ffda0008010100003f0054dfffd9"
)
_NAMES = (
    ("justificatif de domicile.pdf", "application/pdf"),
    ("avis d'imposition.pdf", "application/pdf"),
    ("pièce d'identité.pdf", "application/pdf"),
    ("attestation CAF.pdf", "application/pdf"),
    ("Courrier reçu.pdf", "application/pdf"),
    ("IMG_{number}.jpg", "image/jpeg"),
    ("photo {number}.jpeg", "image/jpeg"),
    ("scan_{number}.jpg", "image/jpeg"),
)


@dataclass(frozen=True)
class File:
    """An attachment."""

    name: str
    content_type: str
    data: bytes


def invent_file(rng: Random) -> File:
    """A small PDF or JPEG; no two alike."""
    name, content_type = rng.choice(_NAMES)
    number = rng.randrange(1000, 9999)
    data = _pdf(number) if content_type.endswith("pdf") else _JPEG + b"%d" % rng.getrandbits(32)
    return File(name.format(number=number), content_type, data)


def _pdf(number: int) -> bytes:
    text = b"BT /F1 12 Tf 72 720 Td (Document %d) Tj ET" % number
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%%%EOF\n" % (len(text), text)
    )


def word(text: str) -> str:
    """A header value as RFC 2047 wants it when it is not ASCII."""
    if text.isascii():
        return text
    return f"=?utf-8?B?{b64encode(text.encode()).decode()}?="


def mailbox(name: str, address: str) -> str:
    """`Name <address>`, the name encoded or quoted when it must be."""
    shown = f'"{name}"' if name.isascii() and not name.replace(" ", "").isalpha() else word(name)
    return f"{shown} <{address}>"


def assemble(headers: Headers, text: str, files: Sequence[File], rng: Random) -> bytes:
    """The bytes of one message, in an encoding and a structure drawn at random."""
    body = _body(text, rng)
    if files:
        body = _mixed([body, *map(_attachment, files)], rng)
    head = "".join(f"{name}: {value}\n" for name, value in headers)
    return f"{head}MIME-Version: 1.0\n".encode() + body


def _body(text: str, rng: Random) -> bytes:
    """Headers of the body, a blank line, the body."""
    drawn = rng.random()
    if drawn < 0.55:
        return _text("plain", text, rng)
    if drawn < 0.67:
        return _text("html", _html(text), rng)
    if drawn < 0.75:
        return _bytes("plain", text, "iso-8859-1", "8bit")
    plain, rich = _text("plain", text, rng), _text("html", _html(text), rng)
    return _parts("alternative", [plain, rich], rng)


def _text(kind: str, text: str, rng: Random) -> bytes:
    drawn = rng.random()
    if drawn < 0.40:
        return _bytes(kind, text, "utf-8", "8bit")
    if drawn < 0.75:
        return _bytes(kind, text, "utf-8", "quoted-printable")
    if drawn < 0.90:
        return _bytes(kind, text, "utf-8", "base64")
    return _bytes(kind, text, "windows-1252", "quoted-printable")


def _bytes(kind: str, text: str, charset: str, encoding: str) -> bytes:
    data = text.encode(charset, "replace")
    if encoding == "base64":
        data = encodebytes(data)
    elif encoding == "quoted-printable":
        data = b2a_qp(data)
    head = f"Content-Type: text/{kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}"
    return head.encode() + b"\n\n" + data + b"\n"


def _html(text: str) -> str:
    paragraphs = escape(text, quote=False).replace("\n\n", "</p><p>").replace("\n", "<br>\n")
    return f"<html><head><style>p{{margin:0}}</style></head><body><p>{paragraphs}</p></body></html>"


def _mixed(parts: list[bytes], rng: Random) -> bytes:
    return _parts("mixed", parts, rng)


def _parts(kind: str, parts: list[bytes], rng: Random) -> bytes:
    boundary = f"----=_Part_{rng.getrandbits(48):012x}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'
    mark = f"--{boundary}\n".encode()
    return head.encode() + b"".join(mark + part for part in parts) + mark[:-1] + b"--\n"


def _attachment(file: File) -> bytes:
    name = word(file.name)
    head = (
        f'Content-Type: {file.content_type}; name="{name}"\n'
        f'Content-Disposition: attachment; filename="{name}"\n'
        "Content-Transfer-Encoding: base64\n\n"
    )
    return head.encode() + encodebytes(file.data) + b"\n"
