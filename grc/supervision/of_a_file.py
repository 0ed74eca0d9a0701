"""What a file of the organisation closes, judged as the screen's closing is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from grc.core.clock import paris_date
from grc.core.errors import InvalidInput
from grc.core.i18n import N_, Text
from grc.organisation.queries import SiteView, UnitView, snapshot
from grc.organisation.tables import Organisation
from grc.supervision import of_a_site, of_a_unit


@dataclass(frozen=True)
class Closed:
    """What is open until a file is loaded."""

    units: tuple[UnitView, ...]
    sites: tuple[SiteView, ...]


def closed_by(file: Organisation) -> Closed:
    """What a file closes or no longer names, before it is loaded."""
    here, sites = snapshot(), {site.code for site in file.sites if site.active}
    return Closed(
        tuple(unit for unit in here.units if unit.code not in file.open_units),
        tuple(one for one in here.sites.values() if one.is_active and one.code not in sites),
    )


def leave(closed: Closed, now: datetime) -> None:
    """When the file is loaded, and the natures and rules beside it, in the same transaction: what
    the closing of each does on the screen. Raises InvalidInput with all that is in the way."""
    problem: Text | None = None
    for one in _refused(closed, now):
        both = {"first": problem, "rest": one}
        problem = Text(N_("%(first)s %(rest)s"), both) if problem else one
    if problem is not None:
        raise InvalidInput(N_("Rien n'est chargé. %(problems)s"), problems=problem)


def _refused(closed: Closed, now: datetime) -> Iterator[Text]:
    for unit in closed.units:
        try:
            of_a_unit.leave(unit, now)
        except InvalidInput as refused:
            yield refused.text
    for site in closed.sites:
        try:
            of_a_site.leave(site, paris_date(now))
        except InvalidInput as refused:
            yield refused.text
