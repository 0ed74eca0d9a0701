"""A draft of the routing rules that somebody has begun, by the real acts."""

from datetime import datetime

from sqlalchemy import exists, select

from grc.cli.demo_writing import SUPERVISOR, actor_named
from grc.core.db import end_read, session, transaction
from grc.routing import drafting
from grc.routing.models import RoutingDraft
from grc.routing.rule import Rule, Then, When

RULE = Rule(
    "",
    "Cartes de mobilité et de stationnement : au service des aides à la mobilité",
    When(keywords=("carte mobilité inclusion", "carte de stationnement")),
    Then(request_type="mdph", unit="amethyste"),
)
AFTER, MOVED = "boite-apa", "boite-rsa-recours"


def tell(now: datetime) -> None:
    """Begin one, when none was ever begun."""
    if session().scalar(select(exists().where(RoutingDraft.id > 0))):
        end_read()
        return
    actor = actor_named(SUPERVISOR)
    end_read()
    with transaction():
        drafting.start(actor=actor, now=now)
        drafting.save(RULE, "", AFTER, actor=actor, now=now)
        drafting.move(MOVED, 1, actor=actor, now=now)
