"""Every refusal a person may read: what happened, what was kept, what to do."""

from typing import Any

from grc.core.i18n import Text, translate


class GrcError(Exception):
    """A refusal with a French sentence (the msgid) and its parameters."""

    def __init__(self, msgid: str, **params: Any) -> None:
        self.text = Text(msgid, params)
        super().__init__(str(self.text))

    def say(self, locale: str) -> str:
        """The sentence in this locale."""
        return translate(self.text, locale)


class NotFound(GrcError):
    """The thing does not exist, or must look as if it did not."""


class Forbidden(GrcError):
    """The thing may be seen by this person, but not changed."""


class Conflict(GrcError):
    """Somebody changed the thing meanwhile; nothing was overwritten."""


class InvalidInput(GrcError):
    """What was typed or given cannot be accepted; `field` names where."""

    def __init__(self, msgid: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(msgid, **params)
        self.field = field


class Unavailable(GrcError):
    """A failure of ours that will pass: database down, disk full. Try again."""


class SettingsError(Exception):
    """A setting that cannot be used; the message is bilingual and says what to write."""
