"""Which slips have not come back, and what became of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text

from grc.appointments import desks
from grc.core.actor import Actor
from grc.core.audit import Remark
from grc.core.db import session
from grc.intake.models import Item
from grc.organisation.queries import SiteView
from grc.slips.models import OPEN, PaperSlip
from grc.staff.models import User


@dataclass(frozen=True)
class Waiting:
    """The slips of a site that have not come back: how many, since when the oldest."""

    site: SiteView
    count: int
    oldest: date | None


@dataclass(frozen=True)
class Told:
    """What became of a slip; `reason` of one that was voided, `item` of one that was entered."""

    at: datetime
    who: str
    item: Item | None = None
    reason: str = ""


def waiting(actor: Actor) -> list[Waiting]:
    """One line for each site where she receives people, none printed included."""
    sites = desks.sites(actor)
    query = select(PaperSlip.site_id, func.count(), func.min(PaperSlip.printed_on))
    query = query.where(PaperSlip.site_id.in_([site.id for site in sites]), text(OPEN))
    counted = {row[0]: row for row in session().execute(query.group_by(PaperSlip.site_id))}
    found = ((site, counted.get(site.id)) for site in sites)
    return [Waiting(site, row[1] if row else 0, row[2] if row else None) for site, row in found]


def not_back(site: SiteView, *, after: int = 0, most: int) -> Sequence[PaperSlip]:
    """The slips of a site that have not come back, by rank, after that one."""
    query = select(PaperSlip).where(PaperSlip.site_id == site.id, text(OPEN))
    query = query.where(PaperSlip.serial > after).order_by(PaperSlip.serial).limit(most)
    return session().scalars(query).all()


def between(site: SiteView, first: int, last: int, *, most: int) -> Sequence[PaperSlip]:
    """Those of these ranks that may still be printed again."""
    query = select(PaperSlip).where(PaperSlip.site_id == site.id, text(OPEN))
    query = query.where(PaperSlip.serial.between(first, last)).order_by(PaperSlip.serial)
    return session().scalars(query.limit(most)).all()


def told(row: PaperSlip) -> Told | None:
    """What became of a slip; None while it is expected. One statement."""
    at, by = row.entered_at or row.voided_at, row.entered_by or row.voided_by
    if at is None:
        return None
    query = (
        select(User.name, Item, Remark.text)
        .select_from(PaperSlip)
        .outerjoin(User, User.id == by)
        .outerjoin(Item, Item.id == PaperSlip.item_id)
        .outerjoin(Remark, Remark.id == PaperSlip.remark_id)
    )
    name, item, reason = session().execute(query.where(PaperSlip.id == row.id)).one()
    return Told(at, name or "", item, reason or "")
