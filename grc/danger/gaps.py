"""The holes of a roster: when nobody is on duty. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """`since <= instant < until`."""

    since: datetime
    until: datetime


def gaps(covered: Iterable[Span], whole: Span) -> list[Span]:
    """The parts of `whole` that no span covers, in order."""
    found, reached = [], whole.since
    for since, until in sorted(span for span in covered if span.since < span.until):
        if since > reached:
            found.append(Span(reached, min(since, whole.until)))
        reached = max(reached, until)
        if reached >= whole.until:
            break
    if reached < whole.until:
        found.append(Span(reached, whole.until))
    return [span for span in found if span.since < span.until]
