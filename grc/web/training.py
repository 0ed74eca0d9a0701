"""Exercises, in training only: begun, done on the real pages, checked. Nobody is watched."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.reference import parse, reference
from grc.core.db import session, transaction
from grc.core.errors import Forbidden, NotFound
from grc.core.i18n import N_
from grc.core.settings import settings
from grc.jobs.worker import tools
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission, allowed
from grc.training import preparing, service
from grc.training.models import Exercise
from grc.training.words import ExerciseView, exercises
from grc.web import nav, once
from grc.web.entry import readable
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.session import actor, who
from grc.web.words import _, say

bp = Blueprint("training", __name__)
SIGNED_IN = Permission.SIGNED_IN
NOT_HERE = N_("Les exercices n’existent qu’en entraînement.")
NOT_YOURS = N_("Ce compte n’a pas le rôle qu’il faut pour cet exercice.")


@bp.before_request
def _only_here() -> None:
    if not settings().training:
        raise NotFound(NOT_HERE)


@bp.get("/entrainement")
@needs(SIGNED_IN)
def page() -> str:
    """The ten exercises, and where this person stands."""
    begun = service.mine(who().id)
    shown = [_line(view, begun.get(code)) for code, view in exercises().items()]
    done = sum(one["is_done"] for one in shown)
    return render("training/page.html", current="training.page", exercises=shown, done=done)


@bp.get("/entrainement/<code>")
@needs(SIGNED_IN)
def exercise(code: str) -> str:
    """One exercise: what to do, why, the keys that help, what was prepared."""
    view, row = service.view(code), service.mine(who().id).get(code)
    return render(
        "training/exercise.html",
        current="training.page",
        one=_line(view, row) | {"goal": _goal(view, row), "why": view.why[locale()]},
        keys=view.keys,
        cases=_cases(row),
        asks=code == "find",
        next_url=_next(code),
    )


@bp.post("/entrainement/<code>/commencer")
@needs(SIGNED_IN)
def begin(code: str) -> ResponseReturnValue:
    """Prepare what this exercise needs, for this person alone; again, anew."""
    view, unit_id = service.view(code), nav.my_unit(actor())
    if not _may(view) or unit_id is None:
        raise Forbidden(NOT_YOURS)
    where = url_for(".exercise", code=code)
    with transaction():
        if once.claim(who().id, now()) is not None:
            return redirect(where, 303)
        exercise_id, key = service.begin(who().id, code, now())
        once.settle(where)
    unit = organisation().unit_by_id(unit_id)
    made = preparing.prepare(view, key, unit, tools(), now())
    with transaction():
        service.ready(exercise_id, made.as_json())
    return redirect(where, 303)


@bp.post("/entrainement/<code>/verifier")
@needs(SIGNED_IN)
def check(code: str) -> ResponseReturnValue:
    """Look at what was done, and say what is missing."""
    service.view(code)
    typed = parse(request.form.get("found", ""))
    found = reference("D", typed.year, typed.number) if typed and typed.valid else ""
    with transaction():
        missing = service.check(code, found, actor=actor(), now=now())
    if missing is None:
        flash(_("C’est fait, et bien fait."), "success")
    else:
        flash(say(missing), "warning")
    return redirect(url_for(".exercise", code=code), 303)


def _may(view: ExerciseView) -> bool:
    return allowed(actor(), Permission(view.needs))


def _line(view: ExerciseView, row: Exercise | None) -> dict[str, Any]:
    return {
        "title": view.title[locale()],
        "url": url_for(".exercise", code=view.code),
        "begin_url": url_for(".begin", code=view.code),
        "check_url": url_for(".check", code=view.code),
        "may": _may(view),
        "is_begun": row is not None and len(row.prepared) > 1,
        "is_done": row is not None and row.done_at is not None,
        "done_at": row.done_at if row else None,
    }


def _goal(view: ExerciseView, row: Exercise | None) -> str:
    number = row.prepared.get("number", "") if row else ""
    pairs = " ".join(number[at : at + 2] for at in range(0, len(number), 2))
    return view.goal[locale()].replace("{number}", pairs or "06 …")


def _cases(row: Exercise | None) -> list[dict[str, Any]]:
    """The cases prepared, with a way to those she may read: handed over, one is out of sight."""
    if row is None or row.code == "find":  # there they are to be found
        return []
    found = [session().get_one(Case, one) for one in row.prepared.get("cases", ())]
    return [{"reference": one.reference, "url": readable(one)} for one in found]


def _next(code: str) -> str | None:
    codes = [*exercises()]
    after = codes.index(code) + 1
    return url_for(".exercise", code=codes[after]) if after < len(codes) else None
