"""Tokens of the programs that call the API: listed, created, revoked. Never their secret, but
once."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import PARIS
from grc.organisation.queries import snapshot as organisation
from grc.staff import tokens as staff
from grc.staff.models import Token
from grc.staff.tokens import SCOPE_LABELS
from grc.web.administration.blueprint import (
    ADMIN,
    bp,
    carried,
    channels,
    created,
    shown,
    unit_named,
    units,
)
from grc.web.forms.administration import NewToken
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters.things import Act
from grc.web.session import actor, who
from grc.web.words import _

SOON = timedelta(days=30)


@bp.get("/jetons")
@needs(ADMIN)
def tokens() -> str:
    """Every token, the valid ones first."""
    return _list()


def _list(**more: Any) -> str:
    lines = [_line(one, unit_ids) for one, unit_ids in staff.everything()]
    lines.sort(key=lambda line: not line["is_valid"])
    return shown("administration/tokens.html", "administration.tokens", lines=lines, **more)


def _line(one: Token, unit_ids: list[int]) -> dict[str, Any]:
    is_valid = staff.is_valid(one, now())
    ends = one.expires_at
    found = (unit_named(number) for number in unit_ids)
    return {
        "token": one,
        "is_valid": is_valid,
        "ends_soon": is_valid and ends is not None and ends - now() < SOON,
        "scopes": [_(SCOPE_LABELS[scope]) for scope in one.scopes],
        "units": None if one.all_units else sorted(unit.short_name for unit in found if unit),
        "waits": staff.waits(one),
        "acts": list(_acts(one, is_valid)),
    }


def _acts(one: Token, is_valid: bool) -> Iterator[Act]:
    fields = {"name": one.name}
    if staff.waits(one) and one.asked_by != who().id:
        url = url_for("administration.confirm_token")
        yield Act(_("Confirmer"), url, "post", "check", fields=fields)
    if is_valid or staff.waits(one):
        url = url_for("administration.revoke")
        yield Act(_("Révoquer"), url, "post", "close", fields=fields)


@bp.route("/jetons/nouveau", methods=["GET", "POST"])
@needs(ADMIN)
def new_token() -> ResponseReturnValue:
    """Create a token; its secret is on the page that answers, and nowhere else."""
    form = NewToken()
    form.prepare(units(), channels())
    where = url_for("administration.tokens")
    return created(
        form,
        "administration.tokens",
        lambda: (where, partial(_list, secret=_create(form), name=form.name.data)),
        title=_("Nouveau jeton"),
        back=_("Jetons"),
        button=_("Créer le jeton"),
        note=_(
            "Le secret est affiché une seule fois, sur la page suivante. Un jeton qui lit des "
            "demandes n’ouvre rien avant qu’un autre administrateur l’ait confirmé."
        ),
    )


def _create(form: NewToken) -> str:
    known = organisation()
    return staff.add_token(
        (form.name.data or "").strip(),
        form.scope.data or [],
        unit_ids={known.unit(code).id for code in form.unit.data or []},
        all_units=bool(form.all_units.data),
        channel=form.channel.data or None,
        expires_at=_end(form),
        actor=actor(),
        now=now(),
    )


def _end(form: NewToken) -> datetime | None:
    day = form.expires.data
    return datetime.combine(day, time(23, 59, 59), tzinfo=PARIS) if day else None


@bp.post("/jetons/confirmer")
@needs(ADMIN)
def confirm_token() -> ResponseReturnValue:
    """Let a token read that another administrator asked for."""
    name = request.form.get("name", "")
    where = url_for("administration.tokens")
    done = _("Jeton confirmé : il lit des demandes.")
    return carried(lambda at: staff.confirm(name, actor=actor(), now=at), where, done)


@bp.post("/jetons/revoquer")
@needs(ADMIN)
def revoke() -> ResponseReturnValue:
    """End a token, at once and for good."""
    name = request.form.get("name", "")
    where = url_for("administration.tokens")
    done = _("Jeton révoqué : il n’ouvre plus rien.")
    return carried(lambda at: staff.revoke(name, actor=actor(), now=at), where, done)
