"""A draft becomes the rules, after a dry run of exactly what it says."""

from datetime import date, datetime

from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import lock
from grc.core.errors import Conflict, InvalidInput
from grc.core.i18n import N_
from grc.routing import drafting, trying
from grc.routing.stored import digest, read_all
from grc.routing.versions import LOCK, Why, put_in_force
from grc.routing.workshop import check, demand, the_draft


def activate(tried: str, on: date | None, reason: str, *, actor: Actor, now: datetime) -> None:
    """Put the draft in force from a day on (None: today): `tried` is the digest of the rules
    that were looked at. Raises Conflict when the draft is another by now, InvalidInput for a
    day that has passed, no reason, no dry run of exactly these rules, or nothing that changes;
    InvalidFile for rules that a file could not say.
    """
    demand(actor)
    lock(LOCK)
    draft = the_draft()
    rules = read_all(draft.rules)
    if digest(rules) != tried:
        raise Conflict(N_("Le brouillon a changé depuis que vous l'avez lu : relisez-le."))
    if trying.done_by(actor, draft.id, tried) is None:
        raise InvalidInput(
            N_("Essayez d'abord ces règles sur les demandes passées, telles qu'elles sont écrites.")
        )
    today = paris_date(now)
    if on is not None and on < today:
        raise InvalidInput(
            N_("Ce jour est passé : des règles ne valent pas en arrière."), field="on"
        )
    remark_id = audit.remark(reason, now=now)
    if remark_id is None:
        raise InvalidInput(N_("Dites pourquoi les règles changent."), field="reason")
    check(rules)
    why = Why(actor, actor.label, remark_id)
    if not put_in_force(rules, on or today, why, now=now).has_changes:
        raise InvalidInput(N_("Ces règles sont déjà celles de ce jour : rien ne change."))
    drafting.end(draft, now)
