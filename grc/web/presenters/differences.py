"""What differs between two texts, line by line. Pure."""

from collections.abc import Iterator
from difflib import SequenceMatcher

AROUND = 2  # lines that are the same, kept beside those that are not
SAME, GONE, NEW, SKIPPED = "same", "gone", "new", "skipped"
Line = tuple[str, str]


def lines(old: str, new: str) -> list[Line]:
    """(kind, line) from an old text to a new one; none when they are the same. Long passages that
    are the same are one line of kind `skipped`."""
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[Line] = []
    blocks = matcher.get_opcodes()
    for number, (tag, i1, i2, j1, j2) in enumerate(blocks):
        if tag == "equal":
            found += _same(before[i1:i2], number == 0, number == len(blocks) - 1)
            continue
        found += ((GONE, line) for line in before[i1:i2])
        found += ((NEW, line) for line in after[j1:j2])
    return found


def _same(block: list[str], is_first: bool, is_last: bool) -> Iterator[Line]:
    head = 0 if is_first else AROUND
    tail = 0 if is_last else AROUND
    if len(block) <= head + tail + 1:
        yield from ((SAME, line) for line in block)
        return
    yield from ((SAME, line) for line in block[:head])
    yield (SKIPPED, "")
    yield from ((SAME, line) for line in block[len(block) - tail :])
