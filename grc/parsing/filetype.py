"""What a file is, told by its own bytes: an allow-list, never what the sender claims."""

import re

OCTETS = "application/octet-stream"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"x\x9f\x3e\x22", "application/ms-tnef"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"-----BEGIN PGP", "application/pgp"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_ISO_MEDIA = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif",
    b"M4A ": "audio/mp4", b"qt  ": "video/quicktime",
}  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP_MEMBERS = (
    (b"word/", _OFFICE + "wordprocessingml.document"),
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"ppt/", _OFFICE + "presentationml.presentation"),
)
_WITH_MACROS = {
    b"word/": "application/vnd.ms-word.document.macroenabled.12",
    b"xl/": "application/vnd.ms-excel.sheet.macroenabled.12",
    b"ppt/": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
}
_MACROS = re.compile(rb"vbaProject\.bin", re.I)  # the name of a member, which is never packed
_OLE_STREAMS = (
    ("__substg1.0_", "application/vnd.ms-outlook"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # RFC 5652 §5.1
_OPEN_DOCUMENT = re.compile(rb"mimetype(application/[a-z0-9.+-]{1,80})")
_CENTRAL_ENTRY = re.compile(rb"PK\x01\x02.{42}([A-Za-z]{1,8}/)", re.DOTALL)
_MARKUP = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,500}?-->\s*)*<(!doctype )?(html|svg)\b",
                     re.I | re.DOTALL)  # fmt: skip
_MAIL = re.compile(rb"(?:Return-Path|Received|Delivered-To|Message-ID|From|Date|Subject): ", re.I)
_WINDOW = 65_536


def sniff(data: bytes) -> str:
    """The content type of `data`; `application/octet-stream` when it is none we know."""
    head = data[:_WINDOW]
    for signature, content_type in _SIGNATURES:
        if head.startswith(signature):
            return content_type
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_type(data)
    if head[:1] == b"0" and _SIGNED_DATA in head[:32]:
        return "application/pkcs7-signature"
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], OCTETS)
    if head[4:8] == b"ftyp":
        return _ISO_MEDIA.get(head[8:12], "video/mp4")
    return _text_type(head)


def _zip_type(data: bytes) -> str:
    """Look inside without unpacking: member names of the central directory, at the end."""
    if declared := _OPEN_DOCUMENT.match(data, 30):
        return declared[1].decode("ascii").removesuffix("PK")
    folders = set(_CENTRAL_ENTRY.findall(data[-_WINDOW:]))
    for folder, content_type in _ZIP_MEMBERS:
        if folder in folders:
            return _WITH_MACROS[folder] if _MACROS.search(data) else content_type
    return "application/zip"


def _ole_type(data: bytes) -> str:
    for stream, content_type in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return content_type
    return "application/x-ole-storage"


def _text_type(head: bytes) -> str:
    if markup := _MARKUP.match(head):
        return "image/svg+xml" if markup[2].lower() == b"svg" else "text/html"
    if head.lstrip().startswith(b"<?xml"):
        return "application/xml"
    if _MAIL.match(head):
        return "message/rfc822"
    if b"\x00" in head or head.startswith(b"\xff\xfe"):
        return OCTETS
    controls = sum(head.count(bytes([code])) for code in (*range(1, 8), *range(14, 27)))
    return "text/plain" if controls * 100 <= len(head) else OCTETS
