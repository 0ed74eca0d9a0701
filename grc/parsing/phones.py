"""Telephone numbers as people write them."""

import re

import phonenumbers


def e164(typed: str) -> str | None:
    """A typed French or international number as +33612345678 (ITU-T E.164); None when it is
    no possible number."""
    try:
        number = phonenumbers.parse(re.sub(r"[^\d+]", "", typed), "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
