"""The alarm: every ten minutes until a named person says that she deals with it.

Each ring is a step that plans the next one in its own transaction: a process killed at any
moment rings late, never twice, and never stops.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from grc.cases import listing
from grc.catalogue.danger import plan
from grc.core import audit, steps
from grc.core.actor import SYSTEM
from grc.core.db import session
from grc.core.events import Event
from grc.danger import duty
from grc.danger.models import Alert
from grc.organisation.queries import UnitView, snapshot
from grc.outbox import notices

EVERY = timedelta(minutes=10)
LATE = 3  # rings nobody answered, after which it is told above those on duty too
PATH = "/a-voir"
# Read on the locked screen of a telephone, perhaps by others: it says nothing.
SUBJECT = "grc : quelque chose vous attend (%(number)s)"
TEXT = """Une demande attend que quelqu'un s'en occupe, depuis {minutes} minutes.

Ouvrez %(url)s et dites « Je m'en occupe » : l'alarme s'arrête.

Sans réponse, ce message est renvoyé toutes les dix minutes.
"""
NOBODY = """
Personne n'est d'astreinte au service {unit} : vous recevez ce message à sa place.
"""
SILENCE = """
Le service {unit} est prévenu et personne n'y répond : appelez-le.
"""


def ring(alert_id: int, *, now: datetime) -> None:
    """Ring once and plan the next ring, unless somebody deals with it."""
    alert = session().get(Alert, alert_id, populate_existing=True, with_for_update=True)
    if alert is None or alert.taken_at is not None or alert.returned_at is not None:
        return
    present = duty.on_duty(alert.unit_id, now)
    alert.alarms += 1
    alert.unanswered = not present
    session().flush()
    people = duty.called(alert.unit_id, now)
    if alert.case_id is not None:
        listing.list_also(alert.case_id, people)
    _write(alert, {one.email for one in present}, now)
    key = f"alarm:alert:{alert.id}:{alert.alarms}"
    steps.plan("alarm", ("alert", alert.id), key=key, now=now, due_at=now + EVERY)
    audit.record(
        Event.ALERT_RANG,
        subject=("alert", alert.id),
        case_id=alert.case_id,
        actor=SYSTEM,
        now=now,
        number=alert.alarms,
        people=len(people),
    )


def _write(alert: Alert, on_duty: Collection[str], now: datetime) -> None:
    unit = snapshot().unit_by_id(alert.unit_id)
    ours = _outside(on_duty)
    for address in sorted(ours):
        _notify(alert, address, "", now)
    if ours and alert.alarms < LATE:
        return
    why = (SILENCE if ours else NOBODY).replace("{unit}", unit.name.replace("%", "%%"))
    for address in sorted(_above(unit) - ours):
        _notify(alert, address, why, now)


def _above(unit: UnitView) -> set[str]:
    """Who is written to when nobody on duty is, or answers: what the plan says and the unit;
    failing these, people who can wake somebody."""
    return _outside([*plan().escalation, unit.email]) or _outside(duty.in_charge(unit.id))


def _outside(addresses: Iterable[str]) -> set[str]:
    """Without the mailboxes we fetch ourselves: nobody reads there, and it would open a case."""
    own = snapshot().own_addresses
    return {address for address in addresses if address and address.lower() not in own}


def _notify(alert: Alert, address: str, why: str, now: datetime) -> None:
    minutes = int((now - alert.raised_at).total_seconds() // 60)
    key = f"alarm:{alert.id}:{alert.alarms}:{address}"[:120]
    subject = SUBJECT % {"number": alert.alarms}
    text = TEXT.replace("{minutes}", str(minutes)) + why
    notices.plan(key, address, PATH, now=now, subject=subject, text=text)
