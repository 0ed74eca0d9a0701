"""The states of one of our letters, as data. Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from grc.core.errors import Conflict
from grc.core.i18n import N_, Text


class State(StrEnum):
    """Where a letter stands on its way out."""

    DRAFT = "draft"
    VISA = "visa"  # waits for somebody's visa
    SIGNATURE = "signature"  # waits for a signature
    SIGNED = "signed"  # or needs none: ready to be printed
    PRINTED = "printed"
    POSTED = "posted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """What a letter is for."""

    ANSWER = "answer"
    DECISION = "decision"
    DOCUMENTS = "documents"  # asks for those that are missing
    HOLDING = "holding"
    ACKNOWLEDGEMENT = "acknowledgement"


LABELS: Mapping[str, str] = MappingProxyType(
    {
        State.DRAFT: N_("Brouillon"),
        State.VISA: N_("Attend un visa"),
        State.SIGNATURE: N_("Attend une signature"),
        State.SIGNED: N_("À imprimer"),
        State.PRINTED: N_("Imprimée, à poster"),
        State.POSTED: N_("Postée"),
        State.RETURNED: N_("Revenue"),
        State.WITHDRAWN: N_("Retirée"),
    }
)
PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        Purpose.ANSWER: N_("réponse"),
        Purpose.DECISION: N_("décision"),
        Purpose.DOCUMENTS: N_("demande de pièces"),
        Purpose.HOLDING: N_("lettre d'attente"),
        Purpose.ACKNOWLEDGEMENT: N_("accusé d'enregistrement"),
    }
)
# A holding reply says that we are at work, a receipt that we have read the envelope: neither is
# an answer, and no clock stops for it.
ANSWERS = frozenset({Purpose.ANSWER, Purpose.DECISION})
WAITING = frozenset({State.VISA, State.SIGNATURE})
BEFORE_SIGNATURE = frozenset({State.DRAFT, *WAITING})
LEFT = frozenset({State.POSTED, State.RETURNED})

# Every pair is decided here: what is absent from a row is refused.
MOVES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.DRAFT: frozenset({State.VISA, State.SIGNATURE, State.SIGNED, State.WITHDRAWN}),
        State.VISA: frozenset({State.DRAFT, State.SIGNATURE, State.WITHDRAWN}),
        State.SIGNATURE: frozenset({State.DRAFT, State.SIGNED, State.WITHDRAWN}),
        State.SIGNED: frozenset({State.PRINTED, State.WITHDRAWN}),
        # printed again: by its service, since its case became confidential
        State.PRINTED: frozenset({State.PRINTED, State.POSTED, State.WITHDRAWN}),
        # printed: it had not left
        State.POSTED: frozenset({State.RETURNED, State.PRINTED}),
        State.RETURNED: frozenset({State.POSTED}),  # filed here by mistake
        State.WITHDRAWN: frozenset(),
    }
)


def move(old: str, new: State) -> State:
    """The new state. Raises Conflict when this one does not lead there: somebody else was
    quicker, or the page is old."""
    demand(old, [state for state, reach in MOVES.items() if new in reach])
    return new


def demand(state: str, wanted: Collection[State]) -> None:
    """Raise Conflict unless the state is one of these."""
    if state not in wanted:
        raise Conflict(
            N_("Cette lettre est dans l'état « %(state)s » : rien n'a changé."), state=label(state)
        )


def label(state: str) -> Text:
    """The French words of a state, translatable."""
    return Text(LABELS[state])


def first(visas: int) -> State:
    """Where a letter that is handed in waits first."""
    return State.VISA if visas else State.SIGNATURE
