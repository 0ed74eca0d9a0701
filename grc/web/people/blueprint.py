"""The blueprint of people, apart so that its modules can share it."""

from flask import Blueprint, url_for

bp = Blueprint("people", __name__, url_prefix="/usagers")


def person_url(reference: str, act: str = "") -> str:
    """The address of a person, or of one of her acts."""
    return url_for("people.show", reference=reference) + (f"/{act}" if act else "")
