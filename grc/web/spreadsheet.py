"""A table as a file that a spreadsheet opens, and no cell of it is a formula: CSV in UTF-8, or a
workbook. Dates are dates there.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from flask import Response

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 32_000  # characters of a cell; a workbook refuses more than 32,767
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = str | int | float | date | None
Table = Iterable[Sequence[Value]]


def answer(name: str, titles: Sequence[str], rows: Table) -> Response:
    """The file, to be saved under this name; semicolons, as spreadsheets here expect."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(title) for title in titles])
    writer.writerows([cell(value) for value in row] for row in rows)
    return _file(name, "\ufeff" + text.getvalue(), "text/csv")


def workbook(name: str, titles: Sequence[str], rows: Table) -> Response:
    """The same as a workbook of one sheet, its titles fixed and a filter on each column."""
    content = io.BytesIO()
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(titles) - 1, 18)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            _write(sheet, last, row)
        sheet.autofilter(0, 0, last, len(titles) - 1)
    return _file(name, content.getvalue(), _WORKBOOK)


def _write(sheet: Any, number: int, row: Sequence[Value]) -> None:
    """Texts as texts, whatever they begin with: nothing is calculated."""
    for column, value in enumerate(row):
        if isinstance(value, date):
            sheet.write_datetime(number, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(number, column, value)
        elif value:
            sheet.write_string(number, column, value[:_LONGEST])


def _file(name: str, content: str | bytes, mimetype: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def cell(value: Value) -> str:
    """The text as it is, after an apostrophe where a spreadsheet would calculate it (OWASP, CSV
    injection); a date as one writes it here."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value.lstrip(" ").startswith(_STARTS) else value
