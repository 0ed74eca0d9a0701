"""Relations between two cases. A merge is one too, so that it can be undone."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select

from grc.cases.models import Case, CaseLink, case_reference
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, execute, fetch, session
from grc.core.events import Event
from grc.core.i18n import N_, Text

LINK_LABELS: Mapping[str, str] = {
    "duplicate_of": N_("doublon"),
    "merge_proposed": N_("même conversation, réunion proposée"),
    "follows": N_("suite d'une demande clôturée"),
    "stranger": N_("même fil, autre expéditeur"),
    "cited": N_("référence citée dans le texte, à vérifier"),
    "returned": N_("notre lettre, revenue"),
    "split_from": N_("ouverte à partir d’un message de"),
    "child_of": N_("partie de"),
    "related": N_("en rapport"),
    "repeat": N_("même usager, peut-être la même demande"),
}
_OPENED = select(Case.id, Case.opened_at).where(Case.id.in_(bindparam("ids", expanding=True)))
OTHER_WAY: Mapping[str, str] = {  # said on the other case, where that is not the same
    "split_from": N_("a donné"),
    "child_of": N_("comprend"),
}
BY_HAND = frozenset({"related", "child_of"})  # made and undone by agents
_LONGEST = 100  # of a chain of parents, or of duplicates
_BOTH_WAYS = frozenset(
    {"merge_proposed", "stranger", "related"}
)  # said once, whichever case came last


def link(case_id: int, other_id: int, kind: str, *, actor: Actor, now: datetime) -> bool:
    """Relate two cases; the relation is kept once and shown on both. False: it was noted."""
    if are_linked(case_id, other_id, kind):
        return False
    add(CaseLink, case_id=case_id, other_id=other_id, kind=kind, created_at=now)
    _tell(Event.CASE_LINKED, case_id, other_id, kind, actor, now)
    return True


def _tell(
    event: Event, case_id: int, other_id: int, kind: str, actor: Actor, now: datetime
) -> None:
    rows = fetch(_OPENED, {"ids": [case_id, other_id]})
    references = {row.id: case_reference(row.id, row.opened_at) for row in rows}
    for here, there in ((case_id, other_id), (other_id, case_id)):
        audit.record(
            event,
            subject=("case", here),
            case_id=here,
            actor=actor,
            now=now,
            kind=Text(LINK_LABELS[kind]),
            other=references[there],
        )


def unlink(case_id: int, other_id: int, kind: str, *, actor: Actor, now: datetime) -> bool:
    """Undo a relation, whichever case it was made from. False: there is none any more."""
    one = and_(CaseLink.case_id == case_id, CaseLink.other_id == other_id)
    other = and_(CaseLink.case_id == other_id, CaseLink.other_id == case_id)
    gone = execute(delete(CaseLink).where(one | other, CaseLink.kind == kind))
    if not gone.rowcount:
        return False
    _tell(Event.CASE_UNLINKED, case_id, other_id, kind, actor, now)
    return True


def is_above(case_id: int, other_id: int, kind: str = "child_of") -> bool:
    """True when the second case is a part (or, by `kind`, a duplicate) of the first, however
    far."""
    above, seen = {other_id}, {other_id}
    while above and case_id not in seen and len(seen) < _LONGEST:
        parents = select(CaseLink.other_id).where(
            CaseLink.case_id.in_(above), CaseLink.kind == kind
        )
        above = set(session().scalars(parents)) - seen
        seen |= above
    return case_id in seen


def are_linked(case_id: int, other_id: int, kind: str) -> bool:
    """True when this relation was already noted."""
    noted = and_(CaseLink.case_id == case_id, CaseLink.other_id == other_id)
    if kind in _BOTH_WAYS:
        noted |= and_(CaseLink.case_id == other_id, CaseLink.other_id == case_id)
    query = select(CaseLink.id).where(noted, CaseLink.kind == kind)
    return session().scalar(query.limit(1)) is not None
