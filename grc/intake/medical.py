"""Medical letters: no machine reads them, and they go to a medical unit, which alone opens them.

A letter is medical by the sheet before it, or because it came from a source of a medical unit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from grc.channels.letters import MEDICAL, head_of
from grc.channels.protocol import ChannelError, Hint, Request
from grc.core import blobs
from grc.core.i18n import N_
from grc.intake.models import Item
from grc.organisation.queries import UnitView, snapshot

KIND = "medical"  # of a unit
NO_UNIT_CODE = "no_medical_unit"  # of the quarantine
NO_UNIT = N_(
    "Aucun service n'est déclaré médical (kind = \"medical\") : personne ne peut l'ouvrir."
)
NOT_YOURS = N_("Courrier médical : seuls les agents d'un service médical le lisent et l'ouvrent.")
HINT = Hint("medical", "1", MEDICAL)
_LINE = 4 << 20  # bytes in which the first line of a letter is looked for


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


def is_letter(item: Item) -> bool:
    """True for an item whose bytes are a medical letter, understood or not: they say so first,
    before the pages."""
    if item.parent_id is None:  # letters are cut out of something
        return False
    try:
        with blobs.store().open(item.sha256) as stream:
            return head_of(stream.readline(_LINE).rstrip(b"\n")).separator.medical
    except (ChannelError, FileNotFoundError):
        return False


def is_secret(item: Item) -> bool:
    """True for what doctors alone look into: a medical letter, or a batch that may hold one."""
    return item.is_medical or is_letter(item)


def unit_for(told: UnitView | None, owner: UnitView) -> UnitView | None:
    """Where a medical letter goes: the unit of its sheet, else the owner of its source, else
    the first, each only when it is medical."""
    own = (told, owner, *units())
    return next((unit for unit in own if unit is not None and unit.kind == KIND), None)
