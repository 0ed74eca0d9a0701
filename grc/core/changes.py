"""What a field was and has become, in the words of a remark: `before → after. why`. Pure.

Free text lives in remarks alone, so that it can be erased; this is how a history reads it back.
"""

from typing import NamedTuple

_ARROW, _END = " → ", ".\n"


class Change(NamedTuple):
    """The two values, and the reason given; each may be empty."""

    before: str
    after: str
    why: str


def spelled(before: str, after: str, why: str = "") -> str:
    """One remark of the three; the values are kept on one line."""
    return f"{_line(before)}{_ARROW}{_line(after)}{_END}{why.strip()}"


def _line(value: str) -> str:
    return " ".join(value.replace("→", "➔").split())


def read(remark: str | None) -> Change:
    """What `spelled` wrote; a remark of another shape, or an erased one, is a reason."""
    line, _, why = (remark or "").partition("\n")
    before, arrow, after = line.partition(_ARROW)
    if not arrow:
        return Change("", "", (remark or "").strip())
    return Change(before.strip(), after.removesuffix(".").strip(), why.strip())
