"""The registers of the mail room: on screen, on paper, as a file."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.channels import unopened
from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.intake.models import Enclosure
from grc.mailroom import enclosures, registers
from grc.mailroom.enclosures import Found
from grc.mailroom.registers import MOST, MOST_IN_A_FILE, Kept, Period, Registered
from grc.parsing import days
from grc.recovery.amounts import euros
from grc.staff.policy import Permission
from grc.web import once, spreadsheet
from grc.web.forms.registers import GivenBack, Line
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters.things import Act, Target
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("registers", __name__)
INDEX = Permission.MAIL_INDEX
CURRENT = "mail.batches"
BOTH = ["GET", "POST"]
_MONTH, _WEEK = 30, 7  # days shown unless others are asked for
_ENCLOSURES = (
    N_("Arrivé le"),
    N_("Nature"),
    N_("Tireur, ou pièce"),
    N_("Montant"),
    N_("Courrier"),
    N_("Rendu le"),
    N_("Comment"),
    N_("N° de recommandé"),
)
_REGISTERED = (
    N_("Arrivé le"),
    N_("N° de recommandé"),
    N_("Référence"),
    N_("Pli"),
    N_("Expéditeur"),
    N_("Remis à"),
    N_("Reçu par"),
    N_("Remis le"),
)


@bp.get("/courrier/registre")
@needs(INDEX)
def held() -> ResponseReturnValue:
    """Cheques and originals of a period."""
    period, everything = _period(_MONTH), request.args.get("tout") == "1"
    if _is_file():
        found = registers.enclosures(period, held=not everything, most=MOST_IN_A_FILE)
        return spreadsheet.answer(
            "cheques-et-originaux.csv", [_(one) for one in _ENCLOSURES], map(_cells, found)
        )
    found = registers.enclosures(period, held=not everything)
    return _page(
        "registers/enclosures.html",
        period,
        lines=[_kept(one) for one in found],
        everything=everything,
        is_cut=len(found) == MOST,
    )


@bp.get("/courrier/recommandes")
@needs(INDEX)
def registered() -> ResponseReturnValue:
    """The day book of registered mail."""
    period = _period(_WEEK)
    if _is_file():
        found = registers.registered(period, MOST_IN_A_FILE)
        return spreadsheet.answer(
            "recommandes.csv", [_(one) for one in _REGISTERED], map(_told, found)
        )
    found = registers.registered(period)
    lines = [dict(zip(_NAMES, _told(one), strict=True)) for one in found]
    return _page("registers/registered.html", period, lines=lines, is_cut=len(found) == MOST)


_NAMES = ("on", "number", "reference", "kind", "sender", "destination", "received_by", "handed")


def _page(template: str, period: Period, **context: Any) -> str:
    first, last = (f"{day:%d/%m/%Y}" for day in period)
    asked = {"du": first, "au": last} | ({"tout": "1"} if context.get("everything") else {})
    return render(
        template,
        current=CURRENT,
        url=request.path,
        first=first,
        last=last,
        file_url=f"{request.path}?{urlencode({'fichier': '1', **asked})}",
        **context,
    )


def _is_file() -> bool:
    return request.args.get("fichier") == "1"


def _period(length: int) -> Period:
    """The days asked for, the latest ones unless they are told; the wrong way round is forgiven."""
    today = paris_date(now())
    last = days.day(request.args.get("au", ""), today) or today
    first = days.day(request.args.get("du", ""), today) or last - timedelta(days=length - 1)
    return min(first, last), max(first, last)


def _kept(one: Kept) -> dict[str, Any]:
    row = one.enclosure
    names = ("on", "kind", "what", "amount", "letter", "returned_on", "how", "registered")
    give, fix = (url_for(name, number=row.id) for name in (".give_back", ".correct"))
    acts = [Act(_("Rendre"), give, icon="check", modal=True)]
    if not one.is_hidden:
        acts.append(Act(_("Corriger"), fix, icon="pen", modal=True))
    if row.returned_on is not None:
        url = url_for(".take_back", number=row.id)
        acts = [Act(_("Remettre au registre"), url, "post", icon="undo", kind="quiet")]
    return dict(zip(names, _cells(one), strict=True)) | {"acts": acts}


def _cells(one: Kept) -> tuple[str, ...]:
    row = one.enclosure
    return (
        _day(row.arrived_on),
        _(enclosures.KINDS[row.kind]),
        _("(réservé)") if one.is_hidden else one.what,
        "" if row.cents is None else euros(row.cents),
        one.letter,
        _day(row.returned_on),
        _(enclosures.WAYS[row.returned_how]) if row.returned_how else "",
        row.registered or "",
    )


def _told(one: Registered) -> tuple[str, ...]:
    kind = dict(unopened.KINDS)[one.kind] if one.kind else None
    return (
        _day(one.on),
        one.number,
        one.reference,
        _(kind) if kind else _("Courrier ouvert"),
        one.sender,
        one.destination,
        one.received_by,
        _day(paris_date(one.handed_at) if one.handed_at else None),
    )


def _day(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else ""


@bp.route("/courrier/registre/<int:number>/rendu", methods=BOTH)
@needs(INDEX)
def give_back(number: int) -> ResponseReturnValue:
    """Say that a cheque or an original has left."""
    words, form = _row(number)[1], GivenBack()
    form.prepare()
    told = form.told() if form.validate_on_submit() else None

    def carry(on: date, by: str) -> None:
        enclosures.give_back(number, on, form.how.data, by, actor=actor(), now=now())

    return _act(words, form, partial(carry, *told) if told else None, _("Rendre"))


@bp.route("/courrier/registre/<int:number>/corriger", methods=BOTH)
@needs(INDEX)
def correct(number: int) -> ResponseReturnValue:
    """Write a line anew."""
    (row, words), form = _row(number, said=True), Line()
    form.prepare(row)
    told = form.found() if form.validate_on_submit() else None

    def carry(found: Found) -> None:
        enclosures.correct(number, found, actor=actor(), now=now())

    return _act(words, form, partial(carry, told) if told else None, _("Corriger"))


@bp.post("/courrier/registre/<int:number>/reprendre")
@needs(INDEX)
def take_back(number: int) -> ResponseReturnValue:
    """Say that what was thought to have left is still here."""
    return redirect(_once(lambda: enclosures.take_back(number, actor=actor(), now=now())), 303)


def _row(number: int, *, said: bool = False) -> tuple[Enclosure, str]:
    """A line, and its words; `said`: one of which the mail room may know from whom it is."""
    found = enclosures.held(number)
    if found is None or (said and not found[1]):
        raise NotFound(enclosures.NO_SUCH)
    row, is_known = found
    return row, row.what if is_known else _("(réservé)")


def _act(
    words: str, form: Any, carry: Callable[[], None] | None, title: str
) -> ResponseReturnValue:
    """A page with a form, carried out once; without `carry` it is shown, with what is wrong."""
    status = 422 if form.is_submitted() else 200
    if carry is not None:
        try:
            return redirect(_once(carry), 303)
        except (Conflict, InvalidInput) as refusal:
            form.refuse(InvalidInput(refusal.text.msgid, field=getattr(refusal, "field", None)))
            status = 409 if isinstance(refusal, Conflict) else 422
    page = render(
        "mail/act.html",
        current=CURRENT,
        back=Target(_("Registre"), url_for(".held")),
        page={
            "title": title,
            "url": request.path,
            "submit": _("Enregistrer"),
            "reference": words,
            "back_url": url_for(".held"),
        },
        form=form,
    )
    return page, status


def _once(carry: Callable[[], None]) -> str:
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            carry()
            where = url_for(".held")
            once.settle(where)
            flash(_("Enregistré."), "success")
    return where
