"""A person calls or comes: who is it, what is under way, what is to be noted. Look-up first.

For each channel where people are looked up (`protocol.LookedUp`); a new request is the form of
`entry`.
"""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.appointments import desks
from grc.cases import callers, lookup
from grc.cases.models import Case
from grc.cases.queries import case_for, placed
from grc.cases.tokens import sign_entry
from grc.catalogue.queries import snapshot as catalogue
from grc.channels import forms, registry
from grc.channels.fields import Field, check
from grc.channels.protocol import LookedUp, looked_up
from grc.citizens.asked import LONGEST, read
from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.intake import information
from grc.staff.policy import Permission
from grc.web import entry, nav, once, returning
from grc.web.forms import entry as drawing
from grc.web.forms.cases import request_types
from grc.web.forms.entry import Drawn
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import calls as presenter
from grc.web.presenters import marks
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("calls", __name__)
CONTACT = Permission.CONTACT
INFORMATION = "information"  # the value of the button


@bp.get("/contact/<channel>")
@needs(CONTACT)
def page(channel: str) -> str:
    """One box, and below it who may be meant."""
    source = _channel(channel)
    typed = request.args.get("q", "").strip()[:LONGEST]
    found = callers.look_up(actor(), typed, now()) if typed else None
    return render(
        "calls/page.html",
        page={
            "title": _(source.act),
            "who": _(source.who),
            "url": url_for(".send", channel=channel),
            "typed": typed,
            "longest": LONGEST,
            "back": returning.given(),
            "back_url": returning.back(),
            "given_today": information.today(_desk(source), now()),
            "new_url": presenter.new_url(channel, typed, returning.given()),
        },
        found=presenter.found(found, presenter.roads_of(channel, typed, returning.given()))
        if found
        else None,
        themes=request_types(_("Sans thème")),
    )


@bp.post("/contact/<channel>")
@needs(CONTACT)
def send(channel: str) -> ResponseReturnValue:
    """Look somebody up; nobody, or the button for it, is an information given and counted."""
    source = _channel(channel)
    typed = request.form.get("q", "").strip()[:LONGEST]
    if typed and request.form.get("act") != INFORMATION:
        back = returning.given() or None
        return redirect(url_for(".page", channel=channel, q=typed, retour=back), 303)
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            theme = request.form.get("theme", "")
            known = theme if theme in catalogue().types else None
            site = desks.site_of(actor(), who().site) if source.on_site else None
            information.give(
                source.name,
                _desk(source),
                known,
                actor=actor(),
                now=now(),
                site_id=site.id if site else None,
            )
            where = returning.back()
            once.settle(where)
    number = information.today(_desk(source), now())
    flash(
        _("Information comptée, sans nom : %(n)s aujourd’hui dans le service.", n=number), "success"
    )
    return redirect(where, 303)


@bp.get("/contact/<channel>/<reference>")
@needs(CONTACT)
def again(channel: str, reference: str) -> str:
    """What is asked of a further contact about an open case."""
    source, case = _channel(channel), _case(reference)
    given = {"name": [lookup.names_of([case]).get(case.id, "")], "number": [_number()]}
    return _form(source, case, Drawn(_again(source), given, {}))


@bp.post("/contact/<channel>/<reference>")
@needs(CONTACT)
def note(channel: str, reference: str) -> ResponseReturnValue:
    """Keep a further contact as any other form; it goes into the case that was chosen."""
    source, case = _channel(channel), _case(reference)
    fields = _again(source)
    given = drawing.posted(fields)
    checked = check(fields, given, drawing.commune)
    if checked.problems:
        return _form(source, case, Drawn(fields, given, checked.problems)), 422
    chosen = {
        "subject": case.subject or _(source.label),
        "case": sign_entry(case.id, settings().token_keys),
    }
    raw = forms.write(checked.values | chosen, now())
    return redirect(entry.keep(source, raw), 303)


def _desk(source: LookedUp) -> int:
    """The unit that counts: that of the site where she sits, for who receives there."""
    site = desks.site_of(actor(), who().site) if source.on_site else None
    return site.unit_id if site else nav.my_desk(actor())


def _again(channel: LookedUp) -> tuple[Field, ...]:
    by_name = {one.name: one for one in drawing.completed(channel.fields)}
    return tuple(by_name[name] for name in channel.again)


def _case(reference: str) -> Case:
    """Who may read a case may add what its citizen says, as a letter would."""
    return case_for(actor(), reference, Permission.CASE_READ, now())


def _channel(name: str) -> LookedUp:
    entry.demand_open(name)
    found = registry.look(name)
    source = looked_up(found) if found else None
    if source is None:
        raise NotFound(N_("On ne cherche personne par ce canal."))
    return source


def _number() -> str:
    """The number that was looked up, to be kept with what is noted."""
    return read(request.args.get("q", ""), paris_date(now())).phone


def _form(channel: LookedUp, case: Case, drawn: Drawn) -> str:
    return render(
        "entry/form.html",
        page={
            "title": _("Nouveau contact"),
            "url": url_for(".note", channel=channel.name, reference=case.reference),
            "channel": channel.name,
            "back_url": returning.back(),
            "hidden": {returning.NAME: returning.given()},
            "about": presenter.about_case(case, placed([case.id]).get(case.id))
            | {"rank": presenter.rank(case.contacts + 1)},
            "channel_label": marks.channel_label(channel.name),
        },
        form=drawn.form,
        groups=drawn.groups,
        has_files=drawn.has_files,
        communes=(),
    )
