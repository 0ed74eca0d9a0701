"""How far a reader reaches, when the tree of units changes under her."""

from grc.core.actor import Actor
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.organisation.queries import snapshot
from grc.staff.policy import CONTENT


def demand_apart(code: str, parent: str, kind: str, *, actor: Actor) -> None:
    """Raise InvalidInput for somebody who would move a unit, or change its kind, in a department
    where she reads cases: a supervisor reads what is below her, so she would open it to herself."""
    here = snapshot()
    unit, above = here.find_unit(code), here.find_unit(parent)
    if unit is None or (unit.kind == kind and unit.parent_id == (above.id if above else None)):
        return
    tops = {one.department_id for one in (unit, above) if one is not None}
    branch = {one.id for one in here.units_by_id.values() if one.department_id in tops}
    if branch & actor.units(*CONTENT):
        text = N_(
            "Vous lisez des demandes de cette direction : un autre administrateur y déplace un "
            "service ou en change le genre, ou l'exploitant par un fichier."
        )
        raise InvalidInput(text, field="parent")
