"""Taking in what a citizen sends: once, at a human pace, and with a receipt."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request

from grc.cases.following import shows_replies
from grc.cases.queries import by_reference
from grc.cases.tokens import secret
from grc.channels import forms
from grc.channels.fields import Values
from grc.channels.web import WebChannel
from grc.core.actor import CITIZEN
from grc.core.db import end_read, transaction
from grc.jobs import entering
from grc.jobs.worker import tools
from grc.staff import throttle
from grc.supervision import citizen_page
from grc.web import once
from grc.web.public.asking import TRAP, Asked
from grc.web.public.blueprint import keys, mark
from grc.web.words import _

SOURCE = "public"
MOST_FORMS = 40  # from one address in a quarter of an hour: a library has one for all its readers
_SAME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Refusal:
    """Why a form was not taken, and the HTTP status that says so."""

    words: str
    status: int


@dataclass(frozen=True)
class Receipt:
    """What proves that something was received, and opens its follow-up page."""

    reference: str
    secret: str
    at: datetime
    is_opened: bool
    on_page: bool  # no e-mail will come
    is_shown: bool | None  # the answer is read on that page; None when nobody can say yet


def refusal(asked: Asked, now: datetime) -> Refusal | None:
    """Why a form cannot be taken now; counts it otherwise."""
    name = mark("form")
    if throttle.reached({name: MOST_FORMS}, now):
        words = _("Trop d’envois depuis votre réseau. Réessayez dans un quart d’heure.")
        return Refusal(words, 429)
    with transaction():
        throttle.count([name], now)
    if request.form.get(TRAP):
        return Refusal(_("Ce n’est pas encore envoyé : relisez, puis envoyez à nouveau."), 422)
    if asked.checked.problems:
        return Refusal("", 422)
    return None


def send(values: Values, now: datetime) -> Receipt:
    """Take a form in; the same form sent again gives the same receipt."""
    item_id = take_in(values, now)
    reference = citizen_page.given_reference(item_id)
    by_mail = values.get("email") and not values.get("on_page")
    code = secret(reference, keys())
    case = by_reference(reference)
    is_shown = None if case is None else shows_replies(case)
    return Receipt(reference, code, now, case is not None, on_page=not by_mail, is_shown=is_shown)


def take_in(values: Values, now: datetime) -> int:
    """Keep what was sent and understand it now, if that can be; its item."""
    digest = hashlib.sha256(forms.write(values, _SAME)).hexdigest()
    name = f"{once.key()}:{digest}"
    blob = entering.keep(forms.write(values, now))
    with transaction():
        entered = entering.store_once(WebChannel.name, SOURCE, name, blob, actor=CITIZEN, now=now)
    entering.understand(entered, tools())
    end_read()
    return entered.item_id
