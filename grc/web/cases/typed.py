"""What the reply box of this request brought, and keeping it."""

from flask import request

from grc.cases.models import Case
from grc.web.present import now
from grc.web.session import actor
from grc.work import drafts


def draft_page() -> drafts.Page:
    """The page that sent this form, and the draft it showed."""
    own, shown = request.form.get("form_key", "")[:36], request.form.get("draft", "")[:36]
    return drafts.Page(own, shown)


def keep(case: Case, text: str) -> None:
    """Keep a reply as typed, inside the caller's transaction."""
    drafts.save(
        case,
        text,
        actor=actor(),
        now=now(),
        page=draft_page(),
        shared="shared" in request.form and request.form["shared"] != "",
        canned=request.form.get("canned", ""),
    )
