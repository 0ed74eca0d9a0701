"""A form is carried out once: its key is written in the transaction of the act.

Two at once: the database lets one write the key, the other waits and then reads it.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from grc.core.db import execute, is_postgresql, session
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.work.models import FormKey


def claim(key: str, user_id: int, digest: str, now: datetime) -> str | None:
    """Take a key. Where it led the first time when it was used before, by the same person
    and with the same content. Raises InvalidInput for another content under it."""
    dialect = postgresql if is_postgresql() else sqlite
    row = {"key": key, "user_id": user_id, "digest": digest, "location": "", "at": now}
    written = execute(
        dialect.insert(FormKey).values(row).on_conflict_do_nothing().returning(FormKey.key)
    )
    if written.first() is not None:
        return None
    earlier = session().get_one(FormKey, key)
    if earlier.digest != digest or earlier.user_id != user_id:
        raise InvalidInput(N_("Ce formulaire a déjà servi à autre chose. Rechargez la page."))
    return earlier.location


def led(key: str, user_id: int, digest: str) -> str | None:
    """Where a key led that was used by this person with this content; it is not taken."""
    earlier = session().get(FormKey, key)
    same = earlier is not None and (earlier.digest, earlier.user_id) == (digest, user_id)
    return earlier.location if earlier is not None and same else None


def settle(key: str, location: str) -> None:
    """Remember where the form of this key led."""
    execute(update(FormKey).where(FormKey.key == key).values(location=location))
