"""People by their name, birth or number, as far as one agent may know of them.

Where a search goes on only when it has found nobody, "nobody" is hers: that somebody she may not
know of bears a name must change nothing in what she is shown.
"""

from collections.abc import Sequence
from datetime import datetime

from grc.cases.persons import known_to
from grc.citizens import lookup, merging
from grc.citizens.asked import Asked
from grc.core.actor import Actor


def people(actor: Actor, asked: Asked, now: datetime) -> tuple[Sequence[int], bool]:
    """The ids of those asked for whom this agent knows, with those merged with them; when she
    knows of nobody with these very words, of those whose name begins with them. True when there
    were too many to look at. Six statements at most."""
    exact = lookup.exactly(asked)
    known = _known(actor, exact, now)
    if known:
        return known, len(exact) > lookup.MOST
    near = lookup.beginning(asked)
    return _known(actor, near, now), max(len(exact), len(near)) > lookup.MOST


def _known(actor: Actor, ids: Sequence[int], now: datetime) -> Sequence[int]:
    """Those of these people whom this agent knows, with those merged with them."""
    known = known_to(actor, ids, now) if ids else set()
    return merging.standing_with(sorted(known)) if known else ()
