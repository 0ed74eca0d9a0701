"""The routing workshop: the rules in force as sentences, their versions, the draft."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.routing import drafting, reading, trying, workshop
from grc.routing.difference import Difference, difference
from grc.routing.models import RoutingDraft
from grc.routing.queries import rules
from grc.routing.rule import Rule
from grc.routing.shadows import shadows
from grc.routing.stored import digest, read_all
from grc.routing.trial import Tally, read
from grc.staff.policy import Permission
from grc.staff.queries import names as people
from grc.web import once
from grc.web.addresses import key_number
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import rules as presenter
from grc.web.session import actor, who
from grc.web.words import _, say

bp = Blueprint("rules", __name__, url_prefix="/affectation")
RULES = Permission.ROUTING_RULES


@bp.get("")
@needs(RULES)
def page() -> str:
    """The rules in force today, in their order, and the versions of the list."""
    today, known = paris_date(now()), reading.versions()
    present = rules(today)
    current = reading.in_force(known, today)
    shown = _window(presenter.lines(present, presenter.names()), request.args.get("regle"))
    presenter.counted(shown, present, reading.decided(present, now()))
    draft = workshop.open_draft()
    return render(
        "rules/page.html",
        current="rules.page",
        may_change=workshop.may_change(actor()),
        items=shown,
        pages=_pages(shown, len(present), "rules.page"),
        version=presenter.version(current, today) if current else None,
        later=[presenter.version(one, today) for one in reading.planned(known, today)],
        versions=[presenter.version(one, today) for one in known],
        draft=_about(draft) if draft else None,
    )


@bp.get("/versions/<int:number>")
@needs(RULES)
def version(number: int) -> str:
    """One version: its rules, and what it changed."""
    one, known = reading.version(number), presenter.names()
    own = reading.rules_of(number)
    change = difference(reading.rules_of(number - 1), own)
    shown = _window(presenter.lines(own, known))
    return render(
        "rules/version.html",
        current="rules.page",
        version=presenter.version(one, paris_date(now())),
        items=shown,
        pages=_pages(shown, len(own), "rules.version", number=number),
        summary=presenter.summary(change),
        changes=presenter.changes(change, known) if number > 1 else [],
        may_return=workshop.may_change(actor()) and number != workshop.last_number(),
    )


@bp.post("/brouillon")
@needs(RULES)
def start() -> ResponseReturnValue:
    """Begin a draft, as the rules are or as an older version; the one that is open opens."""
    number = request.form.get("version", type=int)
    return _do(lambda at: drafting.start(actor=actor(), now=at, number=number))


@bp.get("/brouillon")
@needs(RULES)
def draft() -> str:
    """The draft: what it changes, its rules, what must be corrected."""
    held = the_draft()
    own, change = compared(held)
    known, trial = presenter.names(), tried(held, own)
    wrong = workshop.refusal(own)
    never = [rule.code for rule in own if trial is not None and not trial.hits[rule.code]]
    few = settings().small_numbers if trial and trial.unread else 0
    asleep = [rule.code for rule in own if not rule.when.holds_on(paris_date(now()))]
    lines = presenter.lines(own, known)
    items = presenter.tagged(lines, change, shadows(own), never, asleep, few)
    at = request.args.get("regle")
    shown = _window(items, at)
    return render(
        "rules/draft.html",
        current="rules.page",
        draft=_about(held),
        items=shown,
        pages=_pages(shown, len(items), "rules.draft"),
        last=len(items),
        at=at,
        summary=presenter.summary(change),
        changes=presenter.changes(change, known),
        problems=presenter.problems(wrong, own),
        is_tried=trial is not None,
        is_same=change.is_empty,
    )


def _window(items: list[dict[str, Any]], at: str | None = None) -> list[dict[str, Any]]:
    return presenter.window(items, request.args.get("de", type=key_number), at)


def _pages(
    shown: list[dict[str, Any]], total: int, endpoint: str, **args: Any
) -> dict[str, Any] | None:
    return presenter.pages(shown, total, lambda first: url_for(endpoint, de=first, **args))


def the_draft() -> RoutingDraft:
    """The open draft, for who may write it. Raises Forbidden, NotFound."""
    workshop.demand(actor())
    held = workshop.open_draft()
    if held is None:
        raise NotFound(N_("Aucun brouillon des règles n'est ouvert."))
    return held


def _about(held: RoutingDraft) -> dict[str, Any]:
    names = people({held.started_by, held.edited_by})
    return {
        "started_by": names.get(held.started_by, "?"),
        "started_at": held.started_at,
        "edited_by": names.get(held.edited_by, "?"),
        "edited_at": held.edited_at,
        "is_stale": held.base_number != workshop.last_number(),
    }


def compared(held: RoutingDraft) -> tuple[tuple[Rule, ...], Difference]:
    """The rules of the draft, and how they differ from those it began as."""
    own = read_all(held.rules)
    return own, difference(reading.base_of(held), own)


def tried(held: RoutingDraft, own: tuple[Rule, ...]) -> Tally | None:
    """What may be told of the dry run of exactly these rules, if there was one."""
    found = trying.done_by(actor(), held.id, digest(own))
    return read(found.moves, found.hits).told(settings().small_numbers) if found else None


@bp.post("/brouillon/regles")
@needs(RULES)
def arrange() -> ResponseReturnValue:
    """Move a rule one place up or down, or take it out."""
    if gone := request.form.get("retirer"):
        code, _colon, was = gone.partition(":")
        return _do(lambda at: drafting.remove(code, was, actor=actor(), now=at))
    up = request.form.get("haut")
    code, step = (up, -1) if up else (request.form.get("bas", ""), 1)
    return _do(lambda at: drafting.move(code, step, actor=actor(), now=at), regle=code)


@bp.post("/brouillon/remettre")
@needs(RULES)
def put_back() -> ResponseReturnValue:
    """Make a rule again what it was in the version the draft began as."""
    code = request.form.get("regle", "")
    return _do(lambda at: drafting.put_back(code, actor=actor(), now=at), regle=code)


@bp.post("/brouillon/abandonner")
@needs(RULES)
def drop() -> ResponseReturnValue:
    """Give the draft up."""
    return _do(lambda at: drafting.drop(actor=actor(), now=at), to="rules.page")


def _do(
    act: Callable[[datetime], object], to: str = "rules.draft", **args: Any
) -> ResponseReturnValue:
    """One act on the draft, once; a refusal is told above the draft as it is now."""
    where = url_for(to, **args)
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                act(now())
                once.settle(where)
    except (Conflict, InvalidInput) as refusal:
        flash(_refused(refusal), "error")
        there = workshop.open_draft() is not None
        return redirect(url_for("rules.draft" if there else "rules.page"), 303)
    return redirect(where, 303)


def _refused(refusal: Conflict | InvalidInput) -> str:
    if isinstance(refusal, drafting.RuleChanged):
        return _("Quelqu’un a changé cette règle entre-temps : rien n’a été fait.")
    return say(refusal.text)
