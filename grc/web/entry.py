"""What agents type themselves: a call, a visit. One form for each channel that has fields."""

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.cases import dictating
from grc.cases.callers import Caller
from grc.cases.models import Case
from grc.cases.queries import case_for
from grc.channels import forms, registry
from grc.channels.fields import Kind, check
from grc.channels.protocol import Typed
from grc.channels.registry import ClosedChannel, UnknownChannel
from grc.core.db import session, transaction
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.intake.models import Item
from grc.intake.queries import by_reference
from grc.intake.service import NO_SUCH_ITEM
from grc.jobs import entering
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web import designated, nav, once, returning
from grc.web.forms import entry as drawing
from grc.web.forms.entry import Drawn
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import calls as presenter
from grc.web.presenters import marks
from grc.web.presenters.rows import case_url
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("entry", __name__)
CONTACT = Permission.CONTACT
NO_FORM = N_("Ce canal n'a pas de formulaire.")
LARGEST = 30_000_000  # bytes of a form with files


def install(app: Flask) -> None:
    """Let forms with files be larger than others; must come before anything that reads them."""
    app.before_request(_make_room)


def _make_room() -> None:
    if request.endpoint == "entry.send":
        channel = registry.look(str((request.view_args or {}).get("channel")))
        if channel and any(one.kind is Kind.FILE for one in getattr(channel, "fields", ())):
            request.max_content_length = LARGEST


@bp.get("/saisie/<channel>")
@needs(CONTACT)
def page(channel: str) -> str:
    """The form of a channel, with what a look-up has already told."""
    source, person = _channel(channel), designated.person()
    fields = designated.asked(drawing.completed(source.fields), person)
    return _page(source, person, Drawn(fields, designated.told(person), {}))


@bp.post("/saisie/<channel>")
@needs(CONTACT)
def send(channel: str) -> ResponseReturnValue:
    """Keep what was typed, understand it at once, and go to the case it opened."""
    source, person = _channel(channel), designated.person()
    fields = designated.asked(drawing.completed(source.fields), person)
    given = drawing.posted(fields)
    checked = check(fields, given, drawing.commune)
    more = request.form.get("more", "")
    if more:
        return _page(source, person, Drawn(fields, given, {}, more))
    if checked.problems:
        return _page(source, person, Drawn(fields, given, checked.problems)), 422
    values = checked.values | designated.values(person, checked.values)
    return redirect(keep(source, forms.write(values, now())), 303)


def keep(channel: Typed, raw: bytes) -> str:
    """Take a form in once; where to go now."""
    blob = entering.keep(raw)
    with transaction():
        receipt = once.claim(who().id, now())
        if receipt is not None:
            return receipt
        unit = organisation().unit_by_id(nav.my_desk(actor()))
        key, source = once.key(), unit.code[:80]
        entered = entering.store(channel.name, source, key, blob, actor=actor(), now=now())
        back = returning.given() or None
        receipt = url_for("entry.receipt", reference=entered.reference, retour=back)
        once.settle(receipt)
    entering.understand(entered, tools())
    return receipt


@bp.get("/saisie/recu/<reference>")
@needs(CONTACT)
def receipt(reference: str) -> ResponseReturnValue:
    """What became of a form: its case, or its reference when others deal with it."""
    item = own(reference)
    case = session().get(Case, item.case_id) if item.case_id else None
    url = readable(case) if case else None
    is_spoken = designated.is_spoken(item.channel)
    if url and not is_spoken:
        return redirect(url)
    reference = (case or item).reference
    return render(
        "entry/receipt.html",
        page={
            "title": _("C’est noté"),
            "reference": reference,
            "groups": dictating.groups(reference),
            "aloud": presenter.aloud(reference),
            "is_opened": case is not None,
            "rank": presenter.rank(case.contacts) if case and item.outcome == "appended" else None,
            "case_url": url,
            "channel_label": marks.channel_label(item.channel),
            "again_url": nav.form_url(item.channel),
            "back_url": returning.back(),
        },
    )


def readable(case: Case) -> str | None:
    """The address of a case, for who may read it."""
    try:
        return case_url(case_for(actor(), case.reference, Permission.CASE_READ, now()).reference)
    except (NotFound, Forbidden):
        return None


def own(reference: str) -> Item:
    """The item of this reference, when it is this person who typed it."""
    item = by_reference(reference)
    if item is None or item.actor != actor().label or item.reference != reference:
        raise NotFound(NO_SUCH_ITEM)
    return item


def demand_open(name: str) -> None:
    """Refuse a channel that is closed, or that nobody knows."""
    try:
        registry.demand(name, settings().channels)
    except ClosedChannel as closed:
        text = N_("Le canal « %(channel)s » est fermé : rien ne peut y être saisi.")
        raise InvalidInput(text, channel=name) from closed
    except UnknownChannel:
        raise NotFound(NO_FORM) from None


def _channel(name: str) -> Typed:
    demand_open(name)
    found = registry.look(name)
    form = registry.typed_anywhere(found) if found else None
    if form is None:
        raise NotFound(NO_FORM)
    return form


def _page(channel: Typed, person: Caller | None, drawn: Drawn) -> str:
    return render(
        "entry/form.html",
        page={
            "title": _(channel.act),
            "url": url_for(".send", channel=channel.name),
            "channel": channel.name,
            "back_url": returning.back(),
            "hidden": designated.hidden(),
            "person": designated.shown(person) if person else None,
        },
        form=drawn.form,
        groups=drawn.groups,
        has_files=drawn.has_files,
        communes=drawing.communes() if drawn.has_communes else (),
    )
