"""The opening calendar: days that a site, or all of us, is closed, and why."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grc.appointments.queries import to_come
from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput
from grc.core.i18n import N_
from grc.organisation import changing, edits
from grc.organisation.changing import Act as Changing
from grc.organisation.changing import mark
from grc.organisation.present import present
from grc.organisation.queries import snapshot as organisation
from grc.organisation.tables import ClosedDay, Organisation
from grc.web import once
from grc.web.administration.blueprint import ADMIN, asked, bp, shown
from grc.web.administration.changed import carried
from grc.web.administration.places import SECTION, found
from grc.web.forms.organisation import ClosedDays, OpenDay
from grc.web.guard import needs
from grc.web.present import now
from grc.web.session import actor, who
from grc.web.words import _, ngettext

CALENDAR = "administration.calendar"
_SHOWN = 200  # days


@bp.route("/organisation/jours-fermes", methods=["GET", "POST"])
@needs(ADMIN)
def calendar() -> ResponseReturnValue:
    """Days to come, or those of before; a form that closes some more."""
    here, form = present(), ClosedDays()
    form.prepare([(one.code, one.name) for one in here.sites if one.active])
    if not form.is_submitted():
        return _page(here, form)
    if not form.validate():
        return _page(here, form), 422
    try:
        days = _days(form)
        _close(days)
    except (InvalidInput, Conflict) as refusal:
        form.refuse(refusal)
        return _page(here, form), 409 if isinstance(refusal, Conflict) else 422
    flash(_("Enregistré : échéances et rendez-vous à donner en tiennent compte."), "success")
    if met := _met(days):
        flash(_warned(met), "warning")
    return redirect(url_for(CALENDAR), 303)


def _met(days: list[ClosedDay]) -> int:
    """How many appointments are still to come on days, at the sites that are closed."""
    given = to_come({one.on for one in days})
    return sum(_given(one, given) for one in days)


def _given(day: ClosedDay, given: dict[tuple[date, int], int]) -> int:
    return sum(
        count
        for (on, site_id), count in given.items()
        if on == day.on and day.site in ("", organisation().sites[site_id].code)
    )


def _warned(met: int) -> str:
    return ngettext(
        "Un rendez-vous y est déjà donné : l’accueil du site le voit et prévient la personne.",
        "%(num)s rendez-vous y sont déjà donnés : l’accueil du site les voit et prévient.",
        met,
    )


def _days(form: ClosedDays) -> list[ClosedDay]:
    first, last = form.on.data, form.until.data or form.on.data
    if first < paris_date(now()):
        raise InvalidInput(N_("Ce jour est passé."), field="on")
    if last < first:
        raise InvalidInput(N_("Le dernier jour est avant le premier."), field="until")
    count = (last - first).days + 1
    if count > edits.LONGEST_CLOSING:
        text = N_("Au plus %(most)s jours à la fois.")
        raise InvalidInput(text, field="until", most=edits.LONGEST_CLOSING)
    reason = (form.reason.data or "").strip()
    return [ClosedDay(first + timedelta(n), reason, form.site.data or "") for n in range(count)]


def _close(days: list[ClosedDay]) -> None:
    edit = edits.closed_days(days)
    with transaction():
        if once.claim(who().id, now()) is None:
            seen = mark(edit.of(present()))
            changing.change(edit, Changing(actor(), now(), seen))
            once.settle(url_for(CALENDAR))


def _page(here: Organisation, form: ClosedDays) -> str:
    today, is_past = paris_date(now()), asked("etat") == "closed"
    days = [one for one in here.closed_days if (one.on < today) == is_past]
    days = days[::-1][:_SHOWN] if is_past else days[:_SHOWN]
    names = {one.code: one.name for one in here.sites}
    given = to_come({one.on for one in days}) if days and not is_past else {}
    return shown(
        "administration/calendar.html",
        SECTION,
        form=form,
        lines=[_line(one, names) | {"given": _given(one, given)} for one in days],
        is_past=is_past,
        back_url=url_for(SECTION),
        other_url=url_for(CALENDAR, etat=None if is_past else "closed"),
    )


def _line(one: ClosedDay, names: dict[str, str]) -> dict[str, Any]:
    return {
        "day": one.on,
        "reason": one.reason,
        "site": names.get(one.site, one.site) if one.site else "",
        "url": url_for("administration.open_day", code=one.code),
    }


@bp.route("/organisation/jours-fermes/<code>", methods=["GET", "POST"])
@needs(ADMIN)
def open_day(code: str) -> ResponseReturnValue:
    """Open on a day that was closed."""
    row = found(present().closed_days, code)
    form, where = OpenDay(data={"seen": mark(row)}), url_for(CALENDAR)
    page = partial(
        shown, "administration/state.html", SECTION, form=form, row=row, held=None, problems=[],
        title=_("Ouvrir le %(day)s", day=f"{row.on:%d/%m/%Y}"), back_url=where,
        back=_("Jours fermés"), conflict="", expected=[],
    )  # fmt: skip

    def _again(**more: Any) -> str:
        words = [str(one) for field in form for one in field.errors]
        return page(**({"problems": words} | more))

    if not form.validate_on_submit():
        return _again(), 422 if form.is_submitted() else 200
    return carried(form, edits.open_day(code), where, _again, _("Ce jour est ouvert."))
