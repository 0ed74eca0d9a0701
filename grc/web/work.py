"""Lists of cases: my work, my unit's queue, what waits to be routed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web import nav, steered
from grc.web.cases.beside import selected
from grc.web.frame import render
from grc.web.guard import needs, quiet
from grc.web.present import now
from grc.web.presenters import about_me, figures, lists, rows, search, views
from grc.web.presenters.bulk import bulk_acts
from grc.web.presenters.lists import Empty
from grc.web.presenters.things import Target
from grc.web.session import actor
from grc.web.words import _, ngettext
from grc.work import covering, mentions, queries
from grc.work import figures as figures_of
from grc.work.queries import Where

bp = Blueprint("work", __name__)


@dataclass(frozen=True)
class Place:
    """One list: what it holds and how it is called."""

    name: str
    title: str
    where: Where
    empty: Empty
    unit_id: int | None = None
    unit_ids: Sequence[int] = ()
    current: str = ""  # the entry of the navigation, when it is not its own

    @property
    def entry(self) -> str:
        """The entry of the navigation it belongs to."""
        return self.current or f"work.{self.name}"


_LISTS = frozenset({"mine", "thanked", "queue", "to_route", "steered", "covered"})


@bp.get("/")
@needs(Permission.SIGNED_IN)
def home() -> ResponseReturnValue:
    """The first place this person may go."""
    return redirect(nav.entries(actor(), now(), None)[0].url)


@bp.get("/mes-demandes")
@needs(Permission.CASE_READ)
def mine() -> ResponseReturnValue:
    """What is entrusted to this person."""
    empty = Empty(
        _("Rien ne vous attend"),
        _("Les demandes que vous prenez apparaissent ici."),
        Target(_("Voir ma file"), url_for("work.queue")),
    )
    place = Place("mine", _("Mes demandes"), _where("mine", actor(), None, now()), empty)
    found = about_me.about(covering.about(actor(), now()))
    own = figures.of_mine(figures_of.own(actor(), now()))
    named = mentions.unread(actor(), now())
    return _show(place, about=found, own=own, named=named, thanks=_thanks())


def _thanks() -> Target | None:
    """The way to the thank-yous nobody has read; None when there are none."""
    found = queries.count(_where("thanked", actor(), None, now()))
    if not found:
        return None
    words = ngettext(
        "%(shown)s remerciement à lire",
        "%(shown)s remerciements à lire",
        found,
        shown=nav.capped(found),
    )
    return Target(words, url_for("work.thanked"))


@bp.get("/mes-demandes/remerciements")
@needs(Permission.CASE_READ)
def thanked() -> ResponseReturnValue:
    """Her ended cases whose citizen has thanked since: `e` for each."""
    empty = Empty(
        _("Aucun remerciement à lire"),
        _("Un remerciement reçu après la fin d’une demande attend ici, sans la rouvrir."),
        Target(_("Voir mes demandes"), url_for("work.mine")),
    )
    where = _where("thanked", actor(), None, now())
    return _show(Place("thanked", _("Remerciements"), where, empty, current="work.mine"))


@bp.get("/remplacements")
@needs(Permission.CASE_WRITE)
def covered() -> ResponseReturnValue:
    """The open cases of those this person covers today."""
    empty = Empty(
        _("Rien à suivre"),
        _("Les demandes des personnes que vous remplacez apparaissent ici."),
        Target(_("Voir mes demandes"), url_for("work.mine")),
    )
    where = _where("covered", actor(), None, now())
    return _show(Place("covered", _("Je remplace"), where, empty, current="work.mine"))


@bp.get("/file")
@needs(Permission.CASE_READ)
def queue() -> ResponseReturnValue:
    """The open cases of one unit of this person."""
    unit_id = _unit()
    where = _where("queue", actor(), unit_id, now())
    empty = Empty(_("Rien à traiter"), _("Toutes les demandes de ce service ont une fin."), None)
    own = nav.my_units(actor())
    return _show(Place("queue", _("Ma file"), where, empty, unit_id, own))


@bp.get("/a-affecter")
@needs(Permission.CASE_ROUTE)
def to_route() -> ResponseReturnValue:
    """Cases whose unit a person must confirm."""
    empty = Empty(
        _("Rien à affecter"),
        _("Chaque demande a trouvé son service. Celles qui n’en ont pas de sûr attendront ici."),
        None,
    )
    return _show(
        Place("to_route", _("À affecter"), _where("to_route", actor(), None, now()), empty)
    )


@bp.get("/pilotage/liste")
@needs(Permission.STEER)
def behind() -> ResponseReturnValue:
    """The list behind a figure of the page of supervisors."""
    asked = steered.asked()
    empty = Empty(
        _("Aucune demande ici"),
        _("Ce nombre est nul à présent."),
        Target(_("Revenir au pilotage"), steered.page_url(unit=asked.unit)),
    )
    where = _where("steered", actor(), None, now())
    return _show(Place("steered", figures.title(asked), where, empty, current="steering.page"))


@bp.get("/nouveautes/<name>")
@needs(Permission.CASE_READ)
@quiet
def news(name: str) -> ResponseReturnValue:
    """What has come into a list since its page was made; 304 when nothing has changed."""
    since = lists.moment(request.args.get("since")) or now() - timedelta(minutes=1)
    if name not in _LISTS:
        abort(404)
    found = queries.count(queries.since(_where(name, actor(), _unit(), now()), since))
    sentence = ngettext("%(num)s nouvelle demande", "%(num)s nouvelles demandes", found)
    response = jsonify(count=found, sentence=sentence, counts=nav.counts(actor(), now()))
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def whole(name: str, most: int) -> list[str]:
    """The references of all that a list holds, filtered as the address says; at most so many."""
    if name not in _LISTS:
        abort(404)
    where = _where(name, actor(), _unit(), now())
    return queries.references(where, lists.asked().filters, most)


def _unit() -> int | None:
    """The unit asked for, remembered, when it is one of hers."""
    found = organisation().units_by_code.get(request.args.get("unit", ""))
    if found is not None and found.id in nav.my_units(actor()):
        cookie["unit"] = found.id
    return nav.my_unit(actor())


def _where(name: str, who: Actor, unit_id: int | None, at: datetime) -> Where:
    if name == "mine":
        return figures_of.mine(steered.figure(), who, at)
    if name == "thanked":
        return queries.thanked(who, at)
    if name == "covered":
        return covering.where(who, at, unread=request.args.get("unread") == "1")
    if name == "steered":
        return steered.asked().where(who, at)
    if name == "to_route":
        return queries.to_route(who, who.units("agent", "supervisor"), at)
    return queries.of_unit(who, unit_id or 0, at)


def _show(place: Place, **more: Any) -> str:
    asked = lists.asked()
    page = queries.page(place.where, sort=asked.sort, filters=asked.filters, cursor=asked.cursor)
    cookie["back"] = [place.title, request.full_path.rstrip("?")]
    proposals = rows.proposals(page.rows) if place.name == "to_route" else None
    unit = organisation().unit_by_id(place.unit_id) if place.unit_id else None
    beside = selected([row.reference for row in page.rows])
    return render(
        "work/queue.html",
        current=place.entry,
        page={"title": place.title, "summary": _summary(place, asked.narrowed)},
        views=views.beside(actor(), now()),
        search_url=_as_search(place, asked, unit.code if unit else ""),
        tabs=lists.units(place.unit_ids, place.unit_id),
        filters=lists.chips(asked, states=place.name != "to_route", agents=place.name == "queue"),
        narrow=lists.narrow(asked, place.unit_ids, place.unit_id),
        sorts=lists.sorts(asked),
        rows=rows.of_queue(page.rows, now(), proposals=proposals, one_unit=place.name == "queue"),
        pages=lists.pages(page),
        empty=lists.nothing_fits(asked) if asked.narrowed else place.empty,
        **beside,
        bulk=bulk_acts(actor()),
        whole=place.name if page.older or page.newer else None,
        poll_url=url_for(
            "work.news",
            name=place.name,
            unit=unit.code if unit else None,
            since=now().isoformat(),
            **steered.named(),
        ),
        **more,
    )


def _as_search(place: Place, asked: lists.Asked, unit: str) -> str | None:
    found = lists.as_question(asked, place.name, unit)
    return search.url(found) if found else None


def _summary(place: Place, narrowed: bool) -> str:
    unit = organisation().unit_by_id(place.unit_id).name if place.unit_id else ""
    if narrowed:
        return unit
    late = (*place.where, queries.due_before(paris_date(now())))
    total, behind = queries.counts(place.where, late)
    words = _counted(total, behind)
    if not unit:
        return words[:1].upper() + words[1:]
    return _("%(unit)s : %(words)s", unit=unit, words=words)


def _counted(total: int, behind: int) -> str:
    if not total:
        return _("aucune demande")
    words = ngettext("%(shown)s demande", "%(shown)s demandes", total, shown=nav.capped(total))
    if not behind:
        return words
    return _("%(cases)s, dont %(late)s en retard", cases=words, late=nav.capped(behind))
