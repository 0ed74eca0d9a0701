"""Closing an account: what the person has in hand is looked at, handed over, given back."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.bulk import in_hand, leaving
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.jobs import hurrying
from grc.jobs.worker import tools
from grc.staff import accounts
from grc.staff.models import User
from grc.web import once
from grc.web.administration.blueprint import ADMIN, bp, shown, unit_named
from grc.web.forms.administration import Leaving
from grc.web.guard import needs
from grc.web.present import now
from grc.web.session import actor, who
from grc.web.words import _


@bp.route("/comptes/<int:number>/depart", methods=["GET", "POST"])
@needs(ADMIN)
def leave(number: int) -> ResponseReturnValue:
    """What she has in hand, who takes over; looked at once more, then done."""
    one, form = accounts.account(number), Leaving()
    if request.method == "GET":
        return _page(one, form, None)
    try:
        to = leaving.receiver(form.login.data or "", number)
        looked = to.login if to else "-"
        if "go" not in request.form or form.looked.data != looked:
            form.looked.process_data(looked)
            return _page(one, form, to, is_looked=True)
        return _close(number, to)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(one, form, None), 422


def _close(number: int, to: User | None) -> ResponseReturnValue:
    lines: list[int] = []
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            lines = leaving.close(number, to, once.key(), actor=actor(), now=now())
            where = url_for("administration.user", number=number)
            once.settle(where)
    hurrying.hurry(lines, tools())
    return redirect(where, 303)


def _page(one: User, form: Leaving, to: User | None, *, is_looked: bool = False) -> str:
    work = in_hand.work_of(one.id, to.id if to else None)
    found = ((unit_named(unit), count) for unit, count in work.cases.items())
    units = sorted((unit.name if unit else "–", count) for unit, count in found)
    return shown(
        "administration/leave.html",
        "administration.users",
        user_=one,
        form=form,
        work=work,
        units=units,
        to=to,
        is_looked=is_looked,
        title=_("Désactiver le compte de %(who)s", who=one.name),
    )


@bp.post("/comptes/<int:number>/annuler-depart")
@needs(ADMIN)
def take_back(number: int) -> ResponseReturnValue:
    """Open the account again and give its work back."""
    where: Any = url_for("administration.user", number=number)
    lines: list[int] = []
    with transaction():
        if once.claim(who().id, now()) is None:
            lines = list(leaving.undo(number, actor=actor(), now=now()))
            once.settle(where)
    hurrying.hurry(lines, tools())
    return redirect(where, 303)
