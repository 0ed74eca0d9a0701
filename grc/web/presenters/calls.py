"""Who may be calling, ready for templates/calls/page.html."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from grc.cases import dictating
from grc.cases.callers import Caller, Callers
from grc.cases.models import Case
from grc.cases.queries import Placed
from grc.cases.tokens import sign_person
from grc.core.settings import settings
from grc.organisation.queries import snapshot as organisation
from grc.web.filters import phone
from grc.web.present import now
from grc.web.presenters import marks
from grc.web.words import _, ngettext


@dataclass(frozen=True)
class Line:
    """An open case of a person; `key` is the digit that notes a further contact on it."""

    key: str | None
    url: str
    case_url: str
    reference: str
    subject: str
    about: str
    contact_rank: int
    urgency: str
    due_on: date | None
    status_label: str
    status_tone: str
    level_label: str | None
    priority: str = "normal"
    unread: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody who may be meant; `new_url` opens a request for her."""

    name: str
    birth_date: date | None
    about: str
    lines: tuple[Line, ...]
    new_url: str
    new_key: str | None
    ended: str
    url: str | None = None  # her page


@dataclass(frozen=True)
class Found:
    """Everybody who may be meant, and how what was typed was read; `nearly`: their name is
    spelled nearly so."""

    people: tuple[Person, ...]
    nearly: tuple[Person, ...]
    summary: str
    read_as: str
    more: bool


@dataclass(frozen=True)
class Roads:
    """Where the choices lead: a request for somebody (by her token), more on a case (by its
    reference)."""

    new: Callable[[str | None], str]
    again: Callable[[str], str]


def roads_of(channel: str, typed: str, back: str) -> Roads:
    """Where the choices of a channel lead."""
    where: dict[str, Any] = {"channel": channel, "q": typed, "retour": back or None}
    return Roads(
        lambda token: url_for("entry.page", usager=token, **where),
        lambda reference: url_for("calls.again", reference=reference, **where),
    )


def found(callers: Callers, roads: Roads) -> Found:
    """The people found; the first nine choices have a digit."""
    keys = iter("123456789")
    places = callers.places or {}
    people = tuple(_person(one, places, roads, keys) for one in callers.people)
    nearly = tuple(_person(one, places, roads, keys) for one in callers.nearly)
    return Found(people, nearly, _summary(len(people), len(nearly)), read_as(callers), callers.more)


def _summary(people: int, nearly: int) -> str:
    if people:
        return ngettext("%(num)s personne", "%(num)s personnes", people)
    return _("Personne de ce nom exactement") if nearly else _("Aucun usager trouvé")


def read_as(callers: Callers) -> str:
    """How what was typed was read, where that is not plain."""
    asked = callers.asked
    said = [phone(value) if kind == "phone" else value for kind, value in asked.points]
    said += [_("né(e) le %(day)s", day=f"{day:%d/%m/%Y}") for day in asked.births]
    return _(" ou ").join(said)


def _person(
    one: Caller,
    places: dict[int, Placed],
    roads: Roads,
    keys: Iterator[str],
) -> Person:
    lines = tuple(_line(case, places.get(case.id), roads, keys) for case in one.cases)
    token = sign_person(one.citizen_id, settings().token_keys) if one.citizen_id else None
    return Person(
        name=one.name or _("Nom inconnu"),
        birth_date=one.birth_date,
        about=", ".join(communes(one)),
        lines=lines,
        new_url=roads.new(token),
        new_key=next(keys, None),
        ended=ended(one.ended),
        url=f"/usagers/{one.reference}" if one.reference else None,
    )


def ended(number: int) -> str:
    """How many cases have ended, in words; nothing for none."""
    if not number:
        return ""
    return ngettext("%(num)s demande terminée", "%(num)s demandes terminées", number)


def communes(one: Caller) -> Iterator[str]:
    """The names of the communes of somebody's latest cases."""
    for insee in one.communes[:3]:
        if known := organisation().commune(insee):
            yield known.name


def _line(
    case: Case,
    place: Placed | None,
    roads: Roads,
    keys: Iterator[str],
) -> Line:
    about = about_case(case, place)
    return Line(
        key=next(keys, None),
        url=roads.again(case.reference),
        case_url=about["url"],
        reference=case.reference,
        subject=about["subject"],
        about=about["unit"],
        contact_rank=case.contacts,
        urgency=marks.urgency(case.status, place.due_on if place else None, now()),
        due_on=place.due_on if place else None,
        status_label=marks.status_label(case.status),
        status_tone=marks.status_tone(case.status),
        level_label=marks.level_label(case.level),
    )


def about_case(case: Case, place: Placed | None) -> dict[str, str]:
    """A case in a few words."""
    return {
        "reference": case.reference,
        "subject": case.subject or _("Sans objet"),
        "url": f"/demandes/{case.reference}",
        "unit": organisation().unit_by_id(place.unit_id).short_name if place else "",
    }


def new_url(channel: str, typed: str, back: str) -> str:
    """The form of a new request for somebody nobody knows yet."""
    return url_for("entry.page", channel=channel, q=typed or None, retour=back or None)


def rank(number: int) -> str:
    """How many times the citizen has contacted us about a case."""
    return _("%(rank)sᵉ contact", rank=number)


def aloud(reference: str) -> str:
    """The letters of a reference as they are spelled on the telephone."""
    told = dictating.letters(reference)
    return ", ".join(_("%(letter)s comme %(name)s", letter=a, name=b) for a, b in told)
