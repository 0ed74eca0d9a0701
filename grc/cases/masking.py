"""Numbers that are neither indexed nor shown in extracts. Pure."""

import re

_NIR = re.compile(
    r"\b[12]\s?\d{2}\s?(?:0\d|1[0-2]|[2-9]\d)\s?\d[\dAB]\s?\d{3}\s?\d{3}(?:\s?\d{2})?\b"
)


def mask_nir(words: str) -> str:
    """Hide social security numbers: they are neither indexed nor shown in excerpts."""
    return _NIR.sub("[NIR]", words)
