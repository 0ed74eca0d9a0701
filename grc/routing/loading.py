"""Load the routing rules of a file: a new version of the list when it says something else."""

from collections.abc import Iterable
from datetime import datetime

from grc.core.actor import Actor, importer
from grc.core.clock import paris_date
from grc.core.db import lock
from grc.organisation.loading import LoadReport
from grc.routing.rule import Rule
from grc.routing.versions import LOCK, Why, put_in_force


def load_rules(rules: Iterable[Rule], *, actor: Actor, now: datetime) -> LoadReport:
    """Make the rules in force from today on say what the file says, inside the caller's
    transaction. The same file again changes nothing; a rule that left the file ends today."""
    lock(LOCK)
    why = Why(actor, importer(actor.label).label[:80])
    return put_in_force(tuple(rules), paris_date(now), why, now=now)
