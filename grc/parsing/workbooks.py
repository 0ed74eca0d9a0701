"""Rows of a workbook (XLSX, XLS, ODS). What it declares is checked before it is opened."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from grc.parsing.words import N_

_ZIP, _CFB = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FILE_BYTES = 64 << 20
UNPACKED_BYTES = 400 << 20
MEMBERS = 2_000
RATIO = 300  # unpacked to packed, of a whole archive: text hardly passes 30


class BadWorkbook(Exception):
    """A workbook that is refused. `code` is stable, `detail` says it in French, where the
    named `params` remain to be filled in."""

    def __init__(self, code: str, detail: str, **params: int | str) -> None:
        super().__init__(f"{code}: {detail % params if params else detail}")
        self.code, self.detail, self.params = code, detail, params


def is_workbook(head: bytes) -> bool:
    """True for an archive, or for the older format of Excel."""
    return head.startswith((_ZIP, _CFB))


def rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a sheet (the first visible one when `sheet` is empty). Raises BadWorkbook.

    A formula gives the value it had when the file was saved; a date is written as in ISO.
    """
    _check(path)
    table = _open(path, sheet)
    pad = [""] * (table.start or (0, 0))[1]  # empty first columns are left out, rows are not
    for number, cells in enumerate(table.iter_rows(), 1):
        yield number, pad + [_text(cell) for cell in cells]


def _check(path: Path) -> None:
    """Refuse, by its own table of contents, an archive that would fill the memory."""
    size = path.stat().st_size
    if size > FILE_BYTES:
        detail = N_("le classeur pèse %(size)s octets, la limite est de %(limit)s : donnez un CSV")
        raise BadWorkbook("too_large", detail, size=size, limit=FILE_BYTES)
    with path.open("rb") as stream:
        if not stream.read(4).startswith(_ZIP):
            return
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise BadWorkbook("bad_workbook", N_("le classeur est abîmé")) from None
    unpacked = sum(member.file_size for member in members)
    if len(members) > MEMBERS or unpacked > min(UNPACKED_BYTES, RATIO * max(size, 1 << 20)):
        detail = N_("le classeur annonce %(size)s octets une fois ouvert : il est refusé")
        raise BadWorkbook("zip_bomb", detail, size=unpacked)


def _open(path: Path, sheet: str) -> Any:
    import python_calamine as calamine  # only when a workbook is read

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        if sheet and sheet not in book.sheet_names:
            detail = N_("la feuille « %(sheet)s » n'existe pas ; feuilles : %(known)s")
            raise BadWorkbook(
                "unknown_sheet", detail, sheet=sheet, known=", ".join(book.sheet_names)[:200]
            )
        return book.get_sheet_by_name(sheet or _first(book, calamine.SheetVisibleEnum.Visible))
    except calamine.PasswordError:
        detail = N_("le classeur est protégé par un mot de passe")
        raise BadWorkbook("encrypted", detail) from None
    except calamine.CalamineError:
        raise BadWorkbook("bad_workbook", N_("le classeur est abîmé")) from None


def _first(book: Any, visible: Any) -> str:
    shown = (found.name for found in book.sheets_metadata if found.visible == visible)
    name = next(shown, None)
    if name is None:
        raise BadWorkbook("bad_workbook", N_("le classeur n'a aucune feuille visible"))
    return str(name)


def _text(cell: Any) -> str:
    """A cell as a person would type it."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
