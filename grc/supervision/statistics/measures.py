"""What is read of the counts: shares, means, medians, and what each of them means. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grc.core.i18n import N_
from grc.supervision.statistics.facts import Measure

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        N_("Contacts"),
        N_("Chaque fois qu'un usager nous joint au sujet d'une demande : la première fois, puis "
           "chaque nouveau contact, le jour où il nous parvient. Les messages automatiques n'en "
           "sont pas."),
    ),
    (
        N_("Demandes"),
        N_("Demandes reçues, au jour de leur réception. Un doublon compte comme contact, jamais "
           "comme demande."),
    ),
    (
        N_("Traitées"),
        N_("Demandes que tous les services concernés ont terminées, au jour où le dernier a fini. "
           "Une demande rouverte ne compte plus, jusqu'à ce qu'elle soit traitée de nouveau."),
    ),
    (
        N_("Réglées au premier contact"),
        N_("Parmi les demandes traitées, celles pour lesquelles l'usager n'a eu à nous joindre "
           "qu'une fois, et qui n'ont pas été rouvertes."),
    ),
    (
        N_("Contacts par demande"),
        N_("Contacts des demandes traitées dans la période, de leur ouverture à leur fin, divisés "
           "par le nombre de ces demandes."),
    ),
    (
        N_("Première réponse"),
        N_("Jours civils entre la réception et la première réponse d'un service : médiane, et "
           "délai tenu pour neuf demandes sur dix. Comptée au jour de la réponse. Un accusé "
           "d'enregistrement n'est pas une réponse."),
    ),
    (
        N_("Traitement"),
        N_("Jours civils entre la réception et la fin du traitement, comptés de même. Au-delà de "
           "400 jours, un délai est compté pour 400."),
    ),
    (
        N_("Réaffectées deux fois"),
        N_("Demandes qu'une personne a changées de service deux fois ou plus, au jour de la "
           "deuxième."),
    ),
    (N_("Rouvertes"), N_("Réouvertures, au jour de chacune.")),
    (
        N_("Actions tenues"),
        N_("Actions de recouvrement promises pour un jour de la période et faites ce jour-là au "
           "plus tard, sur toutes celles qui étaient promises. Les droits n'en sont pas."),
    ),
)  # fmt: skip

Cells = dict[str, dict[int, int]]  # measure -> bucket -> count
_DELAYS = frozenset({Measure.ANSWERED.value, Measure.HANDLED.value})


@dataclass
class Numbers:
    """The counts of one line: by measure, and by civil days for the two delays."""

    counts: Counter[str] = field(default_factory=Counter)
    delays: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, cells: Cells) -> None:
        """Put the counts of each measure, by bucket, where they belong."""
        for measure, told in cells.items():
            self.counts[measure] += sum(told.values())
            if measure in _DELAYS:
                self.delays.setdefault(measure, Counter()).update(told)

    def of(self, measure: Measure) -> int:
        """The count of a measure."""
        return self.counts[measure]

    def delay(self, measure: Measure, percent: int) -> int | None:
        """The days that this share of the delays does not exceed; None without any."""
        return quantile(self.delays.get(measure, {}), percent)

    @property
    def at_once(self) -> float | None:
        """The share of what was handled that needed one contact."""
        return share(self.of(Measure.AT_ONCE), self.of(Measure.HANDLED))

    @property
    def contacts_each(self) -> float | None:
        """How many contacts what was handled took, each."""
        return share(self.of(Measure.HANDLED_CONTACTS), self.of(Measure.HANDLED))

    @property
    def on_time(self) -> float | None:
        """The share of what was promised that was done by its day."""
        return share(self.of(Measure.KEPT), self.of(Measure.DUE))


def share(part: int, whole: int) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole if whole else None


def quantile(counts: Mapping[int, int], percent: int) -> int | None:
    """The smallest value that this share of the values does not exceed (nearest rank): exact,
    for each bucket is one value."""
    rank, seen = -(-percent * sum(counts.values()) // 100), 0
    for value in sorted(counts):
        seen += counts[value]
        if counts[value] and seen >= rank:
            return value
    return None


def total(rows: Iterable[Numbers]) -> Numbers:
    """All lines together."""
    whole = Numbers()
    for row in rows:
        whole.counts.update(row.counts)
        for measure, delays in row.delays.items():
            whole.delays.setdefault(measure, Counter()).update(delays)
    return whole
