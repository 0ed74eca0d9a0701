"""Closed days to come, by the real act: two holidays, and a site that moves its shelves."""

from datetime import date, datetime, timedelta

from grc.cli.demo_writing import actor_named
from grc.core.clock import paris_date
from grc.core.db import end_read, transaction
from grc.organisation import changing, edits
from grc.organisation.changing import Act, mark
from grc.organisation.present import present
from grc.organisation.queries import snapshot
from grc.organisation.tables import ClosedDay

ADMIN = "admin"


def tell(now: datetime) -> None:
    """Close them, when no day ever was."""
    if snapshot().closed_days:
        end_read()
        return
    edit = edits.closed_days(_days(paris_date(now)))
    actor = actor_named(ADMIN)
    end_read()
    with transaction():
        changing.change(edit, Act(actor, now, mark(edit.of(present()))))


def _days(today: date) -> list[ClosedDay]:
    """The next Christmas and New Year's Day; a Tuesday of next month, one site."""
    year = today.year + (today > date(today.year, 12, 25))
    site = min(one.code for one in snapshot().sites.values() if one.is_active)
    return [
        ClosedDay(date(year, 12, 25), "Noël"),
        ClosedDay(date(year + 1, 1, 1), "Jour de l'An"),
        ClosedDay(today + timedelta(days=21 + (1 - today.weekday()) % 7), "Inventaire", site),
    ]
