"""Who acts. Never implicit: a person, the system, or an import."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """A person with roles by unit, a script with a token, or a machine.

    `roles` maps a unit id to the role names held there, supervisors' child units included;
    `departments` are the ids of the top units of those units. `user_id` is None for machines.
    `is_listed` is False only when it is known that no case names this person, to give a right
    or to refuse it: lists then need not ask. `is_script`: a program with a token, which
    reads no more than an agent of its units.
    """

    label: str
    user_id: int | None = None
    roles: Mapping[int, frozenset[str]] = field(default_factory=dict)
    departments: frozenset[int] = frozenset()
    locale: str = "fr"
    is_listed: bool = True
    is_script: bool = False

    def __hash__(self) -> int:
        """So that a statement built for somebody's rights can be kept: see `finding.counting`.
        Who is equal has the same roles in the same units."""
        return hash((self.user_id, self.is_listed, self.departments))

    @property
    def is_machine(self) -> bool:
        """True for the system and for imports, which act for nobody in particular."""
        return self.user_id is None and not self.is_script

    def units(self, *names: str) -> frozenset[int]:
        """The units where this actor holds at least one of the roles."""
        wanted = frozenset(names)
        return frozenset(unit for unit, roles in self.roles.items() if roles & wanted)


SYSTEM = Actor("system")
CITIZEN = Actor("citizen")  # somebody on the public pages: nobody knows who


def importer(name: str) -> Actor:
    """The actor of an unattended import: `import:<name>`."""
    return Actor(f"import:{name}")
