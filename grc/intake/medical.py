"""Medical letters: no machine reads them, and they go to a medical unit, which alone opens them.

A letter is medical by the sheet before it, or because it came from a source of a medical unit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from grc.channels.protocol import Request
from grc.core.i18n import N_
from grc.organisation.queries import UnitView, snapshot

KIND = "medical"  # of a unit
NO_UNIT_CODE = "no_medical_unit"  # of the quarantine
NO_UNIT = N_(
    "Aucun service n'est déclaré médical (kind = \"medical\") : personne ne peut l'ouvrir."
)


def units() -> Sequence[UnitView]:
    """The medical units there are today, in a stable order."""
    found = (unit for unit in snapshot().units if unit.kind == KIND and unit.is_active)
    return sorted(found, key=lambda unit: unit.id)


def guide(owner: UnitView) -> Mapping[str, Any]:
    """What the one who cuts a batch of this owner must know before any page is read."""
    return {"medical": owner.kind == KIND, "medical_units": [unit.code for unit in units()]}


def is_medical(request: Request) -> bool:
    """True for a letter that only a medical unit opens."""
    return any(hint.kind == "medical" for hint in request.hints)


def unit_for(told: UnitView | None, owner: UnitView) -> UnitView | None:
    """Where a medical letter goes: the unit of its sheet, else the owner of its source, else
    the first, each only when it is medical."""
    own = (told, owner, *units())
    return next((unit for unit in own if unit is not None and unit.kind == KIND), None)
