"""Texts kept as JSON, read back in the asked language."""

from collections.abc import Iterable, Mapping
from typing import Any

from grc.core.i18n import N_, Text, translate

_MACHINES: Mapping[str, str] = {
    "system": N_("Programme"),
    "import:receive": N_("Réception du courrier"),
    "import:fetch": N_("Relève des boîtes aux lettres"),
    "citizen": N_("L’usager, en ligne"),
}
_KINDS: Mapping[str, str] = {
    "import": N_("Import « %(name)s »"),
    "token": N_("Programme « %(name)s » (API)"),
    "cli": N_("Ligne de commande (%(name)s)"),
}


def machine(label: str, locale: str) -> str:
    """What people call an actor that is no agent: `import:files` is « Import « files » »."""
    if label in _MACHINES:
        return translate(_MACHINES[label], locale)
    kind, _, name = label.partition(":")
    return translate(Text(_KINDS[kind], {"name": name}), locale) if kind in _KINDS else label


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
