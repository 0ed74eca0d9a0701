"""A table as a file that a spreadsheet opens: CSV in UTF-8, and no cell of it is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def answer(name: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The file, to be saved under this name; semicolons, as spreadsheets here expect."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([cell(title) for title in titles])
    writer.writerows([cell(value) for value in row] for row in rows)
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def cell(value: str) -> str:
    """The text as it is, after an apostrophe where a spreadsheet would calculate it (OWASP, CSV
    injection)."""
    return f"'{value}" if value.lstrip(" ").startswith(_STARTS) else value
