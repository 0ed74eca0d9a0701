"""Words for people: the msgid is the French text; English comes from `translations/`.

Pure modules mark text with `N_` or carry a `Text`; edges translate when they show it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

LOCALES = ("fr", "en")
_FOLDER = Path(__file__).resolve().parents[2] / "translations"


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a French text for translation; return it unchanged."""
    return msgid


@dataclass(frozen=True)
class Text:
    """A French sentence with named parameters, translated only when shown."""

    msgid: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return translate(self, "fr")

    def as_json(self) -> dict[str, Any]:
        """The shape kept in the database: {"msgid": str, "params": {...}}."""
        params = {k: v.as_json() if isinstance(v, Text) else v for k, v in self.params.items()}
        return {"msgid": self.msgid, "params": params}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Text":
        """Read back what `as_json` wrote."""
        params = data.get("params", {})
        return cls(data["msgid"], {k: _revive(v) for k, v in params.items()})


def listed(texts: Sequence[Text]) -> Text | None:
    """Several as one, separated by commas; None of none."""
    if len(texts) < 2:
        return texts[0] if texts else None
    return Text(N_("%(first)s, %(rest)s"), {"first": texts[0], "rest": listed(texts[1:])})


def _revive(value: Any) -> Any:
    return Text.from_json(value) if isinstance(value, dict) and "msgid" in value else value


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(_FOLDER, [locale])


def gettext(msgid: str, locale: str) -> str:
    """The text in this locale; French is its own key, and nothing stays nothing."""
    # To gettext, "" is the key of the catalogue's header.
    if locale == "fr" or not msgid:
        return msgid
    return str(_catalogue(locale).gettext(msgid))


def ngettext(one: str, many: str, num: int, locale: str) -> str:
    """The text for a number of things; in French zero is singular."""
    if locale == "fr":
        return one if num < 2 else many
    return str(_catalogue(locale).ngettext(one, many, num))


def translate(text: Text | str, locale: str) -> str:
    """One sentence in this locale, its parameters (themselves translated) filled in."""
    if isinstance(text, str):
        return gettext(text, locale)
    params = {k: translate(v, locale) if isinstance(v, Text) else v for k, v in text.params.items()}
    sentence = gettext(text.msgid, locale)
    return sentence % params if params else sentence
