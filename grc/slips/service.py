"""Printing slips, typing one in, voiding one. Each happens once, whoever is the first."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from grc.appointments import desks
from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add_all, execute, lock, session
from grc.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.organisation.queries import SiteView, snapshot
from grc.slips import numbers
from grc.slips.models import PaperSlip
from grc.slips.numbers import Read, Slip
from grc.staff.policy import Permission, allowed

MOST = 200  # sheets at once
_LOCK = 92_390  # of the ranks of a site, with its id
NO_SUCH = N_("Ce numéro de fiche n’est pas juste : relisez-le, ou scannez le code.")
TAKEN = N_("Cette fiche est déjà saisie, ou annulée.")
NOT_YOURS = N_("Vous ne saisissez pas de contacts.")


def slip_of(row: PaperSlip) -> Slip:
    """What is printed on it."""
    site = snapshot().sites[row.site_id]
    return Slip(row.id, site.code, row.serial, row.printed_on)


def genuine(told: Read | None, keys: tuple[str, ...]) -> PaperSlip:
    """The slip of a number we printed. Raises NotFound for any other, and says no more."""
    row = session().get(PaperSlip, told.number) if told else None
    if told is None or row is None or not numbers.is_genuine(told, slip_of(row), keys):
        raise NotFound(NO_SUCH)
    return row


def issue(site: SiteView, count: int, *, actor: Actor, now: datetime) -> range:
    """Number new slips of a site; their serials. Raises Forbidden, InvalidInput."""
    desks.demand(site.id, actor)
    if not 1 <= count <= MOST:
        raise InvalidInput(N_("De 1 à %(most)s fiches à la fois."), field="count", most=MOST)
    lock(_LOCK * 1_000_000 + site.id)
    last = select(func.max(PaperSlip.serial)).where(PaperSlip.site_id == site.id)
    first = (session().scalar(last) or 0) + 1
    serials, on = range(first, first + count), paris_date(now)
    add_all(PaperSlip, [{"site_id": site.id, "serial": n, "printed_on": on} for n in serials])
    audit.record(
        Event.SLIPS_PRINTED,
        subject=("site", site.id),
        actor=actor,
        now=now,
        site=site.name,
        first=serials[0],
        last=serials[-1],
    )
    return serials


def enter(row: PaperSlip, item_id: int, *, actor: Actor, now: datetime) -> None:
    """Say that a slip is typed in. Raises Conflict when it was before, or was voided."""
    if not allowed(actor, Permission.CONTACT):
        raise Forbidden(NOT_YOURS)
    _settle(row, entered_at=now, entered_by=actor.user_id, item_id=item_id)
    subject = ("slip", row.id)
    audit.record(Event.SLIP_ENTERED, subject=subject, actor=actor, now=now, serial=row.serial)


def void(row: PaperSlip, reason: str, *, actor: Actor, now: datetime) -> None:
    """Say that a slip will never come back: spoilt, lost, never filled in. Raises Conflict."""
    desks.demand(row.site_id, actor)
    remark_id = audit.remark(reason, now=now)
    if remark_id is None:
        raise InvalidInput(N_("Dites-le en une phrase."), field="reason")
    _settle(row, voided_at=now, voided_by=actor.user_id, remark_id=remark_id)
    audit.record(
        Event.SLIP_VOIDED,
        subject=("slip", row.id),
        actor=actor,
        now=now,
        remark_id=remark_id,
        serial=row.serial,
    )


def _settle(row: PaperSlip, **values: Any) -> None:
    still = (PaperSlip.entered_at.is_(None), PaperSlip.voided_at.is_(None))
    done = execute(update(PaperSlip).where(PaperSlip.id == row.id, *still).values(**values))
    if done.rowcount != 1:
        raise Conflict(TAKEN)
    session().expire(row)
