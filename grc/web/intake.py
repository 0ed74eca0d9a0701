"""What was received and not understood, and whether reception works."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.reference import parse
from grc.core.db import session, transaction
from grc.core.errors import InvalidInput, NotFound
from grc.core.i18n import N_
from grc.intake import quarantine as waiting
from grc.intake import service
from grc.intake.models import Item
from grc.intake.reasons import REASONS
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web import once
from grc.web.cases.files import download
from grc.web.forms.intake import Decision
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import health as reception
from grc.web.presenters import marks
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act, Target
from grc.web.session import actor, who
from grc.web.words import _, ngettext

bp = Blueprint("intake", __name__)
QUARANTINE = Permission.QUARANTINE
_SOON, _LATE = timedelta(days=1), timedelta(days=3)


@bp.get("/a-examiner")
@needs(QUARANTINE)
def quarantine() -> str:
    """The items of my units that wait for a person, oldest first."""
    found = waiting.waiting(actor())
    words = ngettext("%(num)s élément", "%(num)s éléments", len(found))
    kept = _("Reçu et pas compris. Rien n’est perdu : l’original est gardé.")
    return render(
        "intake/quarantine.html",
        current="intake.quarantine",
        page={"title": _("À examiner"), "summary": f"{words}. {kept}"},
        items=[_line(item) for item in found],
    )


def _line(item: Item) -> dict[str, Any]:
    return {
        "url": url_for(".item", reference=item.reference),
        "subject": item.locator.rsplit("/", 1)[-1],
        "reason": reason(item),
        "sender": item.reference,
        "source": item.source,
        "channel_icon": marks.channel_icon(item.channel),
        "channel_label": marks.channel_label(item.channel),
        "received_at": item.stored_at,
        "age_tone": _age(item.stored_at),
        "size": item.size,
    }


def _age(since: datetime) -> str:
    age = now() - since
    return "late" if age > _LATE else "soon" if age > _SOON else "none"


def reason(item: Item) -> str:
    """Why an item was not understood, in words."""
    words = _(REASONS.get(item.reason or "", REASONS["internal_error"]))
    return words[:1].upper() + words[1:]


@bp.route("/a-examiner/<reference>", methods=["GET", "POST"])
@needs(QUARANTINE)
def item(reference: str) -> ResponseReturnValue:
    """One item: what could be read of it, and deciding what becomes of it."""
    found, form = _item(reference), Decision()
    if request.method == "GET" or not form.validate():
        return _page(found, form), 200 if request.method == "GET" else 422
    try:
        return _decide(reference, form)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(_item(reference), form), 422


def _decide(reference: str, form: Decision) -> ResponseReturnValue:
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            where = _carry(_item(reference), form)
            once.settle(where)
    flash(_("Décision enregistrée."), "success")
    return redirect(where, 303)


def _carry(found: Item, form: Decision) -> str:
    if form.decision.data == "discard":
        service.discard(found, form.reason.data or "", actor=actor(), now=now())
        return url_for(".quarantine")
    case_id = waiting.open_by_hand(
        found,
        subject=form.subject.data or "",
        text=form.text.data or "",
        name=form.name.data or "",
        email=form.email.data or "",
        actor=actor(),
        now=now(),
    )
    return case_url(session().get_one(Case, case_id).reference)


def _item(reference: str) -> Item:
    typed = parse(reference)
    if typed is None or not typed.valid or typed.kind != "E":
        raise NotFound(N_("Cet élément n'existe pas, ou n'est pas de vos services."))
    found = waiting.item_for(actor(), typed.number)
    if found.reference != reference:
        raise NotFound(N_("Cet élément n'existe pas, ou n'est pas de vos services."))
    return found


def _page(found: Item, form: Decision) -> str:
    unit = organisation().unit_by_id(found.unit_id) if found.unit_id else None
    shown = {
        "id": found.reference,
        "subject": found.locator.rsplit("/", 1)[-1],
        "reason": reason(found),
        "technical": found.detail,
        "sender": found.source,
        "source": found.source,
        "locator": found.locator,
        "channel_label": marks.channel_label(found.channel),
        "received_at": found.stored_at,
        "size": found.size,
        "sha256": found.sha256,
        "unit": unit.name if unit else "",
        "raw_url": url_for(".raw", reference=found.reference),
        "text": waiting.preview(found),
        "waiting": found.outcome == "quarantined",
    }
    url = url_for(".retry", reference=found.reference)
    return render(
        "intake/quarantine_item.html",
        current="intake.quarantine",
        back=Target(_("À examiner"), url_for(".quarantine")),
        item=shown,
        form=form,
        url=request.path,
        acts=[Act(_("Relire maintenant"), url, "post", icon="undo")],
    )


@bp.post("/a-examiner/<reference>/relire")
@needs(QUARANTINE)
def retry(reference: str) -> ResponseReturnValue:
    """Try again to understand an item."""
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            service.retry(_item(reference), actor=actor(), now=now())
            where = url_for(".quarantine")
            once.settle(where)
    flash(_("Nouvel essai en cours. S’il échoue, l’élément reviendra ici."), "success")
    return redirect(where, 303)


@bp.get("/a-examiner/<reference>/original")
@needs(QUARANTINE)
def raw(reference: str) -> Response:
    """The exact bytes received."""
    found = _item(reference)
    return download(found.sha256, f"{found.reference}.bin", "application/octet-stream")


@bp.get("/reception")
@needs(Permission.HEALTH)
def health() -> str:
    """Is everything that arrives understood, and is anything stuck?"""
    return render("intake/health.html", current="intake.health", **reception.health(now()))
