"""One rule of the draft, on its form."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.core.db import transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.core.toml_source import InvalidFile
from grc.routing import drafting
from grc.routing.rule import Rule
from grc.routing.stored import read_all
from grc.web import once
from grc.web.forms.rules import Placed, RuleForm, values
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import rules as presenter
from grc.web.rules import RULES, the_draft
from grc.web.session import actor, who
from grc.web.words import _, say

bp = Blueprint("rule", __name__, url_prefix="/affectation")


@bp.route("/brouillon/regle", methods=["GET", "POST"], defaults={"code": ""})
@bp.route("/brouillon/regle/<code>", methods=["GET", "POST"])
@needs(RULES)
def page(code: str) -> ResponseReturnValue:
    """One rule of the draft, or a new one."""
    own = read_all(the_draft().rules)
    here = next((one for one in own if one.code == code), None)
    if request.method == "GET" and code and here is None:
        raise NotFound(N_("Cette règle n'est pas dans le brouillon."))
    form = RuleForm(data=_shown(here, own))
    places = None if code else [Placed(one.code, one.label) for one in own]
    form.prepare(presenter.names(), places)
    if request.method == "GET":
        return _page(form, code)
    if not form.validate():
        return _page(form, code), 422
    try:
        return _save(form, code)
    except InvalidFile as wrong:
        form.refuse_all(wrong)
        return _page(form, code), 422
    except drafting.RuleChanged as changed:
        form.was.data = drafting.seen(changed.theirs) if changed.theirs else ""
        return _page(form, code, changed), 409


def _shown(here: Rule | None, own: tuple[Rule, ...]) -> dict[str, Any]:
    if here is None:
        return {"after": own[-1].code if own else ""}
    return values(here) | {"was": drafting.seen(here)}


def _save(form: RuleForm, code: str) -> ResponseReturnValue:
    after = form.after.data if "after" in form else ""
    with transaction():
        where = once.claim(who().id, now())
        if where is None:
            saved = drafting.save(
                form.rule(code), form.was.data or "", after, actor=actor(), now=now()
            )
            where = url_for("rules.draft", regle=saved.code)
            once.settle(where)
    return redirect(where, 303)


def _page(form: RuleForm, code: str, changed: drafting.RuleChanged | None = None) -> str:
    theirs = changed.theirs if changed else None
    return render(
        "rules/rule.html",
        current="rules.page",
        title=_("Modifier une règle") if code else _("Nouvelle règle"),
        form=form,
        conflict=say(changed.text) if changed else None,
        theirs=presenter.told(theirs, presenter.names(), 100) if theirs else None,
        label=theirs.label if theirs else None,
    )
