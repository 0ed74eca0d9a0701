"""The alarm: every ten minutes until a named person says that she deals with it.

Each ring is a step that plans the next one in its own transaction: a process killed at any
moment rings late, never twice, and never stops.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from grc.cases import listing
from grc.catalogue.danger import plan
from grc.core import audit, steps
from grc.core.actor import SYSTEM
from grc.core.db import session
from grc.core.events import Event
from grc.danger import duty
from grc.danger.models import Alert
from grc.organisation.queries import snapshot
from grc.outbox import notices

EVERY = timedelta(minutes=10)
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


def _write(alert: Alert, addresses: Collection[str], now: datetime) -> None:
    unit = snapshot().unit_by_id(alert.unit_id)
    minutes = int((now - alert.raised_at).total_seconds() // 60)
    text = TEXT.replace("{minutes}", str(minutes))
    if not addresses:
        addresses = {*plan().escalation, *filter(None, [unit.email])}
        text += NOBODY.replace("{unit}", unit.name.replace("%", "%%"))
    for address in sorted(addresses):
        key = f"alarm:{alert.id}:{alert.alarms}:{address}"[:120]
        subject = SUBJECT % {"number": alert.alarms}
        notices.plan(key, address, PATH, now=now, subject=subject, text=text)
