"""The reply box: drafts, canned replies, and what the citizen will see."""

from datetime import datetime

from flask import flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from grc.cases.models import Case
from grc.cases.queries import case_for
from grc.core.db import transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.jobs import presence
from grc.staff.policy import Permission
from grc.web.cases.access import read
from grc.web.cases.blueprint import bp
from grc.web.cases.carrying import carry_out
from grc.web.cases.typed import draft_page, keep
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import writing as presenter
from grc.web.presenters.rows import case_url
from grc.web.session import actor, who
from grc.web.words import _, say
from grc.work import canned, drafts, enclosing
from grc.work.composing import compose

WRITE = Permission.CASE_WRITE


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


@bp.post("/<reference>/brouillon")
@needs(WRITE)
def draft(reference: str) -> ResponseReturnValue:
    """Keep the reply being written. Sent by the page itself, as often as it likes."""
    with transaction():
        case = case_for(actor(), reference, WRITE, now())
        keep(case, request.form.get("text", ""))
    presence.write(case.id, who().id, now())
    if "keep" not in request.form:
        return "", 204
    flash(_("Brouillon gardé."), "success")
    return redirect(f"{case_url(case.reference)}#compose", 303)


@bp.post("/<reference>/brouillon/reprendre")
@needs(WRITE)
def take_draft(reference: str) -> ResponseReturnValue:
    """Copy another text below one's own."""

    def do(case: Case, at: datetime) -> None:
        drafts.take_over(case, request.form.get("draft", ""), actor=actor(), now=at)

    done = _("Le texte est copié dans votre brouillon.")
    return carry_out(reference, WRITE, do, done=done, draft=f"reply-{reference}")


@bp.post("/<reference>/brouillon/oublier")
@needs(WRITE)
def forget_draft(reference: str) -> ResponseReturnValue:
    """Throw one's own other text away."""

    def do(case: Case, at: datetime) -> None:
        drafts.forget(case, request.form.get("draft", ""), actor=actor(), now=at)

    return carry_out(reference, WRITE, do)


@bp.get("/<reference>/modeles")
@needs(WRITE)
def canned_replies(reference: str) -> ResponseReturnValue:
    """The canned replies of a case, their blanks filled: a page, or what the picker shows."""
    case, _facts = read(reference, "canned")
    found = [presenter.canned(one) for one in canned.offered(case, actor=actor(), now=now())]
    if _wants_json():
        return jsonify(found)
    shown = {"reference": case.reference, "subject": case.subject, "url": case_url(case.reference)}
    return render("cases/canned.html", case=shown, replies=found)


@bp.post("/<reference>/modeles")
@needs(WRITE)
def insert(reference: str) -> ResponseReturnValue:
    """Put a canned reply below what is already written."""

    def do(case: Case, at: datetime) -> None:
        _insert(case, request.form.get("canned", ""), at)

    done = _("La réponse type est dans votre brouillon.")
    return carry_out(reference, WRITE, do, done=done, draft=f"reply-{reference}")


def _insert(case: Case, name: str, at: datetime) -> None:
    offered = {one.name: one.text for one in canned.offered(case, actor=actor(), now=at)}
    text = offered.get(name)
    if text is None:
        raise InvalidInput(N_("Cette réponse type n'existe plus. Choisissez-en une autre."))
    first = next(iter(drafts.mine(case.id, who().id)), None)
    drafts.save(
        case,
        f"{first.text}\n\n{text}" if first else text,
        actor=actor(),
        now=at,
        page=drafts.Page(first.page, first.page) if first else drafts.NO_PAGE,
        shared=first.shared if first else False,
        canned=f"{first.canned} {name}".strip() if first else name,
    )


@bp.post("/<reference>/apercu")
@needs(WRITE)
def what_is_seen(reference: str) -> ResponseReturnValue:
    """What the citizen will see, made by what sends it. What was typed is kept on the way."""
    text = request.form.get("text", "")
    with transaction():
        case = case_for(actor(), reference, WRITE, now())
        if text.strip():
            keep(case, text)
    files = enclosing.named(case, request.form.get("files", ""), actor())
    leaving = compose(case, text, actor(), request.form.get("canned", ""), files)
    shown = {"reference": case.reference, "subject": case.subject, "url": case_url(case.reference)}
    fields = {
        name: request.form.get(name, "")
        for name in ("text", "canned", "files", "version", "seen", "next", "shared")
    } | {"draft": draft_page().own}
    problem = say(leaving.problem) if leaving.problem else ""
    page = presenter.leaving(leaving)
    return render("cases/preview.html", case=shown, leaving=page, problem=problem, fields=fields)
