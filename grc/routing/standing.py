"""How a case stands before and after its routing, in the labels the journal keeps."""

from datetime import date
from typing import Any

from grc.cases.fields import NOTHING, written
from grc.cases.models import Case, Handling
from grc.catalogue.queries import current_type
from grc.core.i18n import Text
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import LEVEL_LABELS


def before(case: Case, handling: Handling) -> dict[str, Any]:
    """Where it stands now, under the names of what was."""
    return {
        "unit_was": organisation().unit_by_id(handling.unit_id).name,
        "level_was": Text(LEVEL_LABELS[case.level]),
        "kind_was": kind(case),
        "due_was": written(handling.due_on),
        "nature_was": case.nature,
        "priority_was": case.priority,
    }


def after(case: Case, due_on: date) -> dict[str, Any]:
    """Where it stands now, but for its unit, which the act names."""
    return {
        "level": Text(LEVEL_LABELS[case.level]),
        "kind": kind(case),
        "due": written(due_on),
        "nature": case.nature,
        "priority": case.priority,
    }


def kind(case: Case) -> str:
    """The nature of request as it is called at present."""
    found = current_type(case.request_type) if case.request_type else None
    return found.label_fr if found else NOTHING
