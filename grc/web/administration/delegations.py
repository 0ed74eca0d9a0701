"""Delegations of signature: who may sign what, from when to when."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput
from grc.correspondence import delegating
from grc.correspondence.delegating import PAGE, Wanted
from grc.correspondence.models import Delegation
from grc.correspondence.queries import types
from grc.organisation.queries import snapshot as organisation
from grc.parsing import days
from grc.web import once
from grc.web.administration.blueprint import ADMIN, asked, bp, shown, unit_named, units
from grc.web.forms.administration import EndDelegation, NewDelegation
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.session import actor, who
from grc.web.words import _

SECTION = "administration.delegations"


@bp.get("/delegations")
@needs(ADMIN)
def delegations() -> str:
    """Those in force and to come, or those that are over."""
    today, over = paris_date(now()), asked("etat") == "closed"
    after = asked("suite")
    found = delegating.page(
        asked("q"), today, over=over, after=int(after) if after.isdecimal() else None
    )
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return shown(
        "administration/delegations.html",
        SECTION,
        lines=[_line(one, today) for one in found[:PAGE]],
        older_url=url_for(SECTION, q=asked("q") or None, etat=asked("etat") or None, suite=more)
        if more
        else None,
        given=request.args,
    )


def _line(one: Delegation, today: date) -> dict[str, Any]:
    unit = unit_named(one.unit_id)
    known = types()
    return {
        "row": one,
        "url": url_for("administration.delegation", number=one.id),
        "unit": unit.short_name if unit else "–",
        "types": [known[code].label(locale()) if code in known else code for code in one.types],
        "until": delegating.last_day(one),
        "is_later": one.valid_from > today,
        "is_over": one.valid_to <= today or not one.is_active,
    }


@bp.route("/delegations/nouvelle", methods=["GET", "POST"])
@needs(ADMIN)
def new_delegation() -> ResponseReturnValue:
    """Write one."""
    form = NewDelegation()
    form.prepare(units(), [(one, kind.label(locale())) for one, kind in types().items()])
    if request.method == "GET":
        form.since.data = paris_date(now())
        form.login.data = asked("login")
        return _new(form)
    if not form.validate():
        return _new(form), 422
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                unit = organisation().unit(form.unit.data)
                delegating.give(_wanted(form), unit, actor=actor(), now=now())
                once.settle(url_for(SECTION))
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _new(form), 422
    flash(_("Délégation enregistrée."), "success")
    return redirect(url_for(SECTION), 303)


def _wanted(form: NewDelegation) -> Wanted:
    return Wanted(
        form.login.data or "",
        form.name.data or "",
        form.quality.data or "",
        form.types.data or [],
        form.since.data,
        form.until.data,
        form.act.data or "",
    )


def _new(form: NewDelegation) -> str:
    return shown(
        "administration/form.html",
        SECTION,
        title=_("Nouvelle délégation"),
        back_url=url_for(SECTION),
        back=_("Délégations"),
        form=form,
        button=_("Enregistrer la délégation"),
        note=_("Une délégation se termine par une date ; elle n’est jamais effacée."),
    )


@bp.route("/delegations/<int:number>", methods=["GET", "POST"])
@needs(ADMIN)
def delegation(number: int) -> ResponseReturnValue:
    """One of them, and its last day."""
    row = delegating.delegation(number)
    last = delegating.last_day(row)
    form = EndDelegation(data={"until": last, "old": last.isoformat()})
    if request.method == "GET":
        return _one(row, form)
    if not form.validate():
        return _one(row, form), 422
    expected = days.day(form.old.data or "", date.max) or last
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                delegating.end(number, form.until.data, expected=expected, actor=actor(), now=now())
                once.settle(url_for("administration.delegation", number=number))
    except (InvalidInput, Conflict) as refusal:
        form.refuse(refusal)
        fresh = delegating.delegation(number)
        form.old.process_data(delegating.last_day(fresh).isoformat())
        return _one(fresh, form), 409 if isinstance(refusal, Conflict) else 422
    flash(_("Dernier jour enregistré."), "success")
    return redirect(url_for("administration.delegation", number=number), 303)


def _one(row: Delegation, form: EndDelegation) -> str:
    line = _line(row, paris_date(now()))
    return shown(
        "administration/form.html",
        SECTION,
        title=row.name,
        back_url=url_for(SECTION),
        back=_("Délégations"),
        facts=[
            (_("Qualité"), row.quality),
            (_("Service"), line["unit"]),
            (_("Types de lettre"), ", ".join(line["types"]) or _("tous")),
            (_("Acte"), row.act),
            (_("Depuis"), f"{row.valid_from:%d/%m/%Y}"),
            (_("Dernier jour"), f"{line['until']:%d/%m/%Y}"),
        ],
        form=form,
        button=_("Enregistrer le dernier jour"),
        note=say_end(row),
    )


def say_end(row: Delegation) -> str:
    """What ending it does."""
    return _("Ce qui est signé garde le nom, la qualité et l’acte de %(who)s.", who=row.name)
