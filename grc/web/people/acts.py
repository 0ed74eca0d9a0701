"""What may be changed of a person: who she is, how she is reached."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from grc.cases.persons import Person, reached
from grc.citizens.merging import FIELDS
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.core.seals import Seal
from grc.staff.policy import Permission
from grc.web.forms import people as forms
from grc.web.guard import needs
from grc.web.people.blueprint import bp
from grc.web.people.carrying import act, her
from grc.web.present import now
from grc.web.presenters import people as presenter
from grc.web.session import actor
from grc.web.words import _
from grc.work import people

BOTH = ["GET", "POST"]
WRITE = Permission.CASE_WRITE
SHOWN = Seal("identity")


@bp.route("/<reference>/identite", methods=BOTH)
@needs(WRITE)
def identity(reference: str) -> ResponseReturnValue:
    """Correct who she is."""
    own = her(reference).own
    form = forms.Identity(data={**own, "shown": SHOWN.close(_plain(own))})
    form.prepare()
    base = SHOWN.open(form.shown.data or "") or {}

    def do(person: Person, at: datetime) -> None:
        given, why = form.given(), form.reason.data
        given["language"] = given["language"] or person.own["language"]
        shown = people.print_of(base)
        people.correct(person, given, why=why or "", actor=actor(), now=at, expected=shown)

    def meanwhile(person: Person) -> dict[str, Any]:
        return {"meanwhile": _combined(form, base, person.own)}

    page = {"title": _("Corriger l’identité"), "submit": _("Corriger")}
    return act(reference, form, page, do, _("Identité corrigée."), meanwhile=meanwhile)


def _plain(own: Mapping[str, Any]) -> dict[str, str | None]:
    """What is known of her as the page keeps it, to tell what was changed since."""
    return {name: str(told) if told else None for name, told in own.items()}


def _combined(form: Any, base: Mapping[str, Any], own: Mapping[str, Any]) -> list[dict[str, str]]:
    """Put what somebody else changed where this person changed nothing, keep what she typed
    elsewhere; the fields that both changed, both texts side by side."""
    both, present = [], _plain(own)
    for name, label in FIELDS.items():
        typed = str(form[name].data) if form[name].data else None
        if typed == base.get(name):
            form[name].data = own[name]
        elif present[name] not in (typed, base.get(name)):
            told = presenter.value(name, form[name].data), presenter.value(name, own[name])
            both.append({"label": _(label), "mine": told[0], "theirs": told[1]})
    form.shown.data = SHOWN.close(present)
    return both


@bp.route("/<reference>/joindre", methods=BOTH)
@needs(WRITE)
def reach(reference: str) -> ResponseReturnValue:
    """Add a way to reach her."""
    form = forms.Reach()
    form.prepare()

    def do(person: Person, at: datetime) -> None:
        people.reach(
            person,
            form.kind.data,
            form.value.data or "",
            care=form.care(),
            why=form.reason.data or "",
            actor=actor(),
            now=at,
        )

    page = {"title": _("Ajouter une coordonnée"), "submit": _("Ajouter")}
    return act(reference, form, page, do, _("Coordonnée ajoutée."))


@bp.route("/<reference>/joindre/<point>", methods=BOTH)
@needs(WRITE)
def care(reference: str, point: str) -> ResponseReturnValue:
    """Say with what care a contact point is used."""
    person, point_id = her(reference), presenter.POINT.open(point)
    ways = [way for way in reached(actor(), person.ids, now()) if way.point.id == point_id]
    if not ways:
        raise NotFound(N_("Cette coordonnée n’existe plus."))
    form = forms.CareOf(data=_as_it_is(ways[0].contact) if request.method != "POST" else None)
    form.prepare()

    def do(person: Person, at: datetime) -> None:
        why = form.reason.data or ""
        people.take_care(person, ways[0].point.id, form.care(), why=why, actor=actor(), now=at)

    shown = presenter.points(person, ways, writes=False)[0]
    page = {"title": _("Précautions"), "submit": _("Enregistrer"), "why": shown["label"]}
    return act(reference, form, page, do, _("Précautions enregistrées."))


def _as_it_is(contact: Any) -> dict[str, Any]:
    safe = {True: "yes", False: "no"}.get(contact.safe, "")
    ticked = ("do_not_call", "do_not_write", "leave_no_message")
    return {"safe": safe, **{name: getattr(contact, name) for name in ticked}}
