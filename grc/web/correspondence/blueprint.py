"""The blueprint of our letters, and what its modules share."""

from typing import Any

from flask import Blueprint, url_for

from grc.correspondence.models import OurLetter
from grc.staff.policy import Permission

bp = Blueprint("correspondence", __name__)
READ, WRITE = Permission.CASE_READ, Permission.CASE_WRITE
CURRENT = "correspondence.book"


def expected(form: Any) -> int | None:
    """The version the page was made from."""
    given = form.version.data or ""
    return int(given) if given.isdecimal() and len(given) < 10 else None


def url_of(letter: OurLetter) -> str:
    """The page of a letter."""
    return url_for("correspondence.show", reference=letter.reference)
