"""The page of a person."""

from collections.abc import Sequence

from flask import redirect, request
from flask.typing import ResponseReturnValue

from grc.cases import persons
from grc.cases.households import home
from grc.cases.models import Case
from grc.cases.reference import parse
from grc.staff.policy import Permission
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.people.blueprint import bp, person_url
from grc.web.people.carrying import her
from grc.web.present import now
from grc.web.presenters import people as presenter
from grc.web.presenters import rows
from grc.web.presenters.households import household
from grc.web.session import actor
from grc.web.words import _, ngettext
from grc.work.people import may_change


@bp.get("/<reference>")
@needs(Permission.CASE_READ)
def show(reference: str) -> ResponseReturnValue:
    """Who she is, how to reach her, her cases, who may be the same."""
    person = her(reference)
    if reference != person.reference:  # merged into another, or mistyped
        return redirect(person_url(person.reference))
    found = persons.cases_of(actor(), person, now(), below=_below())
    ways = persons.reached(actor(), person.ids, now())
    writes = may_change(actor(), person.ids, now())
    return render(
        "people/person.html",
        person=presenter.person(person, writes=writes),
        points=presenter.points(person, ways, writes=writes),
        rows=rows.of_cases(found[: persons.PAGE], now()),
        older_url=_older(person.reference, found),
        household=household(
            person, home(actor(), person, ways, now(), proposes=writes), writes=writes
        ),
        contacts=presenter.contacts(persons.contacts_of(actor(), person, now())),
        alike=presenter.alike(person, persons.alike(actor(), person, ways, now()))
        if writes
        else [],
        merged=presenter.merged(person, writes=writes),
        timeline=presenter.timeline(persons.history(actor(), person, ways, now())),
        summary=ngettext("%(num)s demande", "%(num)s demandes", len(found))
        if len(found) <= persons.PAGE and not _below()
        else _("Demandes"),
    )


def _below() -> int | None:
    """The case to continue below, as an older page names it."""
    found = parse(request.args.get("avant", ""))
    return found.number if found and found.kind == "D" and found.valid else None


def _older(reference: str, found: Sequence[Case]) -> str | None:
    if len(found) <= persons.PAGE:
        return None
    return f"{person_url(reference)}?avant={found[persons.PAGE - 1].reference}"
