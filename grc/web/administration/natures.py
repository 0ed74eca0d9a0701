"""Natures of request: read, changed as new versions, closed; what it touches is shown before."""

import hashlib
from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.catalogue import writing
from grc.catalogue.files import TERRITORY
from grc.catalogue.service import columns
from grc.catalogue.writing import TYPES
from grc.core.clock import paris_date
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput
from grc.core.toml_source import InvalidFile
from grc.organisation import versions
from grc.organisation.queries import snapshot as organisation
from grc.organisation.versions import Act as Writing
from grc.routing.queries import rules
from grc.staff.queries import names
from grc.web import once
from grc.web.administration.blueprint import ADMIN, asked, bp, carried, shown, units
from grc.web.forms.texts import Nature, NatureState
from grc.web.guard import needs
from grc.web.nav import capped
from grc.web.present import locale, now
from grc.web.presenters import versions as presenter
from grc.web.presenters.things import Act
from grc.web.session import actor, who
from grc.web.words import _, say
from grc.work.of_a_nature import CAP, open_cases

SECTION = "administration.natures"
_WORDS = ("label_fr", "label_en", "delay_source", "silence_source", "appeal")
_FIELDS = (*_WORDS, "unit", "delay_days", "level", "silence", "silence_months")


@bp.get("/natures")
@needs(ADMIN)
def natures() -> str:
    """Every nature in force, or those that are closed; a catalogue holds on one page."""
    is_closed, after = asked("etat") == "closed", asked("suite")
    found = versions.page(TYPES, asked("q"), closed=is_closed, after=_place(after))
    people = names(versions.codes_of(found))
    more = found[versions.PAGE - 1] if len(found) > versions.PAGE else None
    return shown(
        "administration/natures.html",
        SECTION,
        lines=[_line(one, people) for one in found[: versions.PAGE]],
        older_url=url_for(
            SECTION,
            q=asked("q") or None,
            etat=asked("etat") or None,
            suite=f"{more.id}:{more.label_fr}",
        )
        if more
        else None,
        given=request.args,
    )


def _place(after: str) -> tuple[str, int] | None:
    number, colon, label = after.partition(":")
    return (label, int(number)) if colon and number.isdecimal() and len(number) < 18 else None


def _line(one: Any, people: dict[int, str]) -> dict[str, Any]:
    return {
        "url": url_for("administration.nature", code=one.code),
        "label": one.label_en if locale() == "en" else one.label_fr,
        "unit": presenter.unit(one.unit_code),
        "delay": one.delay_days,
        "level": one.level,
        "level_label": presenter.spelled("level", one.level),
        "version": one.version,
        "since": one.written_at or one.valid_from,
        "by": presenter.author(one, people),
    }


@bp.route("/natures/<code>", methods=["GET", "POST"])
@needs(ADMIN)
def nature(code: str) -> ResponseReturnValue:
    """One nature; changed once what it touches has been looked at."""
    row = versions.history(TYPES, code)[0]
    if request.method == "GET":
        values = vars(writing.type_of(row)) | {"version": row.version}
        return _page(code, _prepared(Nature(formdata=None, data=values), row))
    form = _prepared(Nature(), row)
    item = _read(form, row) if form.validate() else None
    if item is None:
        return _page(code, form), 422
    digest = hashlib.sha256(repr((item, form.version.data)).encode()).hexdigest()
    if "go" not in request.form or form.looked.data != digest:
        form.looked.process_data(digest)
        return _page(code, form, new=SimpleNamespace(**columns(item)))
    return _write(code, form, item)


def _prepared(form: Nature, row: Any) -> Nature:
    known = [(TERRITORY, _("le service du territoire")), *units()]
    if row.unit_code not in dict(known):
        known.append((row.unit_code, presenter.unit(row.unit_code)))
    form.prepare(known)
    return form


def _read(form: Nature, row: Any) -> Any:
    values = {name: form[name].data for name in _FIELDS}
    values |= {name: (values[name] or "").strip() for name in _WORDS}
    try:
        item = writing.typed_type(row, values)
    except InvalidFile as refusal:
        for problem in refusal.problems:
            field = form[problem.field] if problem.field in form else form["level"]
            field.errors = [*field.errors, say(problem.what)]
        return None
    if writing.is_opened(row.level, item.level) and not (form.reason.data or "").strip():
        form.reason.errors = [_("Un niveau moins secret demande une raison, gardée au journal.")]
        return None
    return item


