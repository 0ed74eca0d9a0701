"""Units and sites on screen: added, changed, closed, opened again."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.core.toml_source import InvalidFile
from grc.organisation import changing, edits
from grc.organisation.changing import Edit, mark
from grc.organisation.edits import named
from grc.organisation.present import present
from grc.organisation.queries import snapshot as organisation
from grc.organisation.tables import Organisation, Unit
from grc.staff.reach import demand_apart
from grc.supervision import of_a_site, of_a_unit
from grc.web.administration.blueprint import ADMIN, bp, shown, units
from grc.web.administration.changed import carried, edited, refuse
from grc.web.forms.organisation import (
    NewSite,
    NewUnit,
    OpenDay,
    SiteForm,
    UnitForm,
)
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters.things import Act
from grc.web.session import actor
from grc.web.words import _

SECTION = "administration.organisation_"
_GONE = N_("Cela n'existe pas ou plus.")


def drawn(form: Any, title: str, row: Any = None, **more: Any) -> str:
    """The page of one thing; `row` is what it is now, None for a new one."""
    given = {"changes": [], "is_looked": False, "conflict": "", "acts": [], "facts": [], "note": ""}
    return shown(
        "administration/thing.html",
        SECTION,
        **(given | {"form": form, "title": title, "row": row, "back_url": url_for(SECTION)} | more),
    )


def added(form: Any, title: str, edit: Callable[[], Edit], done: str) -> ResponseReturnValue:
    """Something that does not exist yet: its empty page, what is wrong with it, then what it would
    change, then it is there. `edit` is asked of a valid form."""
    page = partial(drawn, form, title)
    if not form.is_submitted():
        form.seen.process_data(mark(None))
    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    return edited(form, edits.new(edit()), url_for(SECTION), page, done)


def kept(
    form: Any,
    title: str,
    edit: Callable[[], Edit],
    demand: Callable[[], None] | None = None,
    **more: Any,
) -> ResponseReturnValue:
    """Something that exists, at the present address: its page, what is wrong with it, then what it
    would change, then it says so. `edit` and `demand` are asked of a valid form."""
    page = partial(drawn, form, title, **more)
    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    where = url_for(request.endpoint or SECTION, **(request.view_args or {}))
    return edited(form, edit(), where, page, _("Enregistré."), demand)


def _to_state(row: Any, endpoint: str, close: str) -> Act:
    """The way to close what is open, in these words, and to open what is closed."""
    url = url_for(endpoint, code=row.code)
    if row.active:
        return Act(close, url, "get", "lock", "x", kind="danger")
    return Act(_("Rouvrir"), url, "get", "undo", "t")


def found(rows: Any, code: str) -> Any:
    """The row of this code. Raises NotFound."""
    row = named(rows, code)
    if row is None:
        raise NotFound(_GONE)
    return row


def _above(code: str = "") -> list[tuple[str, str]]:
    return [one for one in units() if one[0] != code]


@bp.route("/organisation/services/nouveau", methods=["GET", "POST"])
@needs(ADMIN)
def new_unit() -> ResponseReturnValue:
    """A unit that does not exist yet."""
    form = NewUnit()
    form.prepare(_above())
    if not form.is_submitted():
        form.kind.process_data("unit")

    def edit() -> Edit:
        return edits.unit(form.row(form.code.data or ""))

    return added(form, _("Nouveau service"), edit, _("Service ajouté."))


@bp.route("/organisation/services/<code>", methods=["GET", "POST"])
@needs(ADMIN)
def unit_(code: str) -> ResponseReturnValue:
    """One unit."""
    row = found(present().units, code)
    form = UnitForm(data=vars(row) | {"seen": mark(row)})
    form.prepare(_above(code))
    act = _to_state(row, "administration.unit_state", _("Fermer le service"))

    def wanted() -> Unit:
        return form.row(code, active=row.active)

    def apart() -> None:
        demand_apart(code, wanted().parent, wanted().kind, actor=actor())

    return kept(form, row.name, lambda: edits.unit(wanted()), apart, row=row, acts=[act])


@bp.route("/organisation/services/<code>/etat", methods=["GET", "POST"])
@needs(ADMIN)
def unit_state(code: str) -> ResponseReturnValue:
    """Close a unit that holds nothing any more, or open it again."""
    row = found(present().units, code)
    unit, today = organisation().unit(code), paris_date(now())
    held = of_a_unit.held(unit.id, code, today) if row.active else None
    edit, form = edits.unit(replace(row, active=not row.active)), OpenDay(data={"seen": mark(row)})
    where = url_for("administration.unit_", code=code)

    title = _("Fermer « %(name)s »", name=row.name) if row.active else row.name
    page = partial(_state, form, title, row, edit, held, back_url=where, back=row.name)
    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    done = _("Service fermé.") if row.active else _("Service rouvert.")
    demand = (lambda: of_a_unit.leave(unit, now())) if row.active else None
    return carried(form, edit, where, page, done, demand)


def _state(form: Any, title: str, row: Any, edit: Any, held: Any, **more: Any) -> str:
    """The page of a closing: what is in the way, or the button."""
    if not form.errors:
        try:
            changing.look(edit, paris_date(now()))
        except InvalidFile as refusal:
            refuse(form, refusal, edit)
    given = {"conflict": "", "expected": []} | more
    return shown(
        "administration/state.html", SECTION, form=form, title=title, row=row, held=held,
        problems=[words for field in form for words in field.errors], **given,
    )  # fmt: skip


@bp.route("/organisation/sites/nouveau", methods=["GET", "POST"])
@needs(ADMIN)
def new_site() -> ResponseReturnValue:
    """A site that does not exist yet."""
    form = NewSite()
    form.prepare(units(), communes(present()))

    def edit() -> Edit:
        return edits.site(form.row(form.code.data or ""))

    return added(form, _("Nouveau site"), edit, _("Site ajouté."))


@bp.route("/organisation/sites/<code>", methods=["GET", "POST"])
@needs(ADMIN)
def site(code: str) -> ResponseReturnValue:
    """One site, with its hours."""
    here = present()
    row = found(here.sites, code)
    form = SiteForm(data=vars(row) | {"seen": mark(row)})
    form.prepare(units(), communes(here))
    act = _to_state(row, "administration.site_state", _("Fermer le site"))

    def edit() -> Edit:
        return edits.site(form.row(code, active=row.active))

    return kept(form, row.name, edit, row=row, acts=[act])


@bp.route("/organisation/sites/<code>/etat", methods=["GET", "POST"])
@needs(ADMIN)
def site_state(code: str) -> ResponseReturnValue:
    """Close a site where nobody is expected any more, or open it again."""
    row = found(present().sites, code)
    place, today = named(organisation().sites.values(), code), paris_date(now())
    expected = of_a_site.expected(place.id, today) if row.active else []
    edit, form = edits.site(replace(row, active=not row.active)), OpenDay(data={"seen": mark(row)})
    where = url_for("administration.site", code=code)
    title = _("Fermer « %(name)s »", name=row.name) if row.active else row.name
    page = partial(
        _state, form, title, row, edit, None, expected=expected, back_url=where, back=row.name
    )
    if not form.validate_on_submit():
        return page(), 422 if form.is_submitted() else 200
    done = _("Site fermé.") if row.active else _("Site rouvert.")
    demand = (lambda: of_a_site.leave(place, today)) if row.active else None
    return carried(form, edit, where, page, done, demand)


def communes(here: Organisation) -> list[tuple[str, str]]:
    """Communes to choose from: (INSEE code, name), by name."""
    return sorted(((one.insee, one.name) for one in here.communes), key=lambda one: one[1])
