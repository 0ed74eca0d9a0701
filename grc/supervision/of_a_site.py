"""Who is still expected at a site, for who wants to close it."""

from datetime import date

from grc.appointments.queries import expected
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.organisation.queries import SiteView

__all__ = ["expected", "leave"]


def leave(site: SiteView, today: date) -> None:
    """When a site is closed, in the same transaction. Raises InvalidInput while people are
    expected there: its reception page goes with it, and nobody would tell them."""
    days = expected(site.id, today)
    if days:
        text = N_("Le site « %(site)s » ne peut pas encore être fermé : %(count)s rendez-vous à "
                  "venir, le dernier le %(last)s.")  # fmt: skip
        count, last = sum(many for _on, many in days), f"{days[-1][0]:%d/%m/%Y}"
        raise InvalidInput(text, site=site.name, count=count, last=last)
