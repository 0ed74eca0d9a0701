"""What a screen may change of the organisation, one thing at a time, with its own rules. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.organisation import editing
from grc.organisation.changing import Edit
from grc.organisation.tables import ClosedDay, Mailbox, Organisation, Site, Territory, Unit

STAYS = N_(
    "Un service reste dans sa direction, où ses demandes sont lues. Ouvrez-en un autre là-bas et "
    "réaffectez-lui les demandes."
)
LONGEST_CLOSING = 62  # days in one go


def new(edit: Edit) -> Edit:
    """The same for a thing that is not there yet: making it raises InvalidInput when its code is
    taken, however often it is sent."""

    def _make(here: Organisation) -> Organisation:
        if edit.of(here) is not None:
            raise InvalidInput(N_("Ce code est déjà pris."), field="code")
        return edit.make(here)

    return Edit(_make, lambda _here: None)


def unit(row: Unit) -> Edit:
    """A unit, new or changed. Making it raises InvalidInput when it, or a unit under it, would
    have another department: the requests it has are read in the one they came to."""

    def _make(here: Organisation) -> Organisation:
        after = editing.put_unit(here, row)
        if editing.moved(here.units, after.units):
            raise InvalidInput(STAYS, field="parent")
        return after

    return Edit(_make, lambda here: named(here.units, row.code))


def site(row: Site) -> Edit:
    """A site."""
    return Edit(lambda here: editing.put_site(here, row), lambda here: named(here.sites, row.code))


def mailbox(row: Mailbox) -> Edit:
    """Whose a mailbox is, and what it announces."""
    return Edit(
        lambda here: editing.put_mailbox(here, row), lambda here: named(here.mailboxes, row.code)
    )


def territory(row: Territory) -> Edit:
    """A territory, without what it serves."""
    return Edit(
        lambda here: editing.put_territory(here, row),
        lambda here: named(here.territories, row.code),
    )


def commune(insee: str, territory: str, since: date, today: date) -> Edit:
    """A commune served by another territory from a day on. Making it raises InvalidInput for the
    past: where a case of yesterday went is not rewritten."""

    def _make(here: Organisation) -> Organisation:
        if since < today:
            text = N_("Un jour passé ne peut plus changer : à partir d'aujourd'hui au plus tôt.")
            raise InvalidInput(text, field="since")
        return editing.move(here, insee, territory, since)

    return Edit(_make, lambda here: served(here, insee))


def served(here: Organisation, insee: str) -> tuple[Any, ...]:
    """The periods of a commune, its streets apart included."""
    return tuple(sorted((one for one in here.ranges if one.insee == insee), key=repr))


def closed_days(days: Iterable[ClosedDay]) -> Edit:
    """Days that nobody is there, for a reason."""
    new = tuple(days)

    def _make(here: Organisation) -> Organisation:
        for day in new:
            here = editing.put_closed_day(here, day)
        return here

    return Edit(_make, lambda here: [named(here.closed_days, day.code) for day in new])


def open_day(code: str) -> Edit:
    """A day that is no longer closed."""
    return Edit(
        lambda here: editing.open_day(here, code), lambda here: named(here.closed_days, code)
    )


def named(rows: Iterable[Any], code: str) -> Any:
    """The row of this code, None when there is none."""
    return next((one for one in rows if one.code == code), None)
