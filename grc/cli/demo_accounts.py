"""Who may sign in to a demonstration. Light: `grc run` prints it at every start."""

from dataclasses import dataclass

from grc.core.i18n import N_

PASSWORD = "demonstration-92"  # noqa: S105 - printed, and refused in production


@dataclass(frozen=True)
class Account:
    """A login and what it shows; `roles` are (unit code, role)."""

    login: str
    name: str
    what: str
    roles: tuple[tuple[str, str], ...]


SHOWN = (
    Account("agent.apa", "Camille Moreau", N_("agent"), (("apa", "agent"),)),
    Account("agent.tri", "Samir Benali", N_("agent du tri"), (("tri", "agent"),)),
    Account(
        "responsable",
        "Hélène Caron",
        N_("responsable"),
        (("autonomie", "supervisor"), ("relation", "supervisor")),
    ),
    Account(
        "recouvrement",
        "Julien Robert",
        N_("gestionnaire du recouvrement"),
        (("recouvrement", "recovery"),),
    ),
    Account("admin", "Aïcha Diallo", N_("administratrice"), (("ressources", "administrator"),)),
)
