"""The places of the back-office, in the order of the navigation, and what each asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from grc.core.i18n import N_
from grc.staff.policy import Permission


class Group(IntEnum):
    """What a place is for; the rail draws a line between two groups."""

    WORK = 0  # what one works on
    INCOMING = 1  # what comes in
    STEERING = 2  # what one answers for: one entry for who steers, see `nav.entries`
    HOUSE = 3


@dataclass(frozen=True)
class Place:
    """A place, its icon, and the key that leads there after `g` (None: none of its own)."""

    endpoint: str
    label: str
    icon: str
    key: str | None
    permission: Permission


STEERED = Place("steering.page", N_("Pilotage"), "sliders", "i", Permission.STEER)

PLACES: Mapping[Group, tuple[Place, ...]] = {
    Group.WORK: (
        Place("work.mine", N_("Mes demandes"), "inbox", "d", Permission.CASE_READ),
        Place("work.queue", N_("Ma file"), "queue", "f", Permission.CASE_READ),
        Place("work.to_route", N_("À affecter"), "route", "o", Permission.CASE_ROUTE),
        Place("people.find", N_("Usagers"), "user", "u", Permission.CASE_READ),
        Place("to_see.page", N_("À voir"), "eye", "q", Permission.TO_SEE),
        Place("call_backs.page", N_("Rappels"), "phone", "p", Permission.CASE_WRITE),
        Place("recovery.actions", N_("Recouvrement"), "recovery", "r", Permission.RECOVERY_LIST),
        Place("correspondence.book", N_("Parapheur"), "pen", "v", Permission.CASE_WRITE),
    ),
    Group.INCOMING: (
        Place("counter.page", N_("Accueil"), "visit", "a", Permission.COUNTER),
        Place("mail.batches", N_("Courrier"), "letter", "l", Permission.MAIL_INDEX),
        Place("intake.quarantine", N_("À examiner"), "examine", "e", Permission.QUARANTINE),
        Place("handing.lists", N_("Bordereaux"), "table", "h", Permission.HAND_OVERS),
        Place("slips.page", N_("Fiches papier"), "form", "n", Permission.CONTACT),
    ),
    Group.STEERING: (
        Place("steering.page", N_("Files"), "queue", None, Permission.STEER),
        Place("statistics.page", N_("Statistiques"), "chart", "y", Permission.STATISTICS),
        Place("key_figures.page", N_("Chiffres-clés"), "table", "g", Permission.STATISTICS),
        Place("coverage.page", N_("Couverture"), "table", "b", Permission.HEALTH),
        Place("rules.page", N_("Règles"), "form", "w", Permission.ROUTING_RULES),
        Place("intake.health", N_("Réception"), "pulse", "s", Permission.HEALTH),
        Place("absences.page", N_("Absences"), "calendar", "k", Permission.STEER),
        Place(
            "exceptional.accesses",
            N_("Accès exceptionnels"),
            "lock",
            "x",
            Permission.EXCEPTIONAL_SEEN,
        ),
        Place("who_read.page", N_("Lectures"), "history", "c", Permission.READINGS),
        Place("journal.page", N_("Journal"), "file", "j", Permission.AUDIT),
    ),
    Group.HOUSE: (
        Place("texts.replies", N_("Textes"), "letter", "t", Permission.TEXTS),
        Place("administration.users", N_("Administration"), "lock", "m", Permission.USER_ADMIN),
        Place("training.page", N_("Entraînement"), "check", "z", Permission.SIGNED_IN),
    ),
}
