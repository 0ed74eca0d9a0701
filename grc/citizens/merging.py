"""Two people known apart who are one. A merge is a relation and nothing else: what each of them
is, wrote and asked stays where it was, so that undoing it leaves everything as before.

`Citizen.survivor_id` repeats the end of the chain; it is written here only.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import BigInteger, BindParameter, Select, bindparam, func, select, union_all, update
from sqlalchemy.orm import aliased

from grc.citizens.models import Citizen, CitizenApart, CitizenMerge
from grc.core.db import add, among, among_given, execute, is_postgresql, many, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.i18n import N_

FIELDS: Mapping[str, str] = {
    "name": N_("Nom d’usage"),
    "birth_name": N_("Nom de naissance"),
    "first_names": N_("Prénoms"),
    "birth_date": N_("Date de naissance"),
    "died_on": N_("Date de décès"),
    "language": N_("Langue"),
}


class Tied(Protocol):
    """What a merge says; see `CitizenMerge`."""

    citizen_id: int
    into_id: int
    chosen: list[Any]


def roots(ties: Iterable[Tied]) -> dict[int, int]:
    """With whom each merged person stands in the end. Pure; without a cycle, which none has."""
    above = {tie.citizen_id: tie.into_id for tie in ties}

    def end(one: int) -> int:
        while one in above:
            one = above[one]
        return one

    return {one: end(one) for one in above}


def shown(root: int, people: Mapping[int, Any], ties: Sequence[Tied]) -> dict[str, Any]:
    """What is shown of somebody: her own, and what each merge chose of the other; of two merges
    that chose the same field, the later. Pure; `people` have the attributes of FIELDS."""
    own = {name: getattr(people[root], name) for name in FIELDS}
    for tie in ties:
        if tie.into_id == root and tie.citizen_id in people:
            other = shown(tie.citizen_id, people, ties)
            own |= {name: other[name] for name in tie.chosen if name in FIELDS}
    return own


def differing(kept: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The fields of which a person must choose: both are known and are not the same. Pure."""
    return [name for name in FIELDS if kept[name] and other[name] and kept[name] != other[name]]


