"""How much of what reaches the channels is recorded: a month, and the numbers of a day."""

from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from babel.numbers import format_percent
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.coverage import queries, service
from grc.coverage.queries import Coverage
from grc.coverage.service import Count
from grc.coverage.words import MEASURES
from grc.staff.policy import Permission
from grc.web.addresses import day
from grc.web.forms.coverage import Counts
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.session import actor
from grc.web.words import _

bp = Blueprint("coverage", __name__)
HEALTH = Permission.HEALTH


@bp.get("/couverture")
@needs(HEALTH)
def page() -> str:
    """The month asked for, else the present one; the form holds what is known of a day."""
    on = day(request.args.get("jour"), paris_date(now())) or paris_date(now()) - timedelta(days=1)
    return _page(Counts(formdata=None, data={"on": on, **queries.counts(on)}))


@bp.post("/couverture")
@needs(HEALTH)
def record() -> ResponseReturnValue:
    """Keep the numbers of a day; the same numbers again change nothing."""
    form = Counts()
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            for measure, number in form.told.items():
                service.record(Count(form.on.data, measure, number), actor=actor(), now=now())
    except InvalidInput as refused:
        form.refuse(refused)
        return _page(form), 422
    flash(_("Comptage enregistré."), "success")
    return redirect(url_for(".page", mois=f"{form.on.data:%Y-%m}"), 303)


def _page(form: Counts) -> str:
    first = _month(request.args.get("mois"))
    after = (first + timedelta(days=31)).replace(day=1)
    return render(
        "coverage/page.html",
        current="coverage.page",
        page={
            "title": _("Couverture"),
            "month": format_date(first, "MMMM y", locale=locale()),
            "before_url": _url(first - timedelta(days=1)),
            "after_url": _url(after) if after <= paris_date(now()) else None,
        },
        ways=[_way(one) for one in queries.coverage((first, after - timedelta(days=1)))],
        form=form,
        measures=list(MEASURES),
    )


def _way(one: Coverage) -> dict[str, Any]:
    share = None if one.share is None else format_percent(round(one.share, 2), locale=locale())
    return {
        "name": _(one.way.name),
        "share": share,
        "width": min(round((one.share or 0) * 100), 100),
        "base": _(MEASURES[one.way.base]),
        "recorded": one.recorded,
        "counted": one.counted,
        "days": one.days,
        "recorded_in_all": one.recorded_in_all,
        "others": [(_(MEASURES[name]), number) for name, number in one.others.items() if number],
    }


def _url(on: date) -> str:
    return url_for(".page", mois=f"{on:%Y-%m}")


def _month(asked: str | None) -> date:
    """The first day of a month written 2026-11; the present month when it is none."""
    found = day(f"{asked}-01", paris_date(now())) if asked else None
    return found or paris_date(now()).replace(day=1)
