"""One letter to index: its pages on one side, what is said of it on the other."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.correspondence.returning import SIGNED, WAYS
from grc.intake.letters import Opened
from grc.mailroom import indexing, pages, proposals, returned
from grc.mailroom.indexing import Sheet
from grc.mailroom.proposals import Proposals
from grc.organisation.queries import snapshot as organisation
from grc.parsing.pages import ROTATIONS, WIDTHS
from grc.web import mail
from grc.web.cases.files import download, shown
from grc.web.forms import mail as forms
from grc.web.forms.entry import communes
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters.things import Act, Target
from grc.web.session import actor
from grc.web.words import _, say

bp = Blueprint("indexing", __name__)
_WAYS = WAYS.items()
_BACK = {"signed": "y", "unclaimed": "u", "unknown": "b"}  # keys


@bp.get("/courrier/<reference>")
@needs(mail.INDEX)
def letter(reference: str) -> str:
    """A letter that waits, with what its words suggest."""
    found = mail.letter(reference)
    suggested = proposals.of(found, paris_date(now()))
    form = _filled(found, suggested)
    return _page(found, suggested, form)


@bp.post("/courrier/<reference>")
@needs(mail.INDEX)
def send(reference: str) -> ResponseReturnValue:
    """Look at another page, or index the letter and go to the next."""
    form = forms.Index()
    if "look" in request.form:  # a browser without scripts turns a page
        found = mail.letter(reference)
        return _again(found, form)
    sheet = None
    if form.validate():
        form.sender.choices = _offered(reference)
        sheet = form.sheet()
    if sheet is None:
        return _again(mail.letter(reference), form), 422
    return _carried(reference, form, sheet)


def _carried(reference: str, form: forms.Index, sheet: Sheet) -> ResponseReturnValue:
    expected = mail.version(form)

    def carry(item_id: int) -> None:
        if indexing.confirm(item_id, sheet, expected=expected, actor=actor(), now=now()):
            _left_to_triage(sheet.same_as)

    try:
        return mail.decide(reference, carry, "")  # the next letter says it, hundreds of times a day
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _again(mail.letter(reference), form), 422
    except Conflict as conflict:
        found = mail.letter(reference)
        form.version.data = str(found.letter.version)
        return _again(found, form, say(conflict.text)), 409


def _left_to_triage(typed: str) -> None:
    flash(_("Référence %(n)s : courrier confié au tri, qui la vérifiera.", n=typed), "success")


@bp.post("/courrier/<reference>/retour")
@needs(mail.INDEX)
def come_back(reference: str) -> ResponseReturnValue:
    """File one of our letters that came back, on the case whose reference was read."""
    form = forms.Index()
    how, other = request.form.get("how", ""), request.form.get("returned", "")
    chosen = (form.same_as.data or form.same.data or other).strip()

    def carry(item_id: int) -> None:
        expected, on = mail.version(form), form.notified.data if how == SIGNED else None
        if returned.file(
            item_id, how, chosen, notified=on, expected=expected, actor=actor(), now=now()
        ):
            flash(_("Lettre revenue, rangée sur %(other)s.", other=chosen), "success")
            cookie["given_away"] = reference
        else:
            _left_to_triage(chosen)

    return mail.decide(reference, carry, "")


def _offered(reference: str) -> forms.Pairs:
    """Who may be chosen: those whom the letter suggests. Nobody, once somebody else has dealt
    with it: that is said before anything is done."""
    try:
        found = mail.letter(reference)
    except NotFound:
        return []
    people = proposals.of(found, paris_date(now())).people
    return forms.senders([(one.citizen_id, one.name) for one in people])


def _again(found: Opened, form: forms.Index, happened: str = "") -> str:
    suggested = proposals.of(found, paris_date(now()))
    return _page(found, suggested, form, happened)


def _filled(found: Opened, suggested: Proposals) -> forms.Index:
    case, known = found.case, organisation()
    kind = dict(forms.kinds()).get(case.request_type or "", "")
    unit = known.unit_by_id(found.unit_id)
    commune = known.commune(case.commune) if case.commune else None
    if commune is None and suggested.communes:
        commune = suggested.communes[0].commune
    return forms.Index(
        formdata=None,
        version=str(found.letter.version),
        name=suggested.name,
        request_type=kind,
        unit=unit.name,
        commune=commune.name if commune else "",
        arrived=_day(paris_date(case.received_at)),
    )


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


def _page(found: Opened, suggested: Proposals, form: forms.Index, happened: str = "") -> str:
    form.sender.choices = forms.senders([(one.citizen_id, one.name) for one in suggested.people])
    form.same.choices = [("", _("Nouvelle demande"))]
    coded = pages.coded(found)
    form.same.choices += [(one, _same(one, coded.get(one))) for one in suggested.references]
    reference = found.item.reference
    return render(
        "mail/letter.html",
        current=mail.CURRENT,
        back=Target(_("Courrier"), url_for("mail.batches")),
        letter={
            "reference": reference,
            "subject": found.case.subject,
            "batch": mail.batch_of(found.item),
            "url": url_for(".send", reference=reference),
            "pdf_url": url_for(".original", reference=reference),
            "warnings": found.message.warnings,
        },
        again=mail.given_away(),
        come_back={
            "url": _url(".come_back", found),
            "reference": next(iter(suggested.references), ""),
            "ways": [(code, _first_up(_(words)), _BACK[code]) for code, words in _WAYS],
        },
        view=_view(found),
        people={str(one.citizen_id): _person(one) for one in suggested.people},
        communes=communes(),
        mentions=[_(say(one.why)) for one in suggested.communes],
        kinds=forms.kinds(),
        units=forms.units(),
        form=form,
        happened=happened,
        acts=[
            Act(
                _("De côté"),
                _url("mail.put_aside", found),
                icon="clock",
                key="x",
                modal=True,
            ),
            Act(_("Hors GRC"), _url("mail.send", found), icon="external", key="h", modal=True),
        ],
    )


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _same(reference: str, page: int | None) -> str:
    """A further contact on this case, and where the letter says so."""
    if page is None:
        return _("Nouveau contact sur %(reference)s", reference=reference)
    return _(
        "Nouveau contact sur %(reference)s (code QR, page %(page)s)", reference=reference, page=page
    )


def _url(endpoint: str, found: Opened) -> str:
    return url_for(endpoint, reference=found.item.reference)


def _person(one: proposals.Person) -> dict[str, Any]:
    return {
        "birth_date": one.birth_date,
        "score": one.score,
        "why": ", ".join(say(reason) for reason in one.reasons),
    }


def _view(found: Opened) -> dict[str, Any]:
    """What is looked at: a page, its width, how it is turned; `look` changes one of them."""
    last, look = pages.count(found), request.form.get("look", "")
    page, zoom, turn = (_given(name) for name in ("page", "zoom", "turn"))
    page = max(1, min(last, (page or 1) + {"next": 1, "previous": -1}.get(look, 0)))
    zoom = max(0, min(len(WIDTHS) - 1, zoom + {"in": 1, "out": -1}.get(look, 0)))
    turn = (turn + (look == "turn")) % len(ROTATIONS)
    base = url_for(".page", reference=found.item.reference, number=0).removesuffix("0.png")
    return {
        "page": page,
        "last": last,
        "zoom": zoom,
        "turn": turn,
        "base": base,
        "src": f"{base}{page}.png?zoom={zoom}&turn={turn}",
    }


def _given(name: str) -> int:
    typed = request.values.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0


@bp.get("/courrier/<reference>/pages/<int:number>.png")
@needs(mail.INDEX)
def page(reference: str, number: int) -> Response:
    """The picture of a page."""
    found = mail.letter(reference)
    width = WIDTHS[min(_given("zoom"), len(WIDTHS) - 1)]
    rotation = ROTATIONS[_given("turn") % len(ROTATIONS)]
    return shown(BytesIO(pages.picture(found.pdf, number, width, rotation)), "image/png")


@bp.get("/courrier/<reference>/pdf")
@needs(mail.INDEX)
def original(reference: str) -> Response:
    """The pages as a file, to be saved."""
    found = mail.letter(reference)
    return download(found.pdf, f"{found.item.reference}.pdf", "application/pdf")
