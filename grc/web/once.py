"""A form is carried out once, however often it is sent (double click, lost answer, back).

Each form carries a key of its own. The key is written in the transaction of the act: the
same form again gets the same page, another content under the same key is refused.
"""

import hashlib
import uuid
from datetime import datetime

from flask import Flask, request
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from grc.core.db import is_postgresql, session
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.work.models import FormKey

_APART = frozenset({"csrf_token", "form_key"})


def install(app: Flask) -> None:
    """Let every template give its forms a key."""
    app.jinja_env.globals["form_key"] = new_key


def new_key() -> str:
    """A key for one form of one page."""
    return str(uuid.uuid4())


def claim(user_id: int, now: datetime) -> str | None:
    """Take the key of the present form. Where it led the first time, when it was sent before.

    Two at once: the database lets one write the key, the other waits and then reads it.
    Raises InvalidInput without a key, or when another content came under it.
    """
    key, digest = _key(), _digest()
    dialect = postgresql if is_postgresql() else sqlite
    row = {"key": key, "user_id": user_id, "digest": digest, "location": "", "at": now}
    written = session().execute(
        dialect.insert(FormKey).values(row).on_conflict_do_nothing().returning(FormKey.key)
    )
    if written.first() is not None:
        return None
    earlier = session().get_one(FormKey, key)
    if earlier.digest != digest or earlier.user_id != user_id:
        raise InvalidInput(N_("Ce formulaire a déjà servi à autre chose. Rechargez la page."))
    return earlier.location


def settle(location: str) -> None:
    """Remember where the form led."""
    session().execute(
        update(FormKey)
        .where(FormKey.key == _key())
        .values(location=location)
        .execution_options(synchronize_session=False)
    )


def _key() -> str:
    try:
        return str(uuid.UUID(request.form.get("form_key", "")))
    except ValueError:
        raise InvalidInput(N_("Ce formulaire est incomplet. Rechargez la page.")) from None


def _digest() -> str:
    fields = sorted((n, v) for n, v in request.form.items(multi=True) if n not in _APART)
    return hashlib.sha256(repr((request.path, fields)).encode()).hexdigest()
