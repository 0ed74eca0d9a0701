"""Asking: the cases that answer a question, a page at a time. Never more than may be read, and
at a cost that does not grow with the base: see `DEPTH`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, exists, or_, select

from grc.cases.lookup import names_of
from grc.cases.models import Case, SearchDoc
from grc.cases.queries import by_reference, readable_for_good, visible_to
from grc.cases.reference import parse
from grc.cases.search import holds
from grc.citizens.misspelt import FEW
from grc.core.actor import Actor
from grc.core.db import among, session
from grc.finding.hits import Hits, glimpses, nearly
from grc.finding.narrowing import conditions, narrows, newest, order
from grc.finding.question import Question

PAGE = 20  # with their extracts, fifty make a page of 90 kB
DEPTH = 5000  # cases looked at for one page of filters alone
# Documents of a word looked at, from the last; all of them when so many did not make a page.
GLANCES = (1500, 6000)
NARROWED = 2000  # cases of a filter that are asked for words, before these are looked for again
_FIRST_CHUNK = 400  # then four times as many each time: few may be readable
_INTRODUCED = re.compile(
    r"^\s*(?:(?:r[ée]f(?:[ée]rence)?|dossier|demande|request|case)\b[\s.:]*)?(?:n[°o]\s*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """The cases found, most recent first; `kind` says how the words were read."""

    kind: str  # reference, mistyped, words, empty
    cases: tuple[Case, ...] = ()
    names: dict[int, str] = field(default_factory=dict)
    older: int | None = None  # cursor: the id to continue below
    stopped: bool = False  # older hits were not looked at
    hits: Hits = field(default_factory=Hits)
    nearly: Hits = field(default_factory=Hits)  # by a name spelled otherwise: the last of `cases`


def search(actor: Actor, asked: Question, now: datetime, *, below: int | None = None) -> Found:
    """Find cases. An unreadable case is as absent as a missing one."""
    if asked.is_empty or asked.unknown:
        return Found("empty")
    if asked.words and (typed := as_reference(asked.words)):
        return _by_reference(actor, typed, asked, now)
    page = _by_words(actor, asked, now, below)
    if below or page.older or page.stopped:
        return page
    near, more = called_nearly(actor, asked, page.hits, page.cases, now)
    cases = (*page.cases, *more)
    return replace(page, cases=cases, names=names_of(cases), nearly=near) if more else page


def called_nearly(
    actor: Actor,
    asked: Question,
    found: Hits,
    cases: Sequence[Case],
    now: datetime,
    *,
    leaves: bool = False,
) -> tuple[Hits, Sequence[Case]]:
    """What comes after all the cases found, up to a page: those of people whose name is spelled
    nearly so, where she may know of few of this very name."""
    room = PAGE - len(cases)
    if not asked.words or len(found.citizens) > FEW or room <= 0:
        return Hits(), ()
    near, ids = nearly(actor, asked.words, now, found.citizens), {case.id for case in cases}
    if not near.ids:
        return near, ()
    looked = Looking(actor, asked, near, now, leaves=leaves).first(PAGE, None)
    return near, [case for case in looked if case.id not in ids][:room]


def _by_words(actor: Actor, asked: Question, now: datetime, below: int | None) -> Found:
    """A page, from as few of the last documents as make one: what a glance has shown is not
    looked at again. A word too common for the first glance is asked of what the rarest filter
    gives, before more of its documents are read."""
    cases: tuple[Case, ...] = ()
    unseen, narrowed = below, not narrows(asked.filters)
    for found in glimpses(actor, asked.words, now, below, (*GLANCES, None)):
        looked = Looking(actor, asked, found, now)
        cases += looked.first(PAGE + 1 - len(cases), unseen)
        if len(cases) > PAGE or not found.floor:
            break
        unseen = found.floor + 1
        if not narrowed:
            narrowed, looked = True, _Narrowed(actor, asked, found, now)
            cases += looked.first(PAGE + 1 - len(cases), unseen)
            if len(cases) > PAGE or looked.resume is None:
                break
            unseen = looked.resume
    shown = cases[:PAGE]
    older = shown[-1].id if len(cases) > PAGE else looked.resume
    written = {case.id for case in shown} - found.named if found.terms else frozenset()
    found = replace(found, texts=found.texts | written)
    return Found("words", shown, names_of(shown), older, found.is_cut and not older, found)


def as_reference(words: str) -> str | None:
    """What was typed as a reference of ours, however it is introduced; None when it is none."""
    typed = _INTRODUCED.sub("", words.strip('" '), count=1)
    for spelled in (typed, f"D-{typed}"):
        if parse(spelled) is not None:
            return spelled
    return None


def _by_reference(actor: Actor, typed: str, asked: Question, now: datetime) -> Found:
    found = parse(typed)
    if found is None or not found.valid:
        return Found("mistyped")
    case = by_reference(typed)
    looked = Looking(actor, asked, Hits([case.id] if case else ()), now)
    cases = tuple(looked.those([case.id], 1)) if case else ()
    return Found("reference", cases, names_of(cases))


class Looking:
    """One pass over the candidates of a question, the newest first, a chunk at a time. What is
    found is for the screen, or to be taken away (`leaves`): not what an exceptional access shows.
    """

    def __init__(
        self, actor: Actor, asked: Question, found: Hits, now: datetime, *, leaves: bool = False
    ) -> None:
        self.depth = DEPTH
        self.resume: int | None = None  # where to go on when the depth was reached
        self._is_any, self._ids = found.is_any, found.ids
        self._newest = partial(newest, asked.filters, actor)
        self._order = order(asked.filters) if found.is_any else (Case.id.desc(),)
        may = readable_for_good if leaves else visible_to
        self._where = [*conditions(asked.filters, actor, now), may(actor, now)]
        if found.unwanted:
            self._where.append(without(found.unwanted))

    def first(self, wanted: int, below: int | None) -> tuple[Case, ...]:
        """The first cases below a cursor; fewer at the end, or where DEPTH was reached: then
        `resume` says where to go on."""
        found: list[Case] = []
        for ids in self._chunks(below):
            found += self.those(ids, wanted - len(found))
            if len(found) >= wanted:
                return tuple(found)
        return tuple(found)

    def those(self, ids: Sequence[int], most: int) -> Sequence[Case]:
        """Those of these cases that answer and may be read, in the order given."""
        query = select(Case).where(among(Case.id, ids), *self._where)
        return session().scalars(query.order_by(*self._order).limit(most)).all()

    def _chunks(self, below: int | None) -> Iterator[Sequence[int]]:
        looked, size = 0, _FIRST_CHUNK
        if below is not None:
            self._ids = [one for one in self._ids if one < below]
        while looked < self.depth:
            ids = self._some(looked, size, below)
            if ids:
                yield ids
            if len(ids) < size:
                return
            below, looked, size = ids[-1], looked + len(ids), min(size * 4, self.depth)
        self.resume = below if self._is_any else None

    def _some(self, looked: int, size: int, below: int | None) -> Sequence[int]:
        if self._is_any:
            return session().scalars(self._newest(below).limit(size)).all()
        return self._ids[looked : looked + size]


class _Narrowed(Looking):
    """One pass over what the rarest filter gives, for the cases that hold words found too often
    to be looked for elsewhere, or are named otherwise."""

    def __init__(self, actor: Actor, asked: Question, found: Hits, now: datetime) -> None:
        super().__init__(actor, asked, replace(found, is_any=True), now)
        self.depth = NARROWED
        told = [exists().where(SearchDoc.case_id == Case.id, holds([one])) for one in found.terms]
        named = among(Case.id, sorted(found.named))
        self._where.append(or_(and_(*told), named) if found.named else and_(*told))


def without(unwanted: Sequence[str]) -> ColumnElement[bool]:
    """No document of the case holds what is not wanted."""
    return ~exists().where(SearchDoc.case_id == Case.id, holds(unwanted))
