"""What can be asked online, and the form of each type of request."""

from flask import request
from flask.typing import ResponseReturnValue

from grc.catalogue.finding import find, online
from grc.catalogue.forms import PublicForm
from grc.catalogue.queries import TypeView
from grc.catalogue.queries import snapshot as catalogue
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.organisation import sites
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web.forms.entry import communes
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.public import asking, sending
from grc.web.public.asking import Asked
from grc.web.public.blueprint import bp, is_open, render

LONGEST = 200


@bp.get("/demarches")
@needs(Permission.PUBLIC)
def home() -> str:
    """Every type of request with a form, or those a query speaks of."""
    query = request.args.get("q", "")[:LONGEST]
    offered = online(catalogue().types.values()) if is_open() else []
    found = find(query, offered)
    return render(
        "public/home.html",
        query=query,
        longest=LONGEST,
        offers=[_offer(kind) for kind in found or offered],
        is_found=bool(found),
        places=sites.near(query) if query else (),
    )


def _offer(kind: TypeView) -> dict[str, str]:
    form = _form_of(kind)
    return {"code": kind.code, "label": kind.label(locale()), "summary": form.summary(locale())}


@bp.get("/demarches/<code>")
@needs(Permission.PUBLIC)
def form(code: str) -> str:
    """The empty form of a type."""
    kind = _type(code)
    return _page(kind, Asked(asking.fields_of(_form_of(kind), locale())))


@bp.post("/demarches/<code>")
@needs(Permission.PUBLIC)
def send(code: str) -> ResponseReturnValue:
    """Keep what was sent, understand it at once, and give its receipt."""
    kind = _type(code)
    asked = asking.read(asking.fields_of(_form_of(kind), locale()))
    if problem := sending.refusal(asked, now()):
        return _page(kind, asked, problem.words), problem.status
    receipt = sending.send(asking.values_of(asked, kind), now())
    return render("public/receipt.html", receipt=receipt, title=kind.label(locale()))


def _page(kind: TypeView, asked: Asked, problem: str = "") -> str:
    drawn = asked.drawn()
    return render(
        "public/form.html",
        kind=_offer(kind),
        papers=_form_of(kind).papers(locale()),
        form=drawn.form,
        groups=drawn.groups,
        kept=asked.kept(),
        communes=communes(),
        problem=problem,
    )


@bp.get("/demarches/informations-personnelles")
@needs(Permission.PUBLIC)
def privacy() -> str:
    """What becomes of what is told here (GDPR, art. 13)."""
    kinds = (kind for kind in catalogue().types.values() if kind.nature == "gdpr_right")
    code = next((kind.unit_code for kind in kinds), "")
    unit = organisation().find_unit(code)
    return render("public/privacy.html", unit=unit or organisation().triage)


def _type(code: str) -> TypeView:
    kind = catalogue().types.get(code)
    if kind is None or kind.form is None or not is_open():
        raise NotFound(N_("Cette démarche n’existe pas, ou plus."))
    return kind


def _form_of(kind: TypeView) -> PublicForm:
    if kind.form is None:
        raise NotFound(N_("Cette démarche n’existe pas, ou plus."))
    return kind.form
