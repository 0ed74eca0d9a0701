"""The full-text index of cases: written in the transaction of the change it covers.

One row per message, note or case, so that a long conversation is never re-indexed. A case
matches when each word (or phrase) is found in one of its rows.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    bindparam,
    func,
    insert,
    literal,
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
# FTS5 reads the documents that hold a term from the last one back, and stops when told to; a
# condition on search_doc alone would have it collect them all first.
# One row: thousands would take longer to hand over than to find.
_LATELY = text(
    "SELECT count(*) AS found, min(id) AS first, json_group_array(case_id) AS cases FROM ("
    "SELECT search_doc.id, search_doc.case_id FROM search_fts "
    "CROSS JOIN search_doc ON search_doc.id = search_fts.rowid "
    "WHERE search_fts MATCH :q AND search_doc.case_id < :below "
    "ORDER BY search_fts.rowid DESC LIMIT :most)"
)
_HOLDING = text(
    "SELECT search_doc.case_id FROM search_fts "
    "CROSS JOIN search_doc ON search_doc.id = search_fts.rowid "
    "WHERE search_fts MATCH :q ORDER BY search_fts.rowid DESC LIMIT :most"
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
    document is looked at, rather than every document that holds them. On SQLite in its stems,
    for FTS5 takes as long to find one document as to go through hundreds."""
    if is_postgresql():
        return or_(*(SearchDoc.body.op("@@")(_phrase(term)) for term in terms))
    told = literal(" ") + SearchDoc.body + " "
    return or_(*(func.instr(told, f" {term} ") > 0 for term in terms))


def lately(term: str, below: int | None, most: int) -> tuple[set[int], int]:
    """The cases in which a term stands among the `most` last documents that hold it, and the
    case down to which none is missing (excluded; 0: none at all). SQLite only: PostgreSQL reads
    cases from the newest by itself."""
    asked = {"q": _quoted(term), "below": below or _NO_CURSOR, "most": most}
    told = session().execute(_LATELY, asked).one()
    floor = _newest_before(told.first, below) if told.found == most else 0
    return {case_id for case_id in json.loads(told.cases) if case_id > floor}, floor


def holding(term: str, most: int) -> Subquery:
    """The cases (`case_id`) of the `most` last documents that hold a term."""
    if is_postgresql():
        last = select(SearchDoc.case_id).where(matches(term)).order_by(SearchDoc.id.desc())
        return last.limit(most).subquery()
    asked = _HOLDING.bindparams(
        bindparam("q", _quoted(term), unique=True), bindparam("most", most, unique=True)
    )
    return asked.columns(case_id=BigInteger).subquery()


def latest(given: Sequence[str], cases: Sequence[int]) -> Select[Any]:
    """The last document (`id`) of each of these cases that holds one of these terms."""
    last = select(func.max(SearchDoc.id).label("id"))
    return last.where(among(SearchDoc.case_id, cases), holds(given)).group_by(SearchDoc.case_id)


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
