"""Texts kept as JSON, read back in the asked language."""

from collections.abc import Iterable, Mapping
from typing import Any

from grc.core.i18n import Text, translate


def said(kept: Mapping[str, Any], locale: str) -> str:
    """One kept text."""
    return translate(Text.from_json(kept), locale)


def all_said(kept: Iterable[Mapping[str, Any]], locale: str) -> tuple[str, ...]:
    """Several, in their order."""
    return tuple(said(text, locale) for text in kept)


def flat(data: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The data of an act with its texts in the asked language."""
    return {
        key: said(value, locale) if isinstance(value, dict) and "msgid" in value else value
        for key, value in data.items()
    }
