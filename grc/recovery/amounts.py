"""Monthly amounts as people type and read them; kept in cents. Pure."""

import re

MOST = 999_999_999  # cents: what a column of 32 bits holds, and more than anybody gets a month
_TYPED = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,7})(?:[.,]([0-9]{1,2}))? ?€?")


def cents(typed: str) -> int | None:
    """The cents of "1 234,50", "1234.5 €" or "635"; None for anything else."""
    found = _TYPED.fullmatch(" ".join(typed.split()))
    if found is None:
        return None
    return int(found[1].replace(" ", "")) * 100 + int((found[2] or "0").ljust(2, "0"))


def euros(amount: int) -> str:
    """An amount of cents as it is written: "1 234,50 €"."""
    whole, rest = divmod(amount, 100)
    return f"{whole:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") + f",{rest:02}\N{NO-BREAK SPACE}€"
