"""The full-text index of cases: written in the transaction of the change it covers.

One row per message, note or case, so that a long conversation is never re-indexed. A case
matches when each word (or phrase) is found in one of its rows.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
)

from grc.cases.masking import mask_nir
from grc.cases.models import SearchDoc
from grc.core.db import among, is_postgresql, later, session
from grc.core.search import stems

_PLAIN = insert(SearchDoc)  # a trigger feeds the FTS5 table
_TSVECTOR = insert(SearchDoc).values(body=func.to_tsvector("simple", bindparam("body")))
MAX_STEMS = 20_000  # of one message: beyond that nobody searches, everybody waits
MAX_BYTES = 500_000  # PostgreSQL refuses a tsvector of a mebibyte: one mail must not stop it
MAX_TERMS = 8
_NO_CURSOR = 2**62
_SPAN = 5000  # documents between the first and the last of a page, gone through at once
# FTS5 reads the documents that hold a term from the last one back, and stops when told to; a
# condition on search_doc alone would have it collect them all first.
_LATELY = text(
    "SELECT search_doc.id, search_doc.case_id FROM search_fts "
    "CROSS JOIN search_doc ON search_doc.id = search_fts.rowid "
    "WHERE search_fts MATCH :q AND search_doc.case_id < :below "
    "ORDER BY search_fts.rowid DESC LIMIT :most"
)
_PHRASE = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')


def index(case_id: int, kind: str, subject_id: int, words: str) -> None:
    """Add one document to the index of a case."""
    stemmed = " ".join(stems(mask_nir(words))[:MAX_STEMS])
    found = stemmed.encode()[:MAX_BYTES].decode("utf-8", "ignore")
    if not found:
        return
    row = {"case_id": case_id, "kind": kind, "subject_id": subject_id, "body": found}
    later(_TSVECTOR if is_postgresql() else _PLAIN, row)


def terms(typed: str) -> list[str]:
    """The words and quoted phrases typed, each as a string of stems; at most eight."""
    return _terms(typed, "")


def exclusions(typed: str) -> list[str]:
    """The same for those with a dash before them, which are not wanted; at most eight."""
    return _terms(typed, "-")


def _terms(typed: str, sign: str) -> list[str]:
    pieces = (phrase or word for found, phrase, word in _PHRASE.findall(typed) if found == sign)
    found = (" ".join(stems(piece)) for piece in pieces)
    return [term for term in dict.fromkeys(found) if term][:MAX_TERMS]


def matches(term: str) -> ColumnElement[bool]:
    """The SQL condition that a document holds a term; words of a term follow each other."""
    if is_postgresql():
        return SearchDoc.body.op("@@")(_phrase(term))
    hits = text("SELECT rowid FROM search_fts WHERE search_fts MATCH :q").bindparams(
        bindparam("q", _quoted(term), unique=True)
    )
    return SearchDoc.id.in_(hits)


def holds(terms: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a document of a few known cases holds one of these terms: each
    document is looked at, rather than every document that holds them."""
    if is_postgresql():
        return or_(*(SearchDoc.body.op("@@")(_phrase(term)) for term in terms))
    given = " OR ".join(map(_quoted, terms))
    one = text(
        "SELECT rowid FROM search_fts WHERE rowid = search_doc.id AND search_fts MATCH :q"
    ).bindparams(bindparam("q", given, unique=True))
    return SearchDoc.id.in_(one)


def lately(term: str, below: int | None, most: int) -> tuple[set[int], int]:
    """The cases in which a term stands among the `most` last documents that hold it, and the
    case down to which none is missing (excluded; 0: none at all). SQLite only: PostgreSQL reads
    cases from the newest by itself."""
    asked = {"q": _quoted(term), "below": below or _NO_CURSOR, "most": most}
    found = session().execute(_LATELY, asked).all()
    floor = _newest_before(found[-1].id, below) if len(found) == most else 0
    return {case_id for _, case_id in found if case_id > floor}, floor


def latest(given: Sequence[str], cases: Sequence[int]) -> Select[Any]:
    """The last document (`id`) of each of these cases that holds one of these terms."""
    theirs = among(SearchDoc.case_id, cases)
    ends = select(func.min(SearchDoc.id), func.max(SearchDoc.id)).where(theirs)
    low, high = (0, _SPAN) if is_postgresql() else session().execute(ends).one()
    near = low is not None and high - low < _SPAN
    held = _held_between(given, low, high) if near else holds(given)
    last = select(func.max(SearchDoc.id).label("id")).where(theirs, held)
    return last.group_by(SearchDoc.case_id)


def _held_between(given: Sequence[str], low: int, high: int) -> ColumnElement[bool]:
    """The condition that a document holds one of these terms, asked once of all between two:
    FTS5 takes as long to find one of them as to go through hundreds."""
    between = text(
        "SELECT rowid FROM search_fts WHERE search_fts MATCH :q AND rowid BETWEEN :low AND :high"
    ).bindparams(
        bindparam("q", " OR ".join(map(_quoted, given)), unique=True),
        bindparam("low", low, unique=True),
        bindparam("high", high, unique=True),
    )
    return SearchDoc.id.in_(between)


def _newest_before(document: int, below: int | None) -> int:
    """The newest case one of whose documents is older: what stands there was not looked at."""
    query = select(SearchDoc.case_id).where(
        SearchDoc.id < document, SearchDoc.case_id < (below or _NO_CURSOR)
    )
    return session().scalars(query.order_by(SearchDoc.case_id.desc()).limit(1)).first() or 0


def _phrase(term: str) -> ColumnElement[Any]:
    return func.phraseto_tsquery("simple", term)


def _quoted(term: str) -> str:
    return '"' + term.replace('"', "") + '"'
