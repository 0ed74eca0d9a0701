"""The cases in whose texts every term of a question stands, the newest first."""

from collections.abc import Sequence

from sqlalchemy import Select, intersect, select

from grc.cases.models import SearchDoc
from grc.cases.search import lately, matches
from grc.core.db import is_postgresql, planned_for_its_values, session

_DOCUMENTS = 5  # for one case, where a glance is said in cases


def newest(terms: Sequence[str], below: int | None, most: int) -> Sequence[int]:
    """At most so many of them, below a cursor."""
    with planned_for_its_values():  # a word found everywhere is best looked for from the end
        return session().scalars(in_texts(terms, below).limit(most)).all()


def at_a_glance(
    terms: Sequence[str], below: int | None, most: int, glance: int
) -> tuple[Sequence[int], int]:
    """Those found among the `glance` last documents of each term, and the case down to which
    none is missing (excluded; 0: none at all). Costs no more for a word that is everywhere.
    PostgreSQL gives cases from the newest by itself, and stops at a part of so many."""
    if is_postgresql():
        enough = min(max(glance // _DOCUMENTS, 1), most)
        found = newest(terms, below, enough)
        return found, found[-1] - 1 if len(found) == enough else 0
    told = [lately(term, below, glance) for term in terms]
    floor = max(floor for _, floor in told)
    cases = set.intersection(*(cases for cases, _ in told))
    return sorted((one for one in cases if one > floor), reverse=True), floor


def in_texts(found: Sequence[str], below: int | None = None) -> Select[int]:
    """The cases in one of whose documents each of these terms stands, the newest first."""
    per_term = [select(SearchDoc.case_id).where(matches(term)) for term in found]
    if below is not None:
        per_term = [query.where(SearchDoc.case_id < below) for query in per_term]
    if len(per_term) == 1:
        return per_term[0].distinct().order_by(SearchDoc.case_id.desc())
    both = intersect(*per_term).subquery()
    return select(both.c.case_id).order_by(both.c.case_id.desc())
