"""Who may sign in to a demonstration. Light: `grc run` prints it at every start."""

from dataclasses import dataclass

from grc.core.errors import SettingsError
from grc.core.i18n import N_

PASSWORD = "demonstration-92"  # noqa: S105 - printed, and refused in production


_DIRECTIONS = (
    *("relation", "solidarites", "autonomie", "enfance", "sante"),
    *("insertion", "education", "mobilites", "ressources"),
)


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
    Account("accueil", "Inès Garcia", N_("agente d'accueil"), (("sst-14", "agent"),)),
    Account(
        "responsable",
        "Hélène Caron",
        N_("responsable"),
        (("autonomie", "supervisor"), ("relation", "supervisor"), ("tri", "supervisor")),
    ),
    Account(
        "direction",
        "Florence Masson",
        N_("directrice, tous les services"),
        tuple((unit, "supervisor") for unit in _DIRECTIONS),
    ),
    Account(
        "recouvrement",
        "Julien Robert",
        N_("gestionnaire du recouvrement"),
        (("recouvrement", "recovery"),),
    ),
    Account(
        "astreinte",
        "Nadia Lemoine",
        N_("responsable d'astreinte"),
        (("crip", "agent"), ("crip", "supervisor")),
    ),
    Account("courrier", "Marc Petit", N_("agent du courrier"), (("tri", "mail_room"),)),
    Account("auditeur", "Denis Lambert", N_("auditeur"), (("ressources", "auditor"),)),
    Account("admin", "Aïcha Diallo", N_("administratrice"), (("ressources", "administrator"),)),
)


TRAINEES = tuple(  # of training only: each may do every exercise
    Account(
        f"eleve{number}",
        f"Élève {number}",
        N_("pour s'entraîner : agent et courrier"),
        (("apa", "agent"), ("tri", "mail_room")),
    )
    for number in range(1, 7)
)


def left_open() -> list[str]:
    """The logins above that the password everybody knows still opens."""
    from grc.staff.service import opened_by

    return opened_by(PASSWORD, [account.login for account in (*SHOWN, *TRAINEES)])


def demand_closed() -> None:
    """Refuse to serve them to a whole département. Raises SettingsError."""
    logins = ", ".join(left_open())
    if logins:
        raise SettingsError(
            f"GRC_ENV=production : cette base est une démonstration, {logins} s'ouvrent par un mot "
            "de passe public ; donnez une autre GRC_DATABASE_URL / this database is a "
            f"demonstration, a public password opens {logins}; give another GRC_DATABASE_URL"
        )