def _write(code: str, form: Nature, item: Any) -> ResponseReturnValue:
    where = url_for("administration.nature", code=code)
    act = Writing(actor(), now(), _number(form.version.data), form.reason.data or "")
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                writing.write_type(item, act)
                once.settle(where)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(code, form), 422
    except Conflict as refusal:
        return _page(code, form, new=SimpleNamespace(**columns(item)), refusal=refusal), 409
    flash(_("Nature enregistrée : les demandes qui arrivent la suivent."), "success")
    return redirect(where, 303)


def _number(seen: object) -> int:
    text = str(seen or "")
    return int(text) if text.isdecimal() and len(text) < 9 else 999_999_999


def _page(code: str, form: Nature, new: Any = None, refusal: Conflict | None = None) -> str:
    known = versions.history(TYPES, code)
    row = known[0]
    if refusal is not None:
        form.version.process_data(row.version)
        form.looked.process_data("")
    return shown(
        "administration/nature.html",
        SECTION,
        row=row,
        title=row.label_en if locale() == "en" else row.label_fr,
        form=form,
        changes=presenter.changed(TYPES, row, new) if new is not None else [],
        is_looked=new is not None and refusal is None,
        conflict=say(refusal.text) if refusal is not None else "",
        touched=_touched(code) if new is not None else None,
        history=_history(known),
        act=_act(row),
    )


def _history(known: list[Any]) -> list[dict[str, Any]]:
    """Each version, and what it changed of the one before."""
    lines = presenter.lines(known, None, None)
    for line, row, older in zip(lines, known, [*known[1:], None], strict=True):
        line["changes"] = presenter.changed(TYPES, older, row) if older is not None else []
    return lines


def _touched(code: str) -> dict[str, Any]:
    """What a change of this nature touches."""
    named = [rule.label for rule in rules(paris_date(now())) if _names(rule, code)]
    boxes = organisation().mailboxes.values()
    return {
        "open": capped(open_cases(code), CAP),
        "rules": named[:5],
        "rules_more": max(0, len(named) - 5),
        "boxes": sorted(box.source for box in boxes if box.request_type == code),
    }


def _names(rule: Any, code: str) -> bool:
    return code == rule.then.request_type or code in rule.when.request_types


def _act(row: Any) -> Act:
    if row.valid_to is None:
        url = url_for("administration.nature_state", code=row.code)
        return Act(_("Fermer"), url, "get", "lock", "x", kind="danger")
    fields = {"version": str(row.version)}
    url = url_for("administration.open_nature", code=row.code)
    return Act(_("Rouvrir"), url, "post", "undo", "t", fields=fields)


@bp.route("/natures/<code>/fermer", methods=["GET", "POST"])
@needs(ADMIN)
def nature_state(code: str) -> ResponseReturnValue:
    """Close one, having seen what still names it."""
    row, where = versions.history(TYPES, code)[0], url_for("administration.nature", code=code)
    form = NatureState()
    if request.method == "POST":
        act = Writing(actor(), now(), _number(form.version.data))
        done = _("Nature fermée : plus aucune demande ne la prend.")
        return _carried(lambda: writing.end_type(code, act), where, done)
    form.version.process_data(row.version)
    found = _touched(code)
    return shown(
        "administration/form.html",
        SECTION,
        title=_("Fermer « %(nature)s »", nature=row.label_fr),
        back_url=where,
        back=row.label_fr,
        facts=[
            (_("Demandes ouvertes"), found["open"]),
            (_("Règles qui la nomment"), ", ".join(found["rules"]) or _("aucune")),
            (_("Boîtes qui l’annoncent"), ", ".join(found["boxes"]) or _("aucune")),
        ],
        form=form,
        button=_("Fermer cette nature"),
        note=_(
            "Les demandes ouvertes la gardent, avec leur échéance et leur niveau. Une règle ou une "
            "boîte qui la nomme affecte sans nature tant qu’elle n’est pas corrigée."
        ),
    )


def _carried(write: Any, where: str, done: str) -> ResponseReturnValue:
    try:
        return carried(lambda _at: write(), where, done)
    except Conflict as refusal:
        flash(say(refusal.text), "error")
        return redirect(where, 303)


@bp.post("/natures/<code>/rouvrir")
@needs(ADMIN)
def open_nature(code: str) -> ResponseReturnValue:
    """Open a closed nature again, as it was."""
    item = writing.type_of(versions.history(TYPES, code)[0])
    act = Writing(actor(), now(), _number(request.form.get("version")))
    where = url_for("administration.nature", code=code)
    return _carried(lambda: writing.write_type(item, act), where, _("Nature rouverte."))
