"""A form is carried out once, however often it is sent (double click, lost answer, back).

Each form carries a key of its own. The key is written in the transaction of the act: the
same form again gets the same page, another content under the same key is refused.
"""

import hashlib
import uuid
from datetime import datetime

from flask import Flask, request, session
from werkzeug.datastructures import FileStorage

from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.work import form_keys

ACTED = "acted"  # of the cookie
_APART = frozenset({"csrf_token", "form_key"})


def install(app: Flask) -> None:
    """Let every template give its forms a key."""
    app.jinja_env.globals["form_key"] = new_key


def new_key() -> str:
    """A key for one form of one page."""
    return str(uuid.uuid4())


def claim(user_id: int, now: datetime) -> str | None:
    """Take the key of the present form. Where it led the first time, when it was sent before.

    Raises InvalidInput without a key, or when another content came under it.
    """
    return form_keys.claim(key(), user_id, _digest(), now)


def led(user_id: int) -> str | None:
    """Where the present form led when it was carried out before, for who looks before she acts;
    None the first time. Raises InvalidInput without a key."""
    return form_keys.led(key(), user_id, _digest())


def settle(location: str) -> None:
    """Remember where the form led; the page there takes the focus (`acted`)."""
    form_keys.settle(key(), location)
    session[ACTED] = True


def acted() -> bool:
    """True on the first page after an act: a browser would leave the focus nowhere."""
    return bool(session.pop(ACTED, False))


def key() -> str:
    """The key of the present form. Raises InvalidInput when it has none."""
    try:
        return str(uuid.UUID(request.form.get("form_key", "")))
    except ValueError:
        raise InvalidInput(N_("Ce formulaire est incomplet. Rechargez la page.")) from None


def _digest() -> str:
    fields = sorted((n, v) for n, v in request.form.items(multi=True) if n not in _APART)
    files = sorted((n, f.filename, _bytes(f)) for n, f in request.files.items(multi=True))
    return hashlib.sha256(repr((request.path, fields, files)).encode()).hexdigest()


def _bytes(file: FileStorage) -> str:
    digest = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    file.stream.seek(0)
    return digest
