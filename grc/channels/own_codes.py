"""The QR codes of our own papers, which may come back in a letter.

The receipt of an interview bears the address of its follow-up page, by the reference of a case
or of the item that was not one yet; a letter of ours bears its own bare reference. Whoever can
print may make one: it is a lead, checked by a person.
"""

import re

_OURS = re.compile(
    r"(?i:https?://[^\s/?#]{1,200}(?:/[^\s?#]{0,100})?/suivi\?demande=)?"
    r"([DEL]-20\d{2}-\d{7,9}-[0-9A-Z])"
)


def decode(text: str) -> str | None:
    """The reference that such a code holds, not verified; None for any other code."""
    found = _OURS.fullmatch(text)
    return found[1] if found else None
