"""Paper slips: printed before the program is away, typed in once it is back."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.appointments import desks
from grc.cases.models import Case
from grc.channels import forms, registry
from grc.channels.fields import Checked, Field, check
from grc.channels.protocol import Typed, looked_up
from grc.core.db import session, transaction
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.jobs import entering
from grc.jobs.worker import tools
from grc.organisation.queries import SiteView
from grc.organisation.queries import snapshot as organisation
from grc.slips import numbers, queries, service
from grc.slips.models import PaperSlip
from grc.slips.printing import printed
from grc.staff.policy import Permission
from grc.web import once
from grc.web.addresses import key_number
from grc.web.entry import demand_open, readable
from grc.web.forms import entry as drawing
from grc.web.forms.entry import Drawn
from grc.web.forms.slips import WHEN, Print, Void, moment
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.headers import OURS, POLICY
from grc.web.present import now
from grc.web.presenters import slips as presenter
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("slips", __name__)
CONTACT = Permission.CONTACT
SHOWN = 100  # lines of a page
NO_SITE = N_("Ce site n’existe pas, ou vous n’y recevez pas.")


@bp.get("/fiches-papier")
@needs(CONTACT)
def page() -> ResponseReturnValue:
    """What has not come back, by site; a number typed or scanned leads to its slip."""
    typed = request.args.get("numero", "").strip()
    told = numbers.read(typed) if typed else None
    if told is not None:
        return redirect(_url(service.genuine(told, settings().token_keys)))
    wrong = _(service.NO_SUCH) if typed else None
    return _list(typed, wrong), 404 if wrong else 200


@bp.get("/fiches-papier/site/<code>")
@needs(CONTACT)
def site(code: str) -> str:
    """The slips of a site that have not come back."""
    return _site_page(_site(code), Print())


@bp.post("/fiches-papier/site/<code>")
@needs(CONTACT)
def issue(code: str) -> ResponseReturnValue:
    """Number new slips; the file to print follows."""
    place, form = _site(code), Print()
    if not form.validate():
        return _site_page(place, form), 422
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            made = service.issue(place, int(form.count.data), actor=actor(), now=now())
            where = url_for(".site", code=code, de=made[0], a=made[-1])
            once.settle(where)
    return redirect(where, 303)


@bp.get("/fiches-papier/site/<code>/<int:first>-<int:last>.pdf")
@needs(CONTACT)
def sheets(code: str, first: int, last: int) -> Response:
    """Slips to print, those of these ranks that have not come back."""
    place = _site(code)
    rows = queries.between(place, first, last, most=service.MOST)
    if not rows:
        raise NotFound(N_("Rien à imprimer."))
    response = Response(printed(place, rows), mimetype="application/pdf")
    name = f"fiches-{code}-{first}-{last}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers[POLICY] = OURS
    return response


@bp.get("/fiches-papier/<number>")
@needs(CONTACT)
def enter(number: str) -> ResponseReturnValue:
    """The form of a slip, or what became of it."""
    row = _slip(number)
    told = queries.told(row)
    if told is not None:
        return _done(row, told)
    channel = _channel(request.args.get("canal", ""))
    return _form(row, channel, Drawn(_fields(channel), {}, {}))


@bp.post("/fiches-papier/<number>")
@needs(CONTACT)
def send(number: str) -> ResponseReturnValue:
    """Keep what is on a slip, as of when it took place, and understand it at once."""
    row, channel = _slip(number), _channel(request.form.get("canal", ""))
    fields = _fields(channel)
    given = drawing.posted(fields)
    checked = check(fields, given, drawing.commune)
    at = moment(checked, row)
    if at is None or checked.problems:
        return _form(row, channel, Drawn(fields, given, checked.problems)), 422
    try:
        return redirect(_keep(row, channel, checked, at), 303)
    except Conflict:
        session().expire(row)
        told = queries.told(row)
        if told is None:
            raise
        return _done(row, told, typed=[*presenter.typed(fields, checked)]), 409


@bp.route("/fiches-papier/<number>/annuler", methods=["GET", "POST"])
@needs(CONTACT)
def void(number: str) -> ResponseReturnValue:
    """Say why a slip will not come back."""
    row, form, status = _slip(number), Void(), 200
    back = url_for(".site", code=desks.demand(row.site_id, actor()).code)
    if form.validate_on_submit():
        try:
            return redirect(_void(row, form.reason.data, back), 303)
        except (Conflict, InvalidInput) as refusal:
            form.refuse(refusal)
            status = 409
    page = {
        "title": _("Annuler cette fiche"),
        "url": request.path,
        "submit": _("Annuler la fiche"),
        "reference": _number(row),
        "back_url": back,
    }
    return render("mail/act.html", page=page, form=form), 422 if form.errors else status


def _void(row: PaperSlip, reason: str, back: str) -> str:
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            service.void(row, reason, actor=actor(), now=now())
            where = back
            once.settle(where)
            flash(_("Fiche %(number)s annulée.", number=_number(row)), "success")
    return where


def _keep(row: PaperSlip, channel: Typed, checked: Checked, at: datetime) -> str:
    blob = entering.keep(forms.write(checked.values, at))
    number, source = _number(row), f"paper:{organisation().sites[row.site_id].code}"[:80]
    with transaction():
        receipt = once.claim(who().id, now())
        if receipt is not None:
            return receipt
        entered = entering.store(
            channel.name, source, number, blob, actor=actor(), now=now(), paper_at=at
        )
        service.enter(row, entered.item_id, actor=actor(), now=now())
        receipt = url_for("entry.receipt", reference=entered.reference, retour=url_for(".page"))
        once.settle(receipt)
    entering.understand(entered, tools())
    return receipt


def _slip(number: str) -> PaperSlip:
    """The slip at this address; a scanned address brings its whole code along."""
    told = numbers.read(f"{number}?{request.query_string.decode()}")
    return service.genuine(told, settings().token_keys)


def _number(row: PaperSlip) -> str:
    return numbers.short(service.slip_of(row), settings().token_keys)


def _url(row: PaperSlip) -> str:
    return url_for(".enter", number=_number(row))


def _site(code: str) -> SiteView:
    found = [one for one in desks.sites(actor()) if one.code == code]
    if not found:
        raise NotFound(NO_SITE)
    return found[0]


def _spoken() -> list[Typed]:
    """The channels by which somebody speaks, those of a site first: paper was on its desk."""
    found = registry.typed_channels(settings().channels)
    spoken = [one for one in found if looked_up(one) is not None]
    return sorted(spoken, key=lambda one: not getattr(one, "on_site", False))


def _channel(name: str) -> Typed:
    found = _spoken()
    chosen = next((one for one in found if one.name == name), found[0] if found else None)
    if chosen is None:
        raise NotFound(N_("Ce canal n'a pas de formulaire."))
    demand_open(chosen.name)
    return chosen


def _fields(channel: Typed) -> tuple[Field, ...]:
    return (*WHEN, *drawing.completed(channel.fields))


def _form(row: PaperSlip, channel: Typed, drawn: Drawn) -> str:
    url = _url(row)
    return render(
        "entry/form.html",
        page={
            "title": _("Fiche papier %(number)s", number=_number(row)),
            "url": url,
            "back_url": url_for(".page"),
            "channel": channel.name,
            "tabs": presenter.tabs(_spoken(), channel.name, url),
        },
        form=drawn.form,
        groups=drawn.groups,
        has_files=drawn.has_files,
        communes=drawing.communes() if drawn.has_communes else (),
    )


def _done(row: PaperSlip, told: queries.Told, typed: Sequence[tuple[str, str]] = ()) -> str:
    case = session().get(Case, told.item.case_id) if told.item and told.item.case_id else None
    return render(
        "slips/done.html",
        page=presenter.done(_number(row), told, readable(case) if case else None),
        typed=typed,
        back_url=url_for(".page"),
    )


def _list(typed: str, wrong: str | None) -> str:
    return render(
        "slips/page.html",
        page={"url": url_for(".page"), "typed": typed, "wrong": wrong},
        sites=[presenter.site(one) for one in queries.waiting(actor())],
    )


def _site_page(place: SiteView, form: Print) -> str:
    args = request.args
    after = args.get("apres", 0, type=key_number)
    rows = queries.not_back(place, after=after, most=SHOWN + 1)
    return render(
        "slips/site.html",
        page=presenter.site_page(place, rows[:SHOWN], more=len(rows) > SHOWN),
        lines=[presenter.line(row, _number(row)) for row in rows[:SHOWN]],
        form=form,
        fresh=presenter.fresh(place, *(args.get(one, 0, type=key_number) for one in ("de", "a"))),
    )
