"""Slips as they come out of the printer: their numbers signed, the numbers to call on each."""

from collections.abc import Sequence
from datetime import date

from grc.catalogue.danger import plan
from grc.core.settings import settings
from grc.correspondence.layout import MONTHS
from grc.organisation.queries import SiteView
from grc.slips import layout, numbers
from grc.slips.layout import Blank
from grc.slips.models import PaperSlip
from grc.slips.service import slip_of


def printed(site: SiteView, rows: Sequence[PaperSlip]) -> bytes:
    """The PDF of these slips of a site."""
    keys, base_url = settings().token_keys, settings().base_url
    blanks = [
        Blank(
            number=numbers.short(slip_of(row), keys),
            serial=row.serial,
            on=_day(row.printed_on),
            code=numbers.code(slip_of(row), keys, base_url),
        )
        for row in rows
    ]
    called = [(one.number, one.label_fr) for one in plan().numbers]
    return layout.printed(site.name, blanks, called)


def _day(on: date) -> str:
    return f"{'1er' if on.day == 1 else on.day} {MONTHS[on.month - 1]} {on.year}"
