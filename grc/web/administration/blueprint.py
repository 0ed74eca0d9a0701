"""What the pages of the administration share: their sections, an act carried out once."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.channels import registry
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.core.settings import settings
from grc.organisation.queries import UnitView
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web import once
from grc.web.frame import render
from grc.web.present import now
from grc.web.presenters.lists import Choice
from grc.web.session import who
from grc.web.words import _, say

bp = Blueprint("administration", __name__, url_prefix="/administration")
ADMIN = Permission.USER_ADMIN
HOME = "administration.users"


def shown(template: str, section: str, **context: Any) -> str:
    """A page with the sections above it; `section` is the endpoint of its own."""
    return render(template, current=HOME, tabs=sections(section), **context)


def sections(section: str) -> list[Choice]:
    """The sections of the administration; `section` is the endpoint of the present one."""
    known = (
        (HOME, _("Comptes")),
        ("texts.replies", _("Textes")),
        ("administration.natures", _("Natures")),
        ("administration.organisation_", _("Organisation")),
        ("administration.delegations", _("Délégations")),
        ("administration.tokens", _("Jetons")),
        ("administration.environment", _("Réglages")),
    )
    return [Choice(label, url_for(name), name == section) for name, label in known]


def carried(act: Callable[[datetime], object], where: str, done: str = "") -> ResponseReturnValue:
    """One act, once, then the page `where`; `done` is said there, or why nothing was."""
    try:
        with transaction():
            result = act(now()) if once.claim(who().id, now()) is None else False
            once.settle(where)
    except InvalidInput as refusal:
        flash(say(refusal.text), "error")
        return redirect(where, 303)
    if done and result is not False:
        flash(done, "success")
    return redirect(where, 303)


Made = tuple[str, Callable[[], str] | None]


def created(form: Any, section: str, make: Callable[[], Made], **words: str) -> ResponseReturnValue:
    """One thing made by a form, once: its empty page, what is wrong with it, then what `make` says:
    the page to go to and, where that says too little, what answers instead the first time. `words`
    are those of the page: title, back, button, note."""
    url = url_for(section)
    page = partial(shown, "administration/form.html", section, form=form, back_url=url, **words)
    if not form.is_submitted():
        return page()
    if not form.validate():
        return page(), 422
    try:
        with transaction():
            led = once.claim(who().id, now())
            where, answer = (led, None) if led is not None else make()
            if led is None:
                once.settle(where)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return page(), 422
    return answer() if answer is not None else redirect(where, 303)


def units() -> list[tuple[str, str]]:
    """Units to choose from: (code, name), by name."""
    return [(unit.code, unit.name) for unit in organisation().units]


def channels() -> list[tuple[str, str]]:
    """Channels that are open: (name, label)."""
    opened = settings().channels
    return [
        (one, _(registry.label(one))) for one in registry.names() if registry.is_open(one, opened)
    ]


def unit_named(unit_id: int) -> UnitView | None:
    """A unit, retired or not; None for one that is gone."""
    return organisation().units_by_id.get(unit_id)


def asked(name: str, longest: int = 80) -> str:
    """A filter of the address."""
    return request.args.get(name, "").strip()[:longest]