def missing(kept: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The fields the one kept takes from the other, having none. Pure."""
    return [name for name in FIELDS if other[name] and not kept[name]]


@dataclass(frozen=True)
class Together:
    """Everybody who stands with one person, herself among them, and the merges between them in
    their order."""

    root: int
    people: Mapping[int, Citizen]
    ties: tuple[CitizenMerge, ...]

    def without(self, unseen: Collection[int]) -> "Together":
        """The same for who may not know of some of them: what hangs on them is not seen."""
        hidden = set(unseen)
        hidden |= {one for one in self.people if _passes(one, self.ties, hidden)}
        people = {key: one for key, one in self.people.items() if key not in hidden}
        return Together(self.root, people, tuple(t for t in self.ties if t.citizen_id in people))


def _passes(one: int, ties: Iterable[Tied], hidden: Collection[int]) -> bool:
    above = {tie.citizen_id: tie.into_id for tie in ties}
    while one in above:
        one = above[one]
        if one in hidden:
            return True
    return False


def together(citizen: Citizen) -> Together:
    """Who stands with this person. Two statements."""
    root = citizen.survivor_id or citizen.id
    found = session().scalars(
        select(Citizen).where((Citizen.id == root) | (Citizen.survivor_id == root))
    )
    people = {one.id: one for one in found}
    if len(people) == 1:
        return Together(root, people, ())
    return Together(root, people, tuple(_ties(list(people))))


def standing_with(ids: Sequence[int]) -> list[int]:
    """The ids of these people and of all that were merged with them. One statement."""
    found = session().execute(_standing(on_postgresql=is_postgresql()), {"ids": many(ids)})
    return sorted({one for row in found for one in row if one is not None} | set(ids))


@cache  # building it costs more than running it
def _standing(*, on_postgresql: bool) -> Select[Any]:
    root, other = func.coalesce(Citizen.survivor_id, Citizen.id), aliased(Citizen)
    given = among_given(Citizen.id, "ids", on_postgresql=on_postgresql)
    those = select(root.label("root")).where(given).subquery()
    return select(those.c.root, other.id).outerjoin(other, other.survivor_id == those.c.root)


def standing_with_given(name: str) -> Select[tuple[int]]:
    """The same of one person, for a statement that is built once: her id is its parameter of
    this name."""
    her: BindParameter[int] = bindparam(name, type_=BigInteger)
    me, root, other = aliased(Citizen), aliased(Citizen), aliased(Citizen)
    parts = (
        select(me.id).where(me.id == her),
        select(root.survivor_id).where(root.id == her, root.survivor_id.is_not(None)),
        select(Citizen.id).where(Citizen.survivor_id == her),
        select(other.id)
        .join(Citizen, Citizen.survivor_id == other.survivor_id)
        .where(Citizen.id == her),
    )
    return select(union_all(*parts).subquery().c[0])


def _ties(ids: Sequence[int]) -> Sequence[CitizenMerge]:
    standing = (among(CitizenMerge.citizen_id, ids), CitizenMerge.undone_at.is_(None))
    return session().scalars(select(CitizenMerge).where(*standing).order_by(CitizenMerge.id)).all()


def merge(kept: Citizen, other: Citizen, chosen: Collection[str], *, now: datetime) -> None:
    """Say that `other` is `kept`, who takes the `chosen` fields from her; both stand for
    themselves. Of two agents at once one wins: the other gets Conflict."""
    if kept.id == other.id:
        raise InvalidInput(N_("C’est la même fiche."), field="other")
    alone([kept.id, other.id])
    if kept.survivor_id or other.survivor_id:
        raise Conflict(N_("Une de ces fiches vient d’être réunie à une autre."))
    told = [name for name in FIELDS if name in chosen]
    add(CitizenMerge, citizen_id=other.id, into_id=kept.id, chosen=told, at=now)
    _stand([other.id], kept.id)


def unmerge(citizen: Citizen, *, now: datetime) -> int:
    """Undo the merge of this person into another, whose id is returned. Who was merged into her
    before stands with her again."""
    whole = together(citizen)
    alone(list(whole.people))
    whole = together(citizen)  # as those who came before left it
    tie = next((one for one in whole.ties if one.citizen_id == citizen.id), None)
    if tie is None:
        raise Conflict(N_("Ces fiches ne sont plus réunies."))
    tie.undone_at = now
    session().flush()
    with_her = [
        one
        for one, root in roots(t for t in whole.ties if t is not tie).items()
        if root == citizen.id
    ]
    _stand(with_her, citizen.id)
    _stand([citizen.id], None)
    return tie.into_id


def alone(ids: Sequence[int]) -> None:
    """Wait for who is changing these people, and read them as they were left."""
    query = select(Citizen).where(among(Citizen.id, ids)).order_by(Citizen.id)
    fresh = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    session().scalars(fresh).all()


def _stand(ids: Sequence[int], root: int | None) -> None:
    """Write with whom these people stand, and who stood with them."""
    if not ids:
        return
    whom = among(Citizen.id, ids)
    if root is not None:
        whom |= among(Citizen.survivor_id, ids)  # type: ignore[arg-type]
    execute(update(Citizen).where(whom).values(survivor_id=root))
    session().expire_all()


def keep_apart(one: int, other: int, *, now: datetime) -> None:
    """Remember that two people are not the same; twice is once."""
    low, high = sorted((one, other))
    if session().get(CitizenApart, (low, high)) is None:
        session().add(CitizenApart(low_id=low, high_id=high, at=now))
        session().flush()


def apart_from(ids: Sequence[int]) -> set[int]:
    """Who was said to be none of these people."""
    low, high = CitizenApart.low_id, CitizenApart.high_id
    rows = session().execute(select(low, high).where(among(low, ids) | among(high, ids)))
    return {one for row in rows for one in row} - set(ids)
