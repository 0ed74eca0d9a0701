"""The numbers of registered mail. Pure."""

import re

_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_NATIONAL = re.compile(r"\d[A-Z]\d{11,13}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def number(typed: str) -> str | None:
    """The number as it is kept, without blanks; None when it cannot be one.

    International: 13 characters whose eleventh checks the eight figures before it (UPU
    standard S10, annex on check digits: weights 8 6 4 2 3 5 9 7, modulo 11, with 10 written 0
    and 11 written 5). National labels of La Poste ("1A…", "2C…") have 13 to 15 characters;
    the rule of their key is not published, so that their shape alone is looked at.
    """
    written = re.sub(r"[\s.-]", "", typed).upper()
    if found := _S10.fullmatch(written):
        return written if int(found[2]) == check_digit(found[1]) else None
    return written if _NATIONAL.fullmatch(written) else None


def check_digit(figures: str) -> int:
    """The check digit of eight figures (UPU S10)."""
    total = sum(weight * int(one) for weight, one in zip(_WEIGHTS, figures, strict=True))
    return {10: 0, 11: 5}.get(rest := 11 - total % 11, rest)
