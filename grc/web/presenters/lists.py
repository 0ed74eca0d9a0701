"""Around a list: its order, its filters, its pages, read from the address and written to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for

from grc.cases.states import OPEN, Status
from grc.catalogue.queries import snapshot as catalogue
from grc.core.clock import paris_date
from grc.finding.question import ME, NOBODY, TO_ROUTE, YES, Question
from grc.finding.question import OPEN as OPEN_ONES
from grc.organisation.queries import snapshot as organisation
from grc.web.present import locale, now
from grc.web.presenters import marks
from grc.web.presenters.things import Target
from grc.web.words import _
from grc.work.queries import SORTS, Filters, Queue

TABS = 6  # units shown as tabs; more of them make a select


@dataclass(frozen=True)
class Empty:
    """Why a list is empty, and what comes next."""

    title: str
    why: str
    next: Target | None


@dataclass(frozen=True)
class Choice:
    """A filter, an order or a tab: a link, and whether it is applied."""

    label: str
    url: str
    current: bool
    count: str | None = None


@dataclass(frozen=True)
class Option:
    """One choice of a select."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class Select:
    """A choice among many."""

    name: str
    label: str
    options: Sequence[Option]


@dataclass(frozen=True)
class Asked:
    """What the address asks of a list."""

    sort: str
    filters: Filters
    cursor: str | None

    @property
    def narrowed(self) -> bool:
        """True when some rows may be hidden by a filter."""
        return self.filters != Filters()


def asked() -> Asked:
    """Read the address; what makes no sense is as if it were not there."""
    given = request.args
    sort, status = given.get("sort", "due"), given.get("status")
    filters = Filters(
        status=status if status in set(OPEN) else None,
        request_type=given.get("type") if given.get("type") in catalogue().types else None,
        priority=1 if given.get("priority") == "1" else None,
        unassigned=given.get("unassigned") == "1",
        late_on=paris_date(now()) if given.get("late") == "1" else None,
    )
    return Asked(sort if sort in SORTS else "due", filters, given.get("cursor"))


def address(**changes: str | None) -> str:
    """This page with other parameters; a change of anything starts again at the first page."""
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    args: dict[str, Any] = {name: value for name, value in (kept | changes).items() if value}
    return url_for(request.endpoint or "work.home", **args)


def chips(wanted: Asked, *, states: bool, agents: bool) -> list[Choice]:
    """The filters, each a link that puts it on or takes it off; by state and by agent only
    where rows differ by it."""
    filters = wanted.filters
    found = [
        _chip(_("En retard"), "late", "1", filters.late_on is not None),
        _chip(_("Prioritaires"), "priority", "1", filters.priority == 1),
    ]
    if agents:
        found.append(_chip(_("Sans agent"), "unassigned", "1", filters.unassigned))
    if not states:
        return found
    for status in (
        Status.RECEIVED,
        Status.IN_PROGRESS,
        Status.WAITING_CITIZEN,
        Status.WAITING_THIRD,
    ):
        label = marks.status_label(status)
        found.append(_chip(label, "status", status.value, filters.status == status))
    return found


def _chip(label: str, name: str, value: str, current: bool) -> Choice:
    return Choice(label, address(**{name: None if current else value}), current)


def narrow(wanted: Asked, unit_ids: Sequence[int], chosen: int | None) -> dict[str, object]:
    """The form that narrows to one request type, and to one unit when there are many."""
    kinds = sorted(catalogue().types.values(), key=lambda kind: kind.label(locale()))
    options = [Option("", _("Toutes les natures"), not wanted.filters.request_type)]
    options += [
        Option(kind.code, kind.label(locale()), kind.code == wanted.filters.request_type)
        for kind in kinds
    ]
    selects = [Select("type", _("Nature de demande"), options)]
    if len(unit_ids) > TABS:
        known = organisation().units_by_id
        units = [Option(known[one].code, known[one].name, one == chosen) for one in unit_ids]
        selects.insert(0, Select("unit", _("Service"), units))
    names = {"cursor", *(select.name for select in selects)}
    kept = {name: value for name, value in request.args.items() if name not in names}
    return {"url": request.path, "selects": selects, "fields": kept}


def sorts(wanted: Asked) -> list[Choice]:
    """The three orders."""
    labels = {"due": _("échéance"), "age": _("ancienneté"), "priority": _("priorité")}
    return [
        Choice(label, address(sort=name), name == wanted.sort) for name, label in labels.items()
    ]


def units(unit_ids: Sequence[int], chosen: int | None) -> list[Choice]:
    """A tab for each unit of this person, when there are a few."""
    if not 2 <= len(unit_ids) <= TABS:
        return []
    known = organisation().units_by_id
    return [
        Choice(known[unit].short_name, url_for("work.queue", unit=known[unit].code), unit == chosen)
        for unit in unit_ids
    ]


def pages(found: Queue) -> dict[str, str | None]:
    """Links to the pages around."""
    newer = address(cursor=found.newer) if found.newer else None
    older = address(cursor=found.older) if found.older else None
    return {"newer_url": newer, "older_url": older, "words": None}


def nothing_fits(wanted: Asked) -> Empty:
    """What an empty list says when filters hide rows."""
    everything = url_for(request.endpoint or "work.home", sort=wanted.sort)
    return Empty(
        _("Aucune demande ne correspond"),
        _("Les filtres écartent tout ce que contient cette liste."),
        Target(_("Retirer les filtres"), everything),
    )


def as_question(wanted: Asked, name: str, unit_code: str) -> Question | None:
    """The same list as a search, to be narrowed further, kept or taken away; None when a search
    cannot say it."""
    filters, base = wanted.filters, _QUESTIONS.get(name)
    if base is None or filters.priority:
        return None
    told = {
        "etat": filters.status,
        "service": unit_code,
        "type": filters.request_type,
        "agent": NOBODY if filters.unassigned else None,
        "retard": YES if filters.late_on else None,
    }
    return Question(filters={**base, **{name: code for name, code in told.items() if code}})


_QUESTIONS = {
    "mine": {"etat": OPEN_ONES, "agent": ME},
    "queue": {"etat": OPEN_ONES},
    "to_route": {"etat": TO_ROUTE},
}


def moment(text: str | None) -> datetime | None:
    """An aware instant given in an address."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
