"""Webhooks: who is told, of what, of whose cases; their secrets; their end."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, text

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, add_all, amend, execute, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.staff.policy import Permission, allowed
from grc.webhooks.addresses import networks, parts_of
from grc.webhooks.models import WAITING, Delivery, Webhook, WebhookUnit
from grc.webhooks.names import Told
from grc.webhooks.signing import derive, shown

BOTH_SIGN = timedelta(days=1)  # after a rotation
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def add_webhook(
    name: str,
    url: str,
    events: Collection[str],
    *,
    unit_ids: Collection[int] = (),
    all_units: bool = False,
    actor: Actor,
    now: datetime,
) -> str:
    """Tell an address of events from now on; returns its secret. Raises InvalidInput."""
    _demand(actor)
    _check_name(name)
    _check(url, events, bool(unit_ids) or all_units)
    key = secrets.token_hex(16)
    webhook_id = add(
        Webhook,
        name=name,
        url=url,
        events=sorted(set(events)),
        all_units=all_units,
        key=key,
        created_at=now,
    )
    rows = [{"webhook_id": webhook_id, "unit_id": unit} for unit in sorted(unit_ids)]
    add_all(WebhookUnit, rows)
    _record(Event.WEBHOOK_ADDED, webhook_id, actor, now, name=name, events=", ".join(events))
    return _shown(key)


def _demand(actor: Actor) -> None:
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur change à qui les événements sont annoncés."))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        text = N_("Le nom d'un webhook a 40 caractères au plus : a à z, chiffres, point, tiret, _.")
        raise InvalidInput(text, field="name")
    if session().scalar(select(Webhook.id).where(Webhook.name == name)):
        raise InvalidInput(N_("Le webhook « %(name)s » existe déjà."), field="name", name=name)


def _check(url: str, events: Collection[str], has_units: bool) -> None:
    parts = parts_of(url)
    if parts is None or not (parts.scheme == "https" or networks(settings().webhook_networks)):
        text = N_("Donnez une adresse https://… sans mot de passe, de 500 caractères au plus ; "
                  "http:// seulement vers GRC_WEBHOOK_NETWORKS.")  # fmt: skip
        raise InvalidInput(text, field="url")
    for event in events:
        if event not in set(Told):
            text = N_("L'événement « %(event)s » n'existe pas ; connus : %(known)s.")
            raise InvalidInput(text, field="event", event=event, known=", ".join(Told))
    if not has_units:
        text = N_("Dites les demandes de quels services annoncer : --unit ou --all-units.")
        raise InvalidInput(text, field="unit")


def find(name: str) -> Webhook:
    """The webhook of this name. Raises NotFound."""
    found = session().scalar(select(Webhook).where(Webhook.name == name))
    if found is None:
        raise NotFound(N_("Aucun webhook ne s'appelle « %(name)s »."), name=name)
    return found


def remove(name: str, *, actor: Actor, now: datetime) -> None:
    """Tell it nothing more, and forget what it was told. Raises NotFound."""
    _demand(actor)
    webhook = find(name)
    for model in (Delivery, WebhookUnit):
        execute(delete(model).where(model.webhook_id == webhook.id))
    execute(delete(Webhook).where(Webhook.id == webhook.id))
    _record(Event.WEBHOOK_REMOVED, webhook.id, actor, now, name=name)


def rotate(name: str, *, actor: Actor, now: datetime) -> str:
    """A new secret; the one it had signs beside it for a day. Raises NotFound."""
    _demand(actor)
    webhook, key = find(name), secrets.token_hex(16)
    amend(webhook, previous_key=webhook.key, key=key, rotated_at=now)
    _record(Event.WEBHOOK_ROTATED, webhook.id, actor, now, name=name)
    return _shown(key)


def enable(name: str, *, actor: Actor, now: datetime) -> bool:
    """Tell again one that was switched off; False when it was not. Raises NotFound."""
    _demand(actor)
    webhook = find(name)
    if webhook.off_at is None:
        return False
    amend(webhook, off_at=None, off_why=None, failing_since=None, spared_until=None)
    _record(Event.WEBHOOK_ENABLED, webhook.id, actor, now, name=name)
    return True


def _record(event: Event, webhook_id: int, actor: Actor, now: datetime, **data: Any) -> None:
    audit.record(event, subject=("webhook", webhook_id), actor=actor, now=now, **data)


def _shown(key: str) -> str:
    return shown(derive(settings().token_keys[0], key))


def secrets_of(webhook: Webhook, now: datetime) -> list[bytes]:
    """All that sign at this moment: of its key and, for a day, of the one before, by each key
    of the settings, so that those too can be changed."""
    keys = [webhook.key]
    if webhook.previous_key and webhook.rotated_at and now - webhook.rotated_at < BOTH_SIGN:
        keys.append(webhook.previous_key)
    return [derive(token_key, key) for key in keys for token_key in settings().token_keys]


def units_of(webhook: Webhook) -> list[int]:
    """The ids of the units of a webhook, without those below."""
    query = select(WebhookUnit.unit_id).where(WebhookUnit.webhook_id == webhook.id)
    return list(session().scalars(query))


def latest(webhook_id: int, limit: int) -> list[Delivery]:
    """Its latest deliveries, newest first."""
    query = select(Delivery).where(Delivery.webhook_id == webhook_id)
    return list(session().scalars(query.order_by(Delivery.id.desc()).limit(limit)))


def is_waited_for(webhook_id: int) -> bool:
    """True while some delivery to it waits."""
    query = select(Delivery.id).where(Delivery.webhook_id == webhook_id, text(WAITING))
    return session().scalar(query.limit(1)) is not None


def faring() -> list[tuple[Webhook, int]]:
    """Every webhook with how many deliveries wait, by name."""
    query = select(Webhook, func.coalesce(_WAITING.c.count, 0)).outerjoin(
        _WAITING, _WAITING.c.webhook_id == Webhook.id
    )
    return [(row[0], row[1]) for row in session().execute(query.order_by(Webhook.name))]


_WAITING = (
    select(Delivery.webhook_id, func.count().label("count"))
    .where(text(WAITING))
    .group_by(Delivery.webhook_id)
    .subquery()
)
