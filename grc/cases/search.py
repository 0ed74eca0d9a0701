"""The full-text index of cases: written in the transaction of the change it covers.

One row per message, note or case, so that a long conversation is never re-indexed. A case
matches when each word (or phrase) is found in one of its rows.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, or_, text

from grc.cases.masking import mask_nir
from grc.cases.models import SearchDoc
from grc.core.db import is_postgresql, later
from grc.core.search import stems

_PLAIN = insert(SearchDoc)  # a trigger feeds the FTS5 table
_TSVECTOR = insert(SearchDoc).values(body=func.to_tsvector("simple", bindparam("body")))
MAX_STEMS = 20_000  # of one message: beyond that nobody searches, everybody waits
MAX_BYTES = 500_000  # PostgreSQL refuses a tsvector of a mebibyte: one mail must not stop it
MAX_TERMS = 8
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


def _phrase(term: str) -> ColumnElement[Any]:
    return func.phraseto_tsquery("simple", term)


def _quoted(term: str) -> str:
    return '"' + term.replace('"', "") + '"'
