"""Whom may this be? People by the keys that were written for it, and nothing else.

Each question reads a part of one index, whatever the number of people known.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, exists, literal, select, union
from sqlalchemy.orm import aliased

from grc.citizens.asked import Asked
from grc.citizens.identity import BIRTH
from grc.citizens.models import CitizenKey
from grc.citizens.sounding import SOUND
from grc.core.db import session

MOST = 200  # people looked at; beyond that another word is needed
_PREFIX = 3  # letters: fewer would be half of the département
_NEAR = 4  # words of a name looked at for another spelling
_LAST = "\U0010ffff"
_OURS = ("name", SOUND, BIRTH, "email", "phone", "address")  # other kinds are numbers others gave
Lead = Callable[[type[CitizenKey]], ColumnElement[bool]]


def exactly(asked: Asked) -> Sequence[int]:
    """The ids of at most MOST + 1 people with the number asked for, or with the name and date
    of birth. One statement."""
    return _ids([*_by_number(asked), *_by_person(_leads(asked, exact=True))])


def beginning(asked: Asked) -> Sequence[int]:
    """Those whose name begins with the words asked for: for who knows of nobody with these very
    words. One statement."""
    if not asked.name or min(map(len, asked.name)) < _PREFIX:
        return ()
    return _ids(_by_person(_leads(asked, exact=False)))


def near(words: Sequence[str]) -> Sequence[int]:
    """People one word of whose name is one of these and another begins like another of these:
    a name spelled otherwise. One statement."""
    told = [word for word in words if len(word) >= _PREFIX][:_NEAR]
    pairs = [(one, other) for one in told for other in told if one != other]
    leads = [[partial(_same, one), partial(_starting, other[:_PREFIX])] for one, other in pairs]
    return _ids([query for pair in leads for query in _by_person(pair)])


def called_one_of(spelled: Sequence[Sequence[str]]) -> Sequence[int]:
    """People called by one spelling of each of these words. One statement."""
    rarest_first = sorted(spelled, key=lambda words: -len(words[0]))
    return _ids(_by_person([partial(_one_of, words) for words in rarest_first]))


def _ids(queries: Sequence[Select[Any]]) -> Sequence[int]:
    if not queries:
        return ()
    parts = [select(query.subquery().c.citizen_id) for query in queries]  # limits are inside
    return session().scalars(union(*parts).limit(MOST + 1)).all()


def _by_number(asked: Asked) -> list[Select[Any]]:
    if not asked.numbers:
        return []
    kinds = _kinds()
    query = select(CitizenKey.citizen_id).join(kinds, CitizenKey.kind == kinds.c.kind)
    given = (CitizenKey.kind.not_in(_OURS), CitizenKey.key.in_(asked.numbers))
    return [query.where(*given).limit(MOST + 1)]


def _kinds() -> CTE:
    """Every kind of key there is, one step in the index for each: who imports names them."""
    first = select(CitizenKey.kind).order_by(CitizenKey.kind).limit(1).scalar_subquery()
    kinds = select(first.label("kind")).cte("kinds", recursive=True)
    after = select(CitizenKey.kind).where(CitizenKey.kind > kinds.c.kind)
    following = after.order_by(CitizenKey.kind).limit(1).correlate(kinds).scalar_subquery()
    return kinds.union_all(select(following).where(kinds.c.kind.is_not(None)))


def _leads(asked: Asked, *, exact: bool) -> list[Lead]:
    """The rarest first: a date of birth, then the longest word."""
    words = sorted(asked.name, key=len, reverse=True)
    names: list[Lead] = [partial(_same if exact else _starting, word) for word in words]
    days = tuple(born.isoformat() for born in asked.births)
    return [partial(_born, days), *names] if days else names


def _born(days: Sequence[str], of: type[CitizenKey]) -> ColumnElement[bool]:
    return and_(of.kind == BIRTH, of.key.in_(days))


def _same(word: str, of: type[CitizenKey]) -> ColumnElement[bool]:
    return and_(of.kind == "name", of.key == word)


def _one_of(words: Sequence[str], of: type[CitizenKey]) -> ColumnElement[bool]:
    return and_(of.kind == "name", of.key.in_(words))


def _starting(word: str, of: type[CitizenKey]) -> ColumnElement[bool]:
    return and_(of.kind == "name", of.key >= word, of.key < word + _LAST)


def _by_person(leads: Sequence[Lead]) -> list[Select[Any]]:
    """The first lead gives people, of each of whom the others are asked."""
    if not leads:
        return []
    query = select(CitizenKey.citizen_id).where(leads[0](CitizenKey))
    for place, lead in enumerate(leads[1:]):
        other = _other(place)
        same = other.citizen_id == CitizenKey.citizen_id
        query = query.where(exists(select(literal(1)).where(same, lead(other))))
    return [query.limit(MOST + 1)]


@cache  # to make one costs more than the rest of a condition
def _other(place: int) -> type[CitizenKey]:  # noqa: ARG001 - one for each place
    return aliased(CitizenKey)
