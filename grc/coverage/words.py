"""What a channel can count of itself. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from grc.core.i18n import N_


class Measure(StrEnum):
    """One number a day, told by an exchange, a franking machine, a door."""

    OFFERED = "offered"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    LETTERS = "letters"
    VISITORS = "visitors"
    FILES = "files"


MEASURES: Mapping[str, str] = {
    Measure.OFFERED: N_("Appels présentés"),
    Measure.ANSWERED: N_("Appels décrochés"),
    Measure.ABANDONED: N_("Appels abandonnés"),
    Measure.LETTERS: N_("Plis reçus"),
    Measure.VISITORS: N_("Visiteurs"),
    Measure.FILES: N_("Dossiers en ligne"),
}


@dataclass(frozen=True)
class Counted:
    """A way in: what is recorded here is compared with `base`; `others` are shown beside."""

    name: str
    base: Measure
    channels: tuple[str, ...]
    others: tuple[Measure, ...] = ()


# Nobody can record a call that nobody answered: coverage is of those that were.
WAYS: tuple[Counted, ...] = (
    Counted(N_("Téléphone"), Measure.ANSWERED, ("phone",), (Measure.OFFERED, Measure.ABANDONED)),
    Counted(N_("Courrier"), Measure.LETTERS, ("post",)),
    Counted(N_("Accueil"), Measure.VISITORS, ("counter",)),
    Counted(N_("En ligne"), Measure.FILES, ("web", "api")),
)
