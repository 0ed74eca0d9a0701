"""Who is this? Pure, explained, never a guess.

One contact point may belong to several people, and an address may be lent: a name that
disagrees, or several owners, makes a proposal for a person to confirm, not a match.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import token_sort_ratio

from grc.core.i18n import N_, Text
from grc.core.search import strip_accents, words

_FIRST: Mapping[str, str] = {
    "email": N_("C'est la première fois que %(contact)s nous écrit"),
    "phone": N_("C'est la première fois que %(contact)s nous appelle"),
}
SAME_NAME = 85  # token_sort_ratio: forgives order, hyphens and one typing error


@dataclass(frozen=True)
class Candidate:
    """A known person reachable at the contact point used."""

    citizen_id: int
    name: str | None
    survivor_id: int | None = None  # with whom she stands, when merged

    @property
    def person(self) -> int:
        """The same for all that were merged."""
        return self.survivor_id or self.citizen_id


@dataclass(frozen=True)
class Match:
    """`kind` is matched, proposed or none; reasons are sentences for the agent."""

    kind: str
    citizen_id: int | None
    reasons: tuple[Text, ...]
    proposed: tuple[int, ...] = ()


def plain_name(name: str) -> str:
    """A name for comparison: lower case, no accents, words only."""
    return strip_accents(" ".join(words(name)))


def same_name(one: str | None, other: str | None) -> bool:
    """True when the names agree or one of them is unknown."""
    if not one or not other:
        return True
    return token_sort_ratio(plain_name(one), plain_name(other)) >= SAME_NAME


def match(
    contact: str, name: str | None, owners: Sequence[Candidate], *, kind: str = "email"
) -> Match:
    """Decide who wrote from `contact` (or called, when its kind is "phone") under `name`, among
    its known owners. A telephone rings for a whole household: without a name it only proposes.
    """
    owners = one_each(name, owners)
    if not owners:
        return Match("none", None, (Text(_FIRST[kind], {"contact": contact}),))
    if len(owners) > 1:
        return _shared(contact, name, owners)
    owner = owners[0]
    if same_name(name, owner.name):
        reason = Text(N_("%(contact)s est déjà connu pour cette personne"), {"contact": contact})
        if kind == "phone" and not name:
            return Match("proposed", None, (reason,), (owner.citizen_id,))
        return Match("matched", owner.citizen_id, (reason,))
    reason = Text(
        N_("%(contact)s est connu pour %(known)s, mais le nom donné est %(name)s"),
        {"contact": contact, "known": owner.name, "name": name},
    )
    return Match("proposed", None, (reason,), (owner.citizen_id,))


def one_each(name: str | None, owners: Sequence[Candidate]) -> list[Candidate]:
    """Each person once: of those merged, who bears this name, else who stands for all. So what
    comes is of the one person, and stays with whom it names when they are separated."""

    def rank(owner: Candidate) -> tuple[bool, bool, int]:
        agrees = bool(name and owner.name) and same_name(name, owner.name)
        return (not agrees, owner.survivor_id is not None, owner.citizen_id)

    best: dict[int, Candidate] = {}
    for owner in sorted(owners, key=rank):
        best.setdefault(owner.person, owner)
    return sorted(best.values(), key=lambda owner: owner.citizen_id)


def _shared(contact: str, name: str | None, owners: Sequence[Candidate]) -> Match:
    reason = Text(
        N_("%(contact)s est partagé par %(count)s personnes"),
        {"contact": contact, "count": len(owners)},
    )
    agreeing = [owner for owner in owners if name and owner.name and same_name(name, owner.name)]
    proposed = tuple(owner.citizen_id for owner in agreeing or owners)
    return Match("proposed", None, (reason,), proposed)
