"""What surrounds the words of an agent in what leaves: greeting, signature, how to answer. Pure.

The agent's own greeting is kept: none is put before it. The signature names who wrote and her
service (CRPA L111-2); that of a confidential request names neither service nor telephone, for
a mailbox may be read by the person feared.
"""

import re
from dataclasses import dataclass

from grc.core.i18n import N_, translate

_GREETS = re.compile(
    r"\s*(bonjour|bonsoir|madame|monsieur|mesdames|messieurs|chère?s?\b|dear|hello|good )", re.I
)
_ENDS = re.compile(r"(cordialement|salutations|sincerely|regards),?\.?\s*$", re.I)
GREETING, GREETING_NAMED = N_("Bonjour,"), N_("Bonjour %(person)s,")
CLOSING = N_("Cordialement,")
REFERENCE = N_("Votre demande porte la référence %(reference)s.")
BY_MAIL = N_("Pour la compléter ou nous répondre, répondez à ce message.")
ON_PAGE = N_("Pour la compléter ou nous répondre, écrivez sous ce message.")
PHONE = N_("Téléphone : %(number)s")


@dataclass(frozen=True)
class Signed:
    """Who writes, to whom, about what; empty where nothing is to be said."""

    reference: str
    person: str = ""
    agent: str = ""
    unit: str = ""
    phone: str = ""
    address: str = ""


def greeting(text: str, who: Signed, locale: str) -> str:
    """What goes before a text; empty when it greets by itself."""
    if _GREETS.match(text):
        return ""
    if not who.person:
        return translate(GREETING, locale)
    return translate(GREETING_NAMED, locale) % {"person": who.person}


def closing(text: str, who: Signed, locale: str, *, on_page: bool) -> str:
    """What goes after a text: a last word, who signs, and how to answer."""
    polite = "" if _ENDS.search(text) else translate(CLOSING, locale)
    phone = translate(PHONE, locale) % {"number": who.phone} if who.phone else ""
    reference = translate(REFERENCE, locale) % {"reference": who.reference}
    answer = translate(ON_PAGE if on_page else BY_MAIL, locale)
    signature = _lines(who.agent, who.unit, who.address, phone)
    return "\n\n".join(filter(None, (polite, signature, f"{reference} {answer}")))


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def whole(before: str, text: str, after: str) -> str:
    """The message as it leaves."""
    return "\n\n".join(filter(None, (before, text, after)))
