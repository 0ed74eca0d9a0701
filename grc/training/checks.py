"""Has an exercise been done? Pure: what is missing, in words, from what the database holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grc.core.events import Event
from grc.core.i18n import N_, Text


@dataclass(frozen=True)
class Act:
    """Something this person did to what was prepared for her, since she began."""

    event: str
    has_remark: bool = False


@dataclass(frozen=True)
class Facts:
    """What an exercise is judged by."""

    acts: Sequence[Act] = ()  # oldest first
    canned: int = 0  # messages made from a canned reply, on the cases prepared
    contacts: int = 0  # what she typed herself and was added to them
    letters: int = 0  # letters of the batch prepared that are in the ledger
    together: int = 0  # most cases, of those prepared, that one act of hers changed
    taken_back: int = 0  # the same, of the acts that she undid
    found: str = ""  # what she answered
    sought: str = ""  # what is right


@dataclass(frozen=True)
class Part:
    """One thing to do, and what is said while it is not done."""

    is_done: Callable[[Facts], bool]
    missing: str


def _did(*events: Event) -> Callable[[Facts], bool]:
    codes = {event.code for event in events}
    return lambda facts: any(act.event in codes for act in facts.acts)


def _said_why(event: Event) -> Callable[[Facts], bool]:
    return lambda facts: any(act.event == event.code and act.has_remark for act in facts.acts)


def _then(first: Event, second: Event) -> Callable[[Facts], bool]:
    """The second at any time after the first."""

    def is_done(facts: Facts) -> bool:
        codes = [act.event for act in facts.acts]
        return first.code in codes and second.code in codes[codes.index(first.code) :]

    return is_done


ALL = 5  # cases of the exercise on many

PARTS: Mapping[str, Sequence[Part]] = {
    "answer": (
        Part(_did(Event.CASE_TAKEN), N_("La demande n’est pas encore prise.")),
        Part(_did(Event.REPLY_WRITTEN), N_("Aucune réponse n’est partie.")),
        Part(
            lambda facts: facts.canned > 0,
            N_("Une réponse est partie, mais sans modèle : recommencez avec une réponse type."),
        ),
    ),
    "second-contact": (
        Part(
            lambda facts: facts.contacts > 0,
            N_("Aucun deuxième contact sur cette demande : choisissez-la avant de noter l’appel."),
        ),
    ),
    "reroute": (
        Part(
            _said_why(Event.CASE_REROUTED),
            N_("La demande est encore dans son service, ou la raison manque."),
        ),
    ),
    "thanks": (
        Part(_did(Event.THANKS_ACCEPTED), N_("Le merci n’est pas encore classé.")),
    ),
    "find": (
        Part(lambda facts: bool(facts.found), N_("Écrivez la référence que vous avez trouvée.")),
        Part(
            lambda facts: facts.found == facts.sought,
            N_("Ce n’est pas sa demande : cherchez à nouveau le numéro."),
        ),
    ),
    "index": (
        Part(
            lambda facts: facts.letters > 0,
            N_("La lettre arrive : revenez dans un moment."),
        ),
        Part(_did(Event.LETTER_INDEXED), N_("La lettre n’est pas encore indexée.")),
    ),
    "danger": (
        Part(
            _did(Event.ALERT_RAISED, Event.CASE_HANDED_OVER),
            N_("La demande n’est pas encore transmise au service d’astreinte."),
        ),
    ),
    "merge": (
        Part(_did(Event.CITIZEN_MERGED), N_("Les deux fiches ne sont pas réunies.")),
        Part(
            _then(Event.CITIZEN_MERGED, Event.CITIZEN_SEPARATED),
            N_("Elles sont réunies : séparez-les maintenant."),
        ),
    ),
    "bulk": (
        Part(
            lambda facts: facts.together >= ALL,
            N_("Un seul acte doit porter sur les cinq demandes."),
        ),
        Part(
            lambda facts: facts.taken_back >= ALL,
            N_("C’est fait sur les cinq : annulez tout, maintenant."),
        ),
    ),
    "letter": (
        Part(_did(Event.OUR_LETTER_DRAFTED), N_("Aucune lettre n’est commencée.")),
        Part(_did(Event.OUR_LETTER_HANDED_IN), N_("La lettre n’est pas encore au parapheur.")),
    ),
}  # fmt: skip


def missing(code: str, facts: Facts) -> Text | None:
    """What comes next in an exercise; None when it is done. Raises KeyError for no exercise."""
    return next((Text(one.missing) for one in PARTS[code] if not one.is_done(facts)), None)
