"""Addresses inside this application only: where one may be sent after signing in. Pure."""

from urllib.parse import urlsplit

HOME = "/"


def safe_next(wanted: str | None) -> str:
    """The address when it is a path of ours, the home page otherwise.

    `//evil`, `\\evil`, `javascript:…` and control characters all lead home.
    """
    text = wanted or ""
    odd = "\\" in text or any(ord(character) < 33 or ord(character) == 127 for character in text)
    if odd or not text.startswith("/") or text.startswith("//"):
        return HOME
    try:
        parts = urlsplit(text)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else text
