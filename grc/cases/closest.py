"""Which part of a case a person's act is about, when several units are concerned. Pure."""

from grc.core.actor import Actor

Rank = tuple[bool, bool, bool]


def rank(actor: Actor, *, assignee_id: int | None, unit_id: int, is_open: bool) -> Rank:
    """The smallest is meant: what is entrusted to this person, else a part of one of their
    units, else any; an open one first."""
    mine = actor.user_id is not None and assignee_id == actor.user_id
    return (not mine, unit_id not in actor.roles, not is_open)
