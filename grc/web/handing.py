"""Mail handed over unopened: noting an envelope, and the lists people sign."""

from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.channels import forms, unopened
from grc.channels.unopened import UnopenedChannel
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.core.errors import Conflict, InvalidInput
from grc.intake.models import HandOver
from grc.jobs import entering
from grc.jobs.worker import tools
from grc.mailroom import correcting, handing
from grc.mailroom.correcting import Written
from grc.mailroom.handing import Line, Listed
from grc.organisation.queries import snapshot as organisation
from grc.parsing import days
from grc.staff.policy import Permission, allowed
from grc.web import once
from grc.web.entry import demand_open
from grc.web.forms.handing import Correction, Signature, Unopened
from grc.web.forms.mail import units
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.presenters.things import Act, Target
from grc.web.session import actor, who
from grc.web.words import _, say

bp = Blueprint("handing", __name__)
INDEX = Permission.MAIL_INDEX
SEEN = Permission.HAND_OVERS
KEYS = {"personal": "p", "medical": "m", "cabinet": "c", "tenders": "a"}
BOTH = ["GET", "POST"]


@bp.get("/courrier/remise")
@needs(INDEX)
def page() -> str:
    """One envelope to note."""
    return _page(Unopened(formdata=None))


@bp.post("/courrier/remise")
@needs(INDEX)
def send() -> ResponseReturnValue:
    """Keep what was noted, put the envelope on its list at once, and ask for the next one."""
    demand_open(UnopenedChannel.name)
    form = Unopened()
    form.validate()
    form.prepare(handing.near(paris_date(now())))
    values = form.values()
    if values is None:
        return _page(form), 422
    return redirect(_keep(forms.write(values, now())), 303)


def _keep(raw: bytes) -> str:
    blob = entering.keep(raw)
    with transaction():
        where = once.claim(who().id, now())
        if where is not None:
            return where
        source, key = organisation().triage.code[:80], once.key()
        entered = entering.store(
            UnopenedChannel.name, source, key, blob, actor=actor(), now=now()
        )  # fmt: skip
        where = url_for(".page", note=entered.reference)
        once.settle(where)
    entering.understand(entered, tools())
    return where


def _page(form: Unopened) -> str:
    near = form.near.choices or handing.near(paris_date(now()))
    form.prepare(near)
    return render(
        "handing/form.html",
        current="mail.batches",
        back=Target(_("Courrier"), url_for("mail.batches")),
        url=url_for(".send"),
        lists_url=url_for(".lists"),
        keys=KEYS,
        units=[name for _code, name in units()],
        noted=_noted(request.args.get("note", "")),
        form=form,
    )


def _noted(reference: str) -> dict[str, Any] | None:
    """What was noted last, and the list it is on."""
    found = handing.noted(actor(), reference) if reference else None
    if found is None:
        return None
    return {
        "reference": reference,
        "kind": _(dict(unopened.KINDS)[found.envelope.kind]),
        "destination": found.hand_over.destination,
        "list": found.hand_over.reference,
        "url": _url(found.hand_over),
    }


def _url(hand_over: HandOver) -> str:
    return url_for(".one", reference=hand_over.reference)


@bp.get("/courrier/bordereaux")
@needs(SEEN)
def lists() -> str:
    """The lists of a day, and those before it that wait for a signature."""
    today = paris_date(now())
    on = days.day(request.args.get("jour", ""), today) or today
    found = handing.lists(actor(), on)
    return render(
        "handing/lists.html",
        current="mail.batches" if allowed(actor(), INDEX) else "handing.lists",
        day=format_date(on, "full", locale=locale()),
        before_url=_day_url(on - timedelta(days=1)),
        after_url=_day_url(on + timedelta(days=1)) if on < today else None,
        note_url=url_for(".page") if allowed(actor(), INDEX) else None,
        lists=[_listed(one, on) for one in found],
    )


def _day_url(on: date) -> str:
    return url_for(".lists", jour=f"{on:%Y-%m-%d}")


def _listed(one: Listed, on: date) -> dict[str, Any]:
    hand_over = one.hand_over
    return {
        "url": _url(hand_over),
        "reference": hand_over.reference,
        "destination": hand_over.destination,
        "count": one.count,
        "on": hand_over.on_date if hand_over.on_date != on else None,
        "handed_at": hand_over.handed_at,
        "received_by": hand_over.received_by,
    }


@bp.route("/courrier/bordereaux/<reference>", methods=BOTH)
@needs(SEEN)
def one(reference: str) -> ResponseReturnValue:
    """One list: what is on it, to be printed; who has signed for it."""
    found = handing.list_for(actor(), reference)
    form = Signature()
    if form.is_submitted() and form.validate():
        try:
            return _sign(reference, form)
        except Conflict as conflict:
            session().refresh(found)
            return _list(found, form, say(conflict.text)), 409
    return _list(found, form), 422 if form.errors else 200


def _sign(reference: str, form: Signature) -> ResponseReturnValue:
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            handing.sign(reference, form.name.data, form.seen.data, actor=actor(), now=now())
            where = url_for(".lists")
            once.settle(where)
            flash(_("Bordereau %(n)s remis.", n=reference), "success")
    return redirect(where, 303)


def _list(found: HandOver, form: Signature, happened: str = "") -> str:
    lines = handing.lines(found)
    form.seen.data = handing.seen(lines)
    notes = allowed(actor(), INDEX)
    signs = found.handed_at is None and notes and lines
    return render(
        "handing/list.html",
        current="mail.batches" if notes else "handing.lists",
        back=Target(_("Bordereaux"), url_for(".lists")),
        hand_over=found,
        day=format_date(found.on_date, "full", locale=locale()),
        lines=[_line(number, line, corrects=notes) for number, line in enumerate(lines, 1)],
        form=form if signs else None,
        happened=happened,
    )


def _line(number: int, line: Line, *, corrects: bool) -> dict[str, Any]:
    envelope = line.envelope
    url = url_for(".correct", number=envelope.id)
    return {
        "number": number,
        "reference": line.item.reference,
        "kind": _(dict(unopened.KINDS)[envelope.kind]),
        "sender": envelope.sender,
        "registered": envelope.registered,
        "arrived_on": envelope.arrived_on,
        "before": line.before,
        "now": line.now,
        "act": Act(_("Corriger"), url, icon="pen", modal=True)
        if corrects and not line.now
        else None,
    }


@bp.route("/courrier/plis/<int:number>/corriger", methods=BOTH)
@needs(INDEX)
def correct(number: int) -> ResponseReturnValue:
    """Write anew what is on an envelope."""
    form, status = Correction(), 200
    form.prepare()
    if form.is_submitted():
        status, told = 422, form.written() if form.validate() else None
        if told is not None:
            try:
                return _correct(number, told)
            except InvalidInput as refusal:
                form.refuse(refusal)
    found = correcting.held(actor(), number)
    if not form.is_submitted():
        form.kind.data = found.envelope.kind
        form.destination.data = found.hand_over.destination
        form.registered.data, form.sender.data = found.envelope.registered, found.envelope.sender
    page = render(
        "handing/correct.html",
        current="mail.batches",
        back=Target(_("Bordereau"), _url(found.hand_over)),
        url=request.path,
        units=[name for _code, name in units()],
        is_signed=found.hand_over.handed_at is not None,
        form=form,
    )
    return page, status


def _correct(number: int, told: Written) -> ResponseReturnValue:
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            where = _url(correcting.correct(number, told, actor=actor(), now=now()))
            once.settle(where)
            flash(_("Pli corrigé."), "success")
    return redirect(where, 303)
