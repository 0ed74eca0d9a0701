"""The interview of somebody who is received: who she is, what she asks, where her rights stand.

It is kept as any other form is, then understood: its case, its rights and the end of the visit.
The receipt is printed while she is still there.
"""

from dataclasses import dataclass, replace

from flask import Blueprint, Flask, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.appointments import desks, visits
from grc.appointments import queries as appointments
from grc.appointments.models import Visit
from grc.appointments.words import Result
from grc.cases import callers, dictating, lookup
from grc.cases.callers import Caller
from grc.cases.models import Case
from grc.cases.queries import case_for, placed
from grc.cases.tokens import sign_entry
from grc.channels import forms
from grc.channels.counter import CounterChannel
from grc.channels.fields import Field, Value, Values, check
from grc.citizens.asked import LONGEST
from grc.core.clock import paris_date
from grc.core.db import end_read, transaction
from grc.core.errors import Conflict
from grc.core.settings import settings
from grc.interviews import taking
from grc.interviews.taking import Held
from grc.jobs import entering
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot as organisation
from grc.recovery.rights import Right
from grc.staff.policy import Permission
from grc.supervision import slip
from grc.supervision.slip import printed
from grc.web import designated, entry, nav, once
from grc.web.forms import entry as drawing
from grc.web.forms import interview as rows
from grc.web.forms.entry import Drawn
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.headers import OURS, POLICY
from grc.web.present import now
from grc.web.presenters import calls
from grc.web.presenters import interview as presenter
from grc.web.session import actor, who
from grc.web.words import _

bp = Blueprint("interview", __name__)
COUNTER = Permission.COUNTER
LARGEST = 30_000_000  # bytes, files included
_CHANNEL = CounterChannel()


def install(app: Flask) -> None:
    """Let interviews bring photographs; must come before anything that reads them."""
    app.before_request(_make_room)


def _make_room() -> None:
    if request.endpoint == "interview.record":
        request.max_content_length = LARGEST


@dataclass(frozen=True)
class About:
    """Whom an interview is with: after a visit, with a person known, about an open case."""

    visit: Visit | None
    person: Caller | None
    case: Case | None

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is asked: less of somebody who is known."""
        by_name = {one.name: replace(one, asked=True) for one in _CHANNEL.fields}
        known = {"name"} if self.person or self.case else set()
        known |= {"subject", "request_type", "commune"} if self.case else set()
        names = (name for name in _CHANNEL.interview if name not in known)
        return drawing.completed([by_name[name] for name in names])

    @property
    def values(self) -> dict[str, str]:
        """What is known without being asked."""
        if self.case is not None:
            known = {"case": sign_entry(self.case.id, settings().token_keys)}
            known["subject"] = self.case.subject or _("Entretien")
            known["name"] = lookup.names_of([self.case]).get(self.case.id, "")
            return {name: value for name, value in known.items() if value}
        return designated.values(self.person, {})


def _about() -> About:
    entry.demand_open(_CHANNEL.name)
    reference, case = request.values.get("visite", ""), request.values.get("demande", "")
    return About(
        appointments.visit_for(actor(), reference) if reference else None,
        designated.person(),
        case_for(actor(), case, Permission.CASE_READ, now()) if case else None,
    )


@bp.get("/entretien")
@needs(COUNTER)
def look_up() -> str:
    """Who is she? The name said at her arrival has been looked up already."""
    about = _about()
    said = about.visit.name if about.visit else None
    typed = request.args.get("q", said or "").strip()[:LONGEST]
    found = callers.look_up(actor(), typed, now()) if typed else None
    roads = presenter.roads(typed)
    return render(
        "interview/who.html",
        current="counter.page",
        page=presenter.who(about.visit, typed, roads),
        found=calls.found(found, roads) if found else None,
    )


@bp.get("/entretien/saisie")
@needs(COUNTER)
def form() -> str:
    """The form, with what is known already."""
    about = _about()
    told = designated.told(about.person) if about.case is None else {}
    asked = {one.name for one in about.fields}
    given = {name: value for name, value in told.items() if name in asked}
    first = "subject" if "name" in given else ""
    return _page(about, Drawn(about.fields, given, {}, first), rows.lines())


@bp.post("/entretien/saisie")
@needs(COUNTER)
def record() -> ResponseReturnValue:
    """Keep the interview, end the visit, and understand it at once."""
    about = _about()
    given = drawing.posted(about.fields)
    if request.form.get("more"):
        return _page(about, Drawn(about.fields, given, {}, "text"), rows.lines(more=True))
    lines = rows.lines()
    found = [right for line in lines if (right := line.read(paris_date(now())))]
    checked = check(about.fields, given, drawing.commune)
    if checked.problems or any(line.is_wrong for line in lines):
        return _page(about, Drawn(about.fields, given, checked.problems), lines), 422
    return redirect(_keep(about, checked.values, found), 303)


def _keep(about: About, values: Values, found: list[Right]) -> str:
    """Take the interview in once; where its receipt is."""
    site = desks.site_of(actor(), who().site)
    unit_id = site.unit_id if site else nav.my_desk(actor())
    visit = about.visit
    held = Held(who().id, unit_id, site.name if site else "", visit.id if visit else None)
    kept: dict[str, Value | tuple[Value, ...]] = {**values, **about.values}
    kept["interview"] = taking.sealed(held)
    if found:
        kept["rights"] = tuple(map(taking.line, found))
    blob = entering.keep(forms.write(kept, now()))
    with transaction():
        done = once.claim(who().id, now())
        if done is not None:
            return done
        source = organisation().unit_by_id(unit_id).code[:80]
        entered = entering.store(_CHANNEL.name, source, once.key(), blob, actor=actor(), now=now())
        if visit is not None:
            _end(visit)
        done = url_for(".done", reference=entered.reference)
        once.settle(done)
    entering.understand(entered, tools())
    return done


def _end(visit: Visit) -> None:
    """An interview is kept, whatever a colleague has done of the visit meanwhile."""
    try:
        visits.end(visit, Result.REQUEST, actor=actor(), now=now())
    except Conflict:
        flash(
            _("Un collègue a terminé cette visite entre-temps ; votre entretien est gardé."),
            "success",
        )


def _page(about: About, drawn: Drawn, lines: list[rows.Line]) -> str:
    return render(
        "interview/form.html",
        current="counter.page",
        page=presenter.form(about.visit, about.person, about.case, _place(about.case))
        | {"channel": CounterChannel.name},
        form=drawn.form,
        answers=[*drawn.form, *(field for line in lines for field in line)],
        groups=drawn.groups,
        lines=lines,
        may_add=len(lines) < rows.MOST,
        communes=drawing.communes() if drawn.has_communes else (),
    )


def _place(case: Case | None) -> dict[str, str] | None:
    return calls.about_case(case, placed([case.id]).get(case.id)) if case else None


@bp.get("/entretien/<reference>/recu")
@needs(COUNTER)
def done(reference: str) -> str:
    """It is noted: the receipt is one key away, the waiting room another."""
    told = slip.of(entry.own(reference))
    return render(
        "interview/done.html",
        current="counter.page",
        page=presenter.done(told, entry.readable(told.case) if told.case else None, reference),
        groups=dictating.groups(told.reference),
    )


@bp.get("/entretien/<reference>/recu.pdf")
@needs(COUNTER)
def receipt(reference: str) -> Response:
    """The receipt to print, for her hands only: it holds the secret of her follow-up page."""
    told = slip.of(entry.own(reference))
    end_read()
    response = Response(printed(told), mimetype="application/pdf")
    name = f"recu-{told.reference}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers[POLICY] = OURS
    return response
