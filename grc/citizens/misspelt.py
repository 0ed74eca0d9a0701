"""People whose name is spelled nearly as it was typed. Each question is some steps in one index,
whatever the number of people known; nothing found here is for anybody's eyes before it has
passed `cases.persons.known_to`.
"""

import json
from collections.abc import Sequence

from rapidfuzz.distance import OSA
from sqlalchemy import select, text

from grc.citizens import sounding
from grc.citizens.asked import Asked
from grc.citizens.lookup import called_one_of, near
from grc.citizens.matching import plain_name, same_name
from grc.citizens.models import Citizen
from grc.core.db import among, is_postgresql, session

FEW = 5  # people of the very name typed: beyond, those of a name near it are not looked for
BESIDE = 5  # of a near name, shown below those of this very name
ALONE = 20  # of a near name, shown where nobody has this very name

_WORDS = 4  # of a name that are looked at
_READ = 2000  # words of one sound and of those beside it
_FIRST = 6  # spellings of one word whose people are read before those of the others
# Every word of these sounds, a step in the index for each: those who bear it are not gone through.
_SPELLINGS = """
WITH RECURSIVE given(low, high) AS ({given}), found(high, key) AS (
  SELECT high, (SELECT min(k.key) FROM citizen_key k
    WHERE k.kind = 'sound' AND k.key > low AND k.key < high) FROM given
  UNION ALL
  SELECT high, (SELECT min(k.key) FROM citizen_key k
    WHERE k.kind = 'sound' AND k.key > found.key AND k.key < high) FROM found
  WHERE found.key IS NOT NULL)
SELECT key FROM found WHERE key IS NOT NULL LIMIT :most"""
_GIVEN = {
    False: "SELECT value || ' ', value || '!' FROM json_each(:sounds)",
    True: (
        "SELECT (value || ' ') COLLATE \"C\", (value || '!') COLLATE \"C\" "
        "FROM json_array_elements_text(CAST(:sounds AS json)) AS value"
    ),
}
_ASKED = {which: text(_SPELLINGS.format(given=given)) for which, given in _GIVEN.items()}


def called_nearly(asked: Asked) -> Sequence[int]:
    """The ids of those who may have been meant: their name is nearly what was typed, and they
    were born on the day typed, if any was; the likeliest first. Two statements a word at most,
    and three.

    By names that are shown: that of birth may have been told where the reader may not read.
    """
    if not asked.name or asked.points:
        return ()
    ids = [*near(asked.name), *people(asked.name)]
    if not ids:
        return ()
    query = select(Citizen.id, Citizen.name).where(among(Citizen.id, ids))
    if asked.births:
        query = query.where(Citizen.birth_date.in_(asked.births))
    rows = session().execute(query)
    names = {row.id: plain_name(row.name) for row in rows if row.name}
    meant_by = [one for one, name in names.items() if _is_near(asked.name, name)]
    typed = " ".join(sorted(asked.name))
    return sorted(meant_by, key=lambda one: (-_alike(typed, names[one]), one))


def _is_near(typed: Sequence[str], name: str) -> bool:
    """The whole plain name, or each word of it that was typed."""
    if same_name(" ".join(typed), name):
        return True
    words = name.split()
    return all(word in words or sounding.nearest(word, words, 1) for word in typed)


def _alike(typed: str, name: str) -> float:
    return OSA.normalized_similarity(typed, " ".join(sorted(name.split())))


def people(words: Sequence[str]) -> Sequence[int]:
    """The ids of those called by all of these plain words, one at least spelled otherwise; a
    word too short or unknown must be there as it is. Twice `lookup.MOST` + 1 at most: the
    likeliest spellings are asked apart, so that the others do not take their place. A statement
    a word at most, and two.

    Which spellings are known is no reason to stop here: they may be those of people of whom
    nobody may tell.
    """
    told = list(words)[:_WORDS]
    spelled = {word: meant(word) for word in told}
    if not any(spelled.values()):
        return ()
    first = called_one_of([[word, *spelled[word][:_FIRST]] for word in told])
    if all(len(others) <= _FIRST for others in spelled.values()):
        return first
    return [*first, *called_one_of([[word, *spelled[word]] for word in told])]


def meant(word: str) -> Sequence[str]:
    """The words of known names that sound like this one or nearly so, and are written nearly
    so, the likeliest first."""
    heard = sounding.sound(word)
    if not heard or len(word) < sounding.SHORTEST:
        return ()
    asked = {"sounds": json.dumps([heard, *sounding.beside(heard)]), "most": _READ}
    found = session().scalars(_ASKED[is_postgresql()], asked)
    others = (key.partition(" ")[2] for key in found)
    return sounding.nearest(word, (one for one in others if one != word), _READ)
