"""Cases as lines of a file: what a list shows of them, and no agent by name."""

from collections.abc import Sequence
from datetime import date

from grc.cases.lookup import names_of
from grc.cases.models import Case
from grc.cases.queries import placed
from grc.catalogue.files import NATURE_LABELS
from grc.catalogue.queries import snapshot as catalogue
from grc.core.clock import paris_date
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import LEVEL_LABELS
from grc.web.present import locale
from grc.web.presenters import marks
from grc.web.spreadsheet import Value
from grc.web.words import _


def titles() -> list[str]:
    """The heads of the columns."""
    return [
        _("Référence"),
        _("Objet"),
        _("Usager"),
        _("État"),
        _("Service"),
        _("Échéance"),
        _("Reçue le"),
        _("Terminée le"),
        _("Nature de demande"),
        _("Nature juridique"),
        _("Canal"),
        _("Commune"),
        _("Territoire"),
        _("Confidentialité"),
        _("Contacts"),
    ]


def lines(cases: Sequence[Case]) -> list[list[Value]]:
    """The cells of some cases, in order. Two statements."""
    names, places = names_of(cases), placed([case.id for case in cases])
    return [
        _line(case, names.get(case.id, ""), *places.get(case.id, (None, None))) for case in cases
    ]


def _line(case: Case, who: str, unit_id: int | None, due_on: date | None) -> list[Value]:
    units, kind = organisation(), catalogue().types.get(case.request_type or "")
    commune = units.commune(case.commune) if case.commune else None
    territory = units.territory(case.territory) if case.territory else None
    return [
        case.reference,
        case.subject,
        who,
        marks.status_label(case.status),
        units.unit_by_id(unit_id).name if unit_id else "",
        due_on,
        paris_date(case.received_at),
        paris_date(case.closed_at) if case.closed_at else None,
        kind.label(locale()) if kind else case.request_type or "",
        _(NATURE_LABELS.get(case.nature, case.nature)),
        marks.channel_label(case.channel),
        commune.name if commune else case.commune or "",
        territory.name if territory else case.territory or "",
        _(LEVEL_LABELS.get(case.level, case.level)),
        case.contacts,
    ]
