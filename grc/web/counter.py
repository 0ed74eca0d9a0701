"""Reception at a site: who waits, who is received, who has an appointment today."""

from collections.abc import Callable

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.appointments import desks, queries, visits
from grc.appointments.models import Visit
from grc.appointments.visits import Arrival
from grc.cases.queries import case_for
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.organisation.queries import SiteView
from grc.staff import service as staff
from grc.staff.models import User
from grc.staff.policy import Permission
from grc.web import once
from grc.web.frame import render
from grc.web.guard import needs, quiet
from grc.web.present import now
from grc.web.presenters import counter as presenter
from grc.web.presenters import lists
from grc.web.session import actor, who
from grc.web.words import _, ngettext

bp = Blueprint("counter", __name__)
COUNTER = Permission.COUNTER


@bp.get("/accueil")
@needs(COUNTER)
def page() -> str:
    """The waiting room of the site where this person sits, or the question which it is."""
    own, site = desks.sites(actor()), desks.site_of(actor(), who().site)
    room = queries.room(site, paris_date(now())) if site else None
    return render(
        "counter/page.html",
        current="counter.page",
        page={"title": _("Accueil"), "site": site.name if site else ""},
        sites=presenter.sites(own, site),
        room=presenter.room(room, who().id) if room else None,
        agenda=presenter.agenda(queries.agenda(site, paris_date(now()), actor(), now()))
        if site
        else [],
        to_move=presenter.on_closed_days(
            queries.on_closed_days(site, paris_date(now()), actor(), now())
        )
        if site
        else [],
        arrival=presenter.arrival(),
        poll_url=url_for(".news", since=now().isoformat()),
    )


@bp.post("/accueil/site")
@needs(COUNTER)
def sit() -> ResponseReturnValue:
    """Say where one receives people; the site is kept until another is said."""
    codes = {site.code for site in desks.sites(actor())}
    chosen = request.form.get("site", "")
    if chosen not in codes:
        raise InvalidInput(N_("Vous ne recevez pas dans ce site."), field="site")
    with transaction():
        staff.sit(session().get_one(User, who().id), chosen)
    return redirect(url_for(".page"), 303)


@bp.post("/accueil/arrivees")
@needs(COUNTER)
def arrive() -> ResponseReturnValue:
    """Somebody comes and waits."""
    form = request.form
    arrival = Arrival(
        kind=form.get("kind", ""),
        reason=form.get("reason", ""),
        name=form.get("name", ""),
        is_expected=form.get("expected") == "on",
    )
    return carry_out(lambda: visits.arrive(my_site().id, arrival, actor=actor(), now=now()))


@bp.post("/accueil/appeler")
@needs(COUNTER)
def call_next() -> ResponseReturnValue:
    """Call who has waited longest."""
    return carry_out(lambda: visits.call_next(my_site().id, actor=actor(), now=now()))


@bp.get("/accueil/visites/<reference>")
@needs(COUNTER)
def visit(reference: str) -> str:
    """One visit: what is known of it, what may be done, what was done."""
    found = queries.visit_for(actor(), reference)
    return render(
        "counter/visit.html",
        current="counter.page",
        visit=presenter.line(found, {}, who().id),
        case=queries.case_reference(found, actor(), now()),
        history=presenter.history(queries.history(found)),
    )


@bp.post("/accueil/visites/<reference>/<act>")
@needs(COUNTER)
def change(reference: str, act: str) -> ResponseReturnValue:
    """Call, receive, put back, end or reopen one visit."""
    work = _ACTS.get(act)
    if work is None:
        raise NotFound(N_("Cette visite n'existe pas."))
    return carry_out(lambda: work(queries.visit_for(actor(), reference)))


@bp.get("/accueil/nouveautes")
@needs(COUNTER)
@quiet
def news() -> ResponseReturnValue:
    """How many people have come since the page was made; 304 when nothing has changed."""
    site, since = desks.site_of(actor(), who().site), lists.moment(request.args.get("since"))
    found = queries.arrived_since(site, since) if site and since else 0
    sentence = ngettext("%(num)s personne est arrivée", "%(num)s personnes sont arrivées", found)
    response = jsonify(count=found, sentence=sentence, counts={})
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _call(found: Visit) -> None:
    visits.call(found, actor=actor(), now=now())


def _start(found: Visit) -> None:
    visits.start(found, actor=actor(), now=now())


def _put_back(found: Visit) -> None:
    visits.put_back(found, actor=actor(), now=now())


def _end(found: Visit) -> None:
    result, case_id = request.form.get("result", ""), _case(request.form.get("case", "").strip())
    visits.end(found, result, actor=actor(), now=now(), case_id=case_id)


def _case(typed: str) -> int | None:
    """The case of a typed reference, if this person may read it."""
    try:
        return case_for(actor(), typed, Permission.CASE_READ, now()).id if typed else None
    except (NotFound, Forbidden):
        text = N_("Cette référence n'est pas celle d'une demande que vous pouvez lire.")
        raise InvalidInput(text, field="case") from None


def _reopen(found: Visit) -> None:
    visits.reopen(found, actor=actor(), now=now())


_ACTS: dict[str, Callable[[Visit], None]] = {
    "appeler": _call,
    "recevoir": _start,
    "absente": _put_back,
    "terminer": _end,
    "rouvrir": _reopen,
}


def my_site() -> SiteView:
    """Where this person sits. Raises InvalidInput when she has not said it."""
    found = desks.site_of(actor(), who().site)
    if found is None:
        raise InvalidInput(N_("Dites d'abord dans quel site vous recevez."), field="site")
    return found


def carry_out(work: Callable[[], object]) -> ResponseReturnValue:
    """Do it once, however often the form is sent, and show the waiting room again."""
    where = url_for(".page")
    with transaction():
        if once.claim(who().id, now()) is None:
            work()
            once.settle(where)
    return redirect(where, 303)
