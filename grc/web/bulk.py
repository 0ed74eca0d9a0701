"""One act on the cases selected in a list: looked at first, carried out, reported, undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.bulk import planning, queries, service
from grc.bulk.models import BulkAct
from grc.bulk.orders import Kind, Order
from grc.bulk.service import Preview
from grc.core.db import transaction
from grc.core.errors import Forbidden, InvalidInput
from grc.core.i18n import N_
from grc.jobs import hurrying
from grc.jobs.worker import tools
from grc.staff.policy import GRANTS, Permission
from grc.staff.queries import colleagues
from grc.web import once, work
from grc.web.forms import bulk as forms
from grc.web.forms.base import Form
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import bulk as presenter
from grc.web.returning import last_list
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("bulk", __name__, url_prefix="/actes-groupes")
UNDO = 10  # seconds during which the page offers it before all else


@dataclass  # not frozen: what was chosen is worked out once
class Asked:
    """What the page sent: an act, its form, the cases with the versions that were looked at."""

    kind: Kind
    form: Form
    versions: Mapping[str, int | None]

    @cached_property
    def order(self) -> Order:
        """What was chosen; of a sharing out, who gets which case too: as the page that was
        looked at said it, for other loads would make other shares."""
        order = forms.ordered(self.kind, self.form)
        if self.kind is not Kind.SHARE or (self.is_filled and not self.form.validate()):
            return order
        looked = presenter.order_of(request.form.get("looked", ""))
        if "go" in request.form and looked and presenter.is_of(looked, order):
            return looked
        return planning.planned(order, list(self.versions), actor=actor(), now=now())

    @property
    def is_filled(self) -> bool:
        """True when everything was chosen, or nothing must be."""
        return self.kind not in forms.FORMS or "looked" in request.form


@bp.post("")
@needs(Permission.CASE_WRITE)
def act() -> ResponseReturnValue:
    """Say what the act would do; carry it out when exactly that was looked at."""
    asked = _asked()
    if not asked.versions:
        raise InvalidInput(N_("Aucune demande n'est sélectionnée."))
    if not asked.is_filled:
        return _at_first(asked)
    if not asked.form.validate():
        return _page(asked, None), 422
    try:
        if _was_looked_at(asked):
            return _carry_out(asked)
        return _looked(asked)
    except InvalidInput as refusal:
        if asked.kind not in forms.FORMS:
            raise
        asked.form.refuse(refusal)
        return _page(asked, None), 422


def _at_first(asked: Asked) -> ResponseReturnValue:
    """The form; a sharing out among everybody is looked at with it, as it need not change."""
    is_shared = asked.kind is Kind.SHARE and asked.order.get("people")
    return _looked(asked) if is_shared else _page(asked, None)


def _was_looked_at(asked: Asked) -> bool:
    wanted = "go" in request.form and "again" not in request.form
    return wanted and request.form.get("looked") == presenter.spelled(asked.order)


def _looked(asked: Asked) -> ResponseReturnValue:
    found = service.preview(asked.order, list(asked.versions), actor=actor(), now=now())
    return _page(asked, found), 403 if found.is_stopped else 200


def _carry_out(asked: Asked) -> ResponseReturnValue:
    if None in asked.versions.values():
        return _looked(asked)
    versions = {reference: version or 0 for reference, version in asked.versions.items()}
    lines: list[int] = []
    try:
        with transaction():
            where = once.claim(who().id, now())
            if where is None:
                key = once.key()
                lines = service.ask(asked.order, versions, key, actor=actor(), now=now())
                where = url_for("bulk.report", key=key)
                once.settle(where)
    except Forbidden:
        return _looked(asked)
    hurrying.hurry(lines, tools())
    return redirect(where, 303)


def _asked() -> Asked:
    try:
        kind = Kind(request.form.get("act", ""))
    except ValueError:
        raise InvalidInput(N_("Cet acte n'existe pas.")) from None
    versions = _versions()
    if kind is Kind.SHARE:
        found = planning.candidates(list(versions), actor=actor(), now=now())
        return Asked(kind, forms.sharing(found, who().id), versions)
    units = actor().units(*GRANTS[Permission.CASE_ASSIGN]) if kind is Kind.GIVE else set()
    people = [(str(number), name) for number, name in colleagues(set(units))] if units else []
    return Asked(kind, forms.made(kind, people), versions)


def _versions() -> dict[str, int | None]:
    """The cases by reference, as the list gives them or as the page that was looked at."""
    if "tout" in request.form:
        return dict.fromkeys(work.whole(request.form["tout"], service.MOST + 1))
    found: dict[str, int | None] = dict.fromkeys(request.form.getlist("case"))
    for spelled in request.form.get("cases", "").split():
        reference, _colon, version = spelled.partition(":")
        found[reference] = int(version) if version.isdecimal() and len(version) < 10 else None
    return found


def _page(asked: Asked, found: Preview | None) -> str:
    order = asked.order
    spelled = " ".join(
        reference if version is None else f"{reference}:{version}"
        for reference, version in (presenter.versions(found) or asked.versions).items()
    )
    return render(
        "bulk/act.html",
        page=presenter.page(order, found, len(asked.versions)),
        hidden={"act": asked.kind.value, "cases": spelled, "looked": presenter.spelled(order)},
        form=asked.form,
        has_fields=asked.kind in forms.FORMS,
        preview=presenter.preview(found) if found else None,
        back_url=last_list(),
    )


@bp.get("/<uuid:key>")
@needs(Permission.CASE_WRITE)
def report(key: Any) -> ResponseReturnValue:
    """What became of each case; the page reloads itself until all is done."""
    done = queries.act_of(actor(), str(key))
    found = queries.report(done, actor(), now())
    undo_url = url_for("bulk.undo", key=key) if _may_undo(done) else None
    page = render(
        "bulk/report.html",
        page=presenter.report(done, found),
        undo=_toast(done, undo_url),
        undo_url=undo_url,
        back_url=last_list(),
    )
    return page if found.is_over else (page, {"Refresh": "2"})


def _may_undo(done: BulkAct) -> bool:
    return done.undone_at is None and now() - done.at <= service.UNDONE_WITHIN


def _toast(done: BulkAct, url: str | None) -> dict[str, Any] | None:
    left = UNDO - int((now() - done.at).total_seconds())
    if url is None or left <= 0:
        return None
    gone = _("L’annulation reste possible ci-dessous.")
    return {"sentence": presenter.title(done), "url": url, "seconds": left, "gone": gone}


@bp.post("/<uuid:key>/annuler")
@needs(Permission.CASE_WRITE)
def undo(key: Any) -> ResponseReturnValue:
    """Take the whole back."""
    where = url_for("bulk.report", key=key)
    lines: list[int] = []
    with transaction():
        if once.claim(who().id, now()) is None:
            done = queries.act_of(actor(), str(key))
            lines = service.undo(done, actor=actor(), now=now())
            once.settle(where)
    hurrying.hurry(lines, tools())
    return redirect(where, 303)
