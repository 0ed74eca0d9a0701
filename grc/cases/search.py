"""The full-text index of cases: written in the transaction of the change it covers.

One row per message, note or case, so that a long conversation is never re-indexed. A case
matches when each word (or phrase) is found in one of its rows.
"""

import re

from sqlalchemy import ColumnElement, bindparam, func, insert, text

from grc.cases.models import SearchDoc
from grc.core.db import is_postgresql, later
from grc.core.search import stems

_PLAIN = insert(SearchDoc)  # a trigger feeds the FTS5 table
_TSVECTOR = insert(SearchDoc).values(body=func.to_tsvector("simple", bindparam("body")))
MAX_STEMS = 20_000  # of one message: beyond that nobody searches, everybody waits
MAX_BYTES = 500_000  # PostgreSQL refuses a tsvector of a mebibyte: one mail must not stop it
MAX_TERMS = 8
_NIR = re.compile(
    r"\b[12]\s?\d{2}\s?(?:0\d|1[0-2]|[2-9]\d)\s?\d[\dAB]\s?\d{3}\s?\d{3}(?:\s?\d{2})?\b"
)
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')


def mask_nir(words: str) -> str:
    """Hide social security numbers: they are neither indexed nor shown in excerpts."""
    return _NIR.sub("[NIR]", words)


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
    found = (" ".join(stems(phrase or word)) for phrase, word in _PHRASE.findall(typed))
    return [term for term in dict.fromkeys(found) if term][:MAX_TERMS]


def matches(term: str) -> ColumnElement[bool]:
    """The SQL condition that a document holds a term; words of a term follow each other."""
    if is_postgresql():
        query = func.phraseto_tsquery("simple", term)
        return SearchDoc.body.op("@@")(query)
    hits = text("SELECT rowid FROM search_fts WHERE search_fts MATCH :q").bindparams(
        q='"' + term.replace('"', "") + '"'
    )
    return SearchDoc.id.in_(hits)
