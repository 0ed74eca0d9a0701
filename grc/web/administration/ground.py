"""Territories and communes on screen: who serves what, and from which day on."""

from typing import Any

from flask.typing import ResponseReturnValue

from grc.core.clock import paris_date
from grc.organisation import edits
from grc.organisation.changing import Edit, mark, spelled
from grc.organisation.present import present
from grc.organisation.tables import Organisation, Territory
from grc.organisation.territory import Range
from grc.web.administration.blueprint import ADMIN, asked, bp, units
from grc.web.administration.places import added, found, kept
from grc.web.forms.organisation import CommuneForm, NewTerritory, TerritoryForm
from grc.web.guard import needs
from grc.web.present import now
from grc.web.words import _


@bp.route("/organisation/territoires/nouveau", methods=["GET", "POST"])
@needs(ADMIN)
def new_territory() -> ResponseReturnValue:
    """A territory that does not exist yet; communes are given to it afterwards."""
    form = NewTerritory()
    form.prepare(units())
    if not form.is_submitted():
        form.valid_from.process_data(paris_date(now()))

    def edit() -> Edit:
        return edits.territory(form.row(form.code.data or "", form.valid_from.data))

    return added(form, _("Nouveau territoire"), edit, _("Territoire ajouté."))


@bp.route("/organisation/territoires/<code>", methods=["GET", "POST"])
@needs(ADMIN)
def territory(code: str) -> ResponseReturnValue:
    """One territory."""
    here = present()
    row = found(here.territories, code)
    form = TerritoryForm(data=vars(row) | {"seen": mark(row)})
    form.prepare(units())

    def edit() -> Edit:
        return edits.territory(form.row(code, row.valid_from))

    return kept(form, row.name, edit, row=row, facts=_served(here, row))


def _served(here: Organisation, row: Territory) -> list[tuple[str, str]]:
    today = paris_date(now())
    names = {one.insee: one.name for one in here.communes}
    places = (one for one in here.ranges if one.territory == row.code)
    own = {names[one.insee] for one in places if one.holds(today)}
    return [
        (_("Premier jour"), spelled(row.valid_from)),
        (_("Communes aujourd’hui"), ", ".join(sorted(own)) or _("aucune")),
    ]


@bp.route("/organisation/communes/<code>", methods=["GET", "POST"])
@needs(ADMIN)
def commune(code: str) -> ResponseReturnValue:
    """Who serves a commune, by its INSEE code, and who will from a day on."""
    here, today, insee = present(), paris_date(now()), code
    row = found_commune(here, insee)
    form = CommuneForm(data={"seen": mark(edits.served(here, insee)), "since": today})
    form.prepare(_territories(here))
    if not form.is_submitted():
        form.territory.process_data(_current(here, insee) or asked("territoire"))

    def edit() -> Edit:
        return edits.commune(insee, form.territory.data, form.since.data, today)

    note = _("Les demandes déjà reçues gardent leur territoire ; les rues nommées à part aussi.")
    return kept(form, row.name, edit, facts=_periods(here, insee), note=note)


def found_commune(here: Organisation, insee: str) -> Any:
    """The commune of this code. Raises NotFound."""
    rows = [one for one in here.communes if one.insee == insee]
    return rows[0] if rows else found((), insee)


def _territories(here: Organisation) -> list[tuple[str, str]]:
    """Those that are not over."""
    today = paris_date(now())
    return [
        (one.code, one.name)
        for one in here.territories
        if one.valid_to is None or one.valid_to > today
    ]


def _current(here: Organisation, insee: str) -> str:
    today = paris_date(now())
    own = (one for one in here.ranges if one.insee == insee and not one.street)
    return next((one.territory for one in own if one.holds(today)), "")


def _periods(here: Organisation, insee: str) -> list[tuple[str, str]]:
    """Each period, the commune first and then its streets: where, by whom and when."""
    names = {one.code: one.name for one in here.territories}
    own = sorted(
        (one for one in here.ranges if one.insee == insee),
        key=lambda one: (bool(one.street), one.street, one.number_from or 0, one.valid_from),
    )
    return [(_place(one), f"{names[one.territory]}{_when(one)}") for one in own]


def _place(one: Range) -> str:
    if not one.street:
        return _("La commune")
    odd = {"odd": _("impairs"), "even": _("pairs")}.get(one.parity, "")
    ends = (one.number_from, one.number_to)
    numbers = " – ".join("…" if one is None else str(one) for one in ends) if any(ends) else ""
    return " ".join(filter(None, (one.street, numbers, odd)))


def _when(one: Range) -> str:
    begins = one.valid_from.year > 1900
    since = _("depuis le %(day)s", day=spelled(one.valid_from)) if begins else ""
    until = _("jusqu’au %(day)s exclu", day=spelled(one.valid_to)) if one.valid_to else ""
    told = ", ".join(filter(None, (since, until)))
    return f" ({told})" if told else ""
