"""File names from outside: data to show, never paths."""

import re

from grc.parsing.charset import wash_name

_LONGEST = 120
_UNSAFE = re.compile(r'[<>:"|?*]')
_EXTENSIONS = {
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif",
    "image/tiff": "tif", "image/webp": "webp", "image/heic": "heic", "text/html": "html",
    "text/plain": "txt", "text/calendar": "ics", "text/vcard": "vcf", "message/rfc822": "eml",
    "application/zip": "zip", "application/rtf": "rtf", "application/msword": "doc",
    "application/ms-tnef": "dat", "application/pgp": "asc",
    "application/pkcs7-signature": "p7s", "application/xml": "xml",
}  # fmt: skip


def clean_filename(name: str) -> str:
    """The last component of a name, without control or reordering marks, at most 120
    characters with its extension kept; empty when nothing usable is left."""
    name = re.split(r"[/\\]", wash_name(name))[-1]
    name = _UNSAFE.sub("_", name).strip(" .")
    if len(name) <= _LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > 10:
        return name[:_LONGEST].strip(" .")
    return stem[: _LONGEST - len(extension) - 1].strip(" .") + dot + extension


def default_filename(content_type: str, number: int) -> str:
    """A name for the `number`-th file of a message that gives none."""
    return f"piece-jointe-{number}.{_EXTENSIONS.get(content_type, 'bin')}"
