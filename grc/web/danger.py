"""Danger, from every screen: the numbers at once, and handing over in two keys."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.cases.queries import case_for
from grc.catalogue import danger as plans
from grc.channels import forms, registry
from grc.channels.fields import Checked, Field, Kind, check
from grc.channels.protocol import Typed
from grc.core.db import session, transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.core.seals import Seal
from grc.core.settings import settings
from grc.danger import queries as alerts
from grc.danger import service
from grc.danger.models import Alert
from grc.jobs import crying, entering
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web import designated, nav, once, returning
from grc.web.cases.access import read
from grc.web.forms import danger as asked
from grc.web.forms import entry as drawing
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.presenters import danger as presenter
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("danger", __name__)
DANGER = Permission.DANGER
SEAL = Seal("grc-danger")
NOT_FOUND = N_("Cette page n'existe pas, ou vous n'y avez pas accès.")


@bp.get("/danger")
@needs(DANGER)
def page() -> str:
    """The numbers; for a case one reads, one button."""
    reference = request.args.get("demande", "")
    if reference:
        return _of_case(reference)
    return _shown(_form(formdata=None, canal=request.args.get("canal", "")))


@bp.post("/danger")
@needs(DANGER)
def begun() -> str:
    """The same with what was being typed in a form, which goes on here."""
    if reference := request.form.get("demande", ""):
        return _of_case(reference, why=request.form.get("text", ""))
    return _shown(_form())


def _form(**given: Any) -> asked.Alert:
    form = asked.Alert(**given)
    form.canal.choices = [(one.name, _(one.label)) for one in _fitting()]
    return form


def _of_case(reference: str, why: str = "") -> str:
    case, _facts = read(reference, "danger")
    form = asked.HandOver(formdata=None, demande=case.reference, why=why)
    about = {"reference": case.reference, "subject": case.subject, "url": case_url(case.reference)}
    return _page(form, about=about, back_url=case_url(case.reference))


def _shown(form: asked.Alert) -> str:
    hidden = [] if request.method == "GET" else _carried(form)
    return _page(form, hidden=hidden, back_url=returning.back())


def _carried(form: asked.Alert) -> list[tuple[str, str]]:
    """What a form had besides, sent on unseen."""
    own = {field.name for field in form}
    return [pair for pair in request.form.items(multi=True) if pair[0] not in own and pair[1]]


def _page(form: Any, **page: Any) -> str:
    unit = plans.unit_on_duty()
    shown = {
        "title": _("Danger"),
        "folded": asked.FOLDED if isinstance(form, asked.Alert) else (),
        "unit": unit.name,
        "short": unit.short_name,
        "url": url_for(".hand_over"),
        "numbers": presenter.numbers(plans.plan(), locale()),
        **page,
    }
    return render("danger/page.html", page=shown, form=form, danger=None)


@bp.post("/danger/transmettre")
@needs(DANGER)
def hand_over() -> ResponseReturnValue:
    """Hand over, and say so on a page without content."""
    reference = request.form.get("demande", "")
    if reference:
        return _hand_over(reference)
    form = _form()
    if not form.validate() or form.is_empty():
        return _shown(form), 422
    return redirect(_raised(form), 303)


def _hand_over(reference: str) -> ResponseReturnValue:
    form = asked.HandOver()
    at = now()
    try:
        with transaction():
            where = once.claim(who().id, at)
            if where is None:
                case = case_for(actor(), reference, Permission.CASE_READ, at)
                alert_id = service.hand_over(case, form.why.data or "", actor=actor(), now=at)
                where = _receipt(alert_id)
                once.settle(where)
    except NotFound:
        return _gone(form), 404
    return redirect(where, 303)


def _gone(form: asked.HandOver) -> str:
    """The case is not hers any more: perhaps a colleague was faster. What she typed goes on."""
    again = _form(formdata=None, text=form.why.data)
    words = _(
        "Cette demande n’est plus dans vos listes : un danger y a peut-être été signalé. "
        "Dans le doute, signalez-le ici."
    )
    return _page(again, warning=words, back_url=returning.back())


def _raised(form: asked.Alert) -> str:
    """Keep what was typed as an item of its channel; the alarm is planned with it, in one
    transaction: what happens to the case afterwards cannot silence it."""
    channel = _channel(form.canal.data or "")
    blob = entering.keep(forms.write(_values(channel, form), now()))
    with transaction():
        where = once.claim(who().id, now())
        if where is not None:
            return where
        source, key = organisation().unit_by_id(nav.my_desk(actor())).code[:80], once.key()
        entered = entering.store(channel.name, source, key, blob, actor=actor(), now=now())
        alert_id = service.raise_on(entered.item_id, actor=actor(), now=now())
        held = crying.hold(alert_id, now())
        where = _receipt(alert_id)
        once.settle(where)
    entering.understand(entered, tools())
    crying.hand_over(held, tools())
    return where


def _channel(name: str) -> Typed:
    """The channel of the form it began in, if a person types there; else the first of those."""
    fitting = _fitting()
    return next((one for one in fitting if one.name == name), fitting[0])


def _fitting() -> list[Typed]:
    """The channels whose forms ask for no more than words; closed ones rather than none."""
    opened, known = settings().channels, frozenset({"subject", "text"})
    found = registry.typed_channels(opened) or registry.typed_channels(())
    return [one for one in found if known >= {field.name for field in one.fields if field.required}]


def _values(channel: Typed, form: asked.Alert) -> dict[str, Any]:
    """The answers of the channel's form. What it would refuse is written into the text: nobody
    in danger waits for a telephone number to be typed right."""
    person = designated.person()
    fields = designated.asked(drawing.completed(channel.fields), person)
    given = drawing.posted(fields)
    text = presenter.told(form.place.data or "", form.text.data or "")
    subject = next(iter(given.get("subject", ())), "") or presenter.subject(text)
    given |= {"text": [text], "subject": [subject]}
    checked = check(fields, given, drawing.commune)
    said = [str(checked.values.get("text") or "–"), *_besides(channel.fields, checked)]
    values = checked.values | {"text": "\n".join(said)}
    return values | designated.values(person, values)


def _besides(fields: Sequence[Field], checked: Checked) -> list[str]:
    """What was typed and is no answer of this form, with its question."""
    kept = checked.values.keys()
    return [
        _("%(label)s : %(error)s", label=_(one.label), error=answer)
        for one in fields
        if one.name not in kept and one.kind is not Kind.FILE and one.name != "text"
        for answer in request.form.getlist(one.name)
        if answer
    ]


def _receipt(alert_id: int) -> str:
    return url_for(".sent", alert=SEAL.close(alert_id))


@bp.get("/danger/transmis/<alert>")
@needs(DANGER)
def sent(alert: str) -> str:
    """To whom, when, under which reference, and whether somebody answered. No content."""
    found = alerts.receipt(_opened(alert), actor(), now())
    if found is None:
        raise NotFound(NOT_FOUND)
    return render(
        "danger/sent.html",
        page=presenter.sent(found),
        numbers=presenter.numbers(plans.plan(), locale()),
        back_url=returning.last_list(),
    )


@bp.post("/danger/prendre")
@needs(Permission.CASE_WRITE)
def take() -> ResponseReturnValue:
    """ "I am dealing with it": the alarm stops, under her name."""
    alert_id = _opened(request.form.get("alert", ""))
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            service.take(alert_id, actor=actor(), now=now())
            where = presenter.case_of(session().get_one(Alert, alert_id)) or url_for("to_see.page")
            once.settle(where)
    flash(_("L’alarme s’arrête : c’est vous qui vous en occupez."), "success")
    return redirect(where, 303)


def _opened(sealed: str) -> int:
    found = SEAL.open(sealed)
    if not isinstance(found, int):
        raise NotFound(NOT_FOUND)
    return found


def answer(alert_id: int) -> Act:
    """What says that one deals with an alert: the key that cried answers."""
    fields = {"alert": SEAL.close(alert_id)}
    url = url_for("danger.take")
    return Act(_("Je m’en occupe"), url, "post", "check", "!", "primary", fields=fields)
