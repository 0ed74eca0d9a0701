"""What was received and not understood, and whether reception works."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.reference import parse
from grc.core.db import session, transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.intake import quarantine as waiting
from grc.intake import service
from grc.intake.models import Item
from grc.intake.reasons import said
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web import once
from grc.web.cases.files import download
from grc.web.forms.base import LONGEST_LINE
from grc.web.forms.intake import OpenByHand, SetAside
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.nav import capped
from grc.web.present import now
from grc.web.presenters import health as reception
from grc.web.presenters import marks
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act, Target
from grc.web.session import actor, who
from grc.web.words import _, ngettext, say
from grc.work.queries import CAP

bp = Blueprint("intake", __name__)
QUARANTINE = Permission.QUARANTINE
PAGE = 30
_UNREADABLE = frozenset("\N{REPLACEMENT CHARACTER}\N{SYMBOL FOR NULL}")
_SOON, _LATE = timedelta(days=1), timedelta(days=3)


@bp.get("/a-examiner")
@needs(QUARANTINE)
def quarantine() -> str:
    """The items of my units that wait for a person, oldest first."""
    typed = parse(request.args.get("apres", ""))
    after = typed.number if typed is not None and typed.kind == "E" else 0
    found = waiting.waiting(actor(), PAGE + 1, after=after)
    number = waiting.number(actor(), CAP)
    words = ngettext(
        "%(count)s élément reçu que le programme n’a pas compris. L’original est gardé.",
        "%(count)s éléments reçus que le programme n’a pas compris. Les originaux sont gardés.",
        number,
        count=capped(number),
    )
    older = url_for(".quarantine", apres=found[PAGE - 1].reference) if found[PAGE:] else None
    return render(
        "intake/quarantine.html",
        current="intake.quarantine",
        page={"title": _("À examiner"), "summary": words},
        items=[_line(item) for item in found[:PAGE]],
        pages={"newer_url": None, "older_url": older, "words": None} if older else None,
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
    words = _(said(item.reason or "internal_error"))
    return words[:1].upper() + words[1:]


@bp.get("/a-examiner/<reference>")
@needs(QUARANTINE)
def item(reference: str) -> str:
    """One item: what could be read of it, and what may become of it."""
    found = _item(reference)
    return _page(found, _proposed(found), SetAside())


def _proposed(found: Item) -> OpenByHand:
    """The form with what the first lines of the item say: a mail's, or else plain words."""
    if waiting.sealed(found, actor()):
        return OpenByHand(formdata=None)
    heading = waiting.heading(found)
    subject, read = heading.subject[:LONGEST_LINE], waiting.preview(found)
    text = subject or ("" if set(read) & _UNREADABLE else read)
    return OpenByHand(
        formdata=None, subject=subject, name=heading.name, email=heading.email, text=text
    )


@bp.post("/a-examiner/<reference>/ouvrir")
@needs(QUARANTINE)
def open_by_hand(reference: str) -> ResponseReturnValue:
    """Open a case on what a person could read."""
    form = OpenByHand()

    def carry(found: Item) -> str:
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

    if not form.validate():
        return _page(_item(reference), form, SetAside(formdata=None)), 422
    return _decide(reference, carry, _("Demande ouverte."))


@bp.post("/a-examiner/<reference>/ecarter")
@needs(QUARANTINE)
def set_aside(reference: str) -> ResponseReturnValue:
    """Nothing follows, and why; the bytes stay."""
    form = SetAside()

    def carry(found: Item) -> str:
        service.discard(found, form.reason.data or "", actor=actor(), now=now())
        return url_for(".quarantine")

    if not form.validate():
        found = _item(reference)
        return _page(found, _proposed(found), form), 422
    return _decide(reference, carry, _("Élément écarté."))


@bp.post("/a-examiner/<reference>/relire")
@needs(QUARANTINE)
def retry(reference: str) -> ResponseReturnValue:
    """Try again to understand an item."""

    def carry(found: Item) -> str:
        service.retry(found, actor=actor(), now=now())
        return url_for(".quarantine")

    words = _("Nouvel essai en cours. S’il échoue, l’élément reviendra ici.")
    return _decide(reference, carry, words)


def _decide(reference: str, carry: Callable[[Item], str], done: str) -> ResponseReturnValue:
    """Carry a decision out once, in one transaction; it says where to go."""
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            where = carry(_item(reference))
            once.settle(where)
    flash(done, "success")
    return redirect(where, 303)


def _item(reference: str) -> Item:
    typed = parse(reference)
    if typed is None or not typed.valid or typed.kind != "E":
        raise NotFound(N_("Cet élément n'existe pas, ou n'est pas de vos services."))
    found = waiting.item_for(actor(), typed.number)
    if found.reference != reference:
        raise NotFound(N_("Cet élément n'existe pas, ou n'est pas de vos services."))
    return found


def _page(found: Item, opening: OpenByHand, aside: SetAside) -> str:
    unit = organisation().unit_by_id(found.unit_id) if found.unit_id else None
    sealed = waiting.sealed(found, actor())
    shown = {
        "id": found.reference,
        "subject": found.locator.rsplit("/", 1)[-1],
        "reason": reason(found),
        "technical": say(found.explanation or ""),
        "sender": found.source,
        "source": found.source,
        "locator": found.locator,
        "channel_label": marks.channel_label(found.channel),
        "received_at": found.stored_at,
        "size": found.size,
        "sha256": found.sha256,
        "unit": unit.name if unit else "",
        "sealed": _(sealed) if sealed else "",
        "raw_url": "" if sealed else url_for(".raw", reference=found.reference),
        "text": "" if sealed else waiting.preview(found),
        "waiting": found.outcome == "quarantined",
    }
    url = url_for(".retry", reference=found.reference)
    return render(
        "intake/quarantine_item.html",
        current="intake.quarantine",
        back=Target(_("À examiner"), url_for(".quarantine")),
        item=shown,
        opening=opening,
        opening_url=url_for(".open_by_hand", reference=found.reference),
        aside=aside,
        aside_url=url_for(".set_aside", reference=found.reference),
        acts=[Act(_("Relire maintenant"), url, "post", icon="undo")],
    )


@bp.get("/a-examiner/<reference>/original")
@needs(QUARANTINE)
def raw(reference: str) -> Response:
    """The exact bytes received."""
    found = _item(reference)
    waiting.demand_open(found, actor())
    return download(found.sha256, f"{found.reference}.bin", "application/octet-stream")


@bp.get("/reception")
@needs(Permission.HEALTH)
def health() -> str:
    """Is everything that arrives understood, and is anything stuck?"""
    return render("intake/health.html", current="intake.health", **reception.health(now()))
