"""Leads any adapter can offer intake from the words of a request."""

from collections.abc import Iterator

from grc.channels.protocol import Hint
from grc.parsing import leads


def noted(*leads: tuple[str, str, str]) -> Iterator[Hint]:
    """The answers of a form as leads: kind, value, the French sentence; empty ones are none."""
    return (Hint(kind, value, why) for kind, value, why in leads if value)


def text_hints(text: str, where: str = "dans le message") -> Iterator[Hint]:
    """References, phone numbers and postcodes in a text the person wrote; `where` ends the
    French sentence that tells an agent where it was read."""
    for value in leads.references(text):
        yield Hint("reference", value, f"La référence {value} est citée {where}.")
    for value in leads.phones(text):
        yield Hint("phone", value, f"Le numéro {value} est écrit {where}.")
    for value in leads.postcodes(text):
        yield Hint("postcode", value, f"Le code postal {value} est écrit {where}.")
