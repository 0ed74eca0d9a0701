"""Relations between two cases. A merge is one too, so that it can be undone."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, bindparam, select

from grc.cases.models import Case, CaseLink, case_reference
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, fetch, session
from grc.core.events import Event
from grc.core.i18n import N_, Text

LINK_LABELS: Mapping[str, str] = {
    "duplicate_of": N_("doublon"),
    "merge_proposed": N_("même conversation, réunion proposée"),
    "follows": N_("suite d'une demande clôturée"),
    "stranger": N_("même fil, autre expéditeur"),
    "cited": N_("référence citée dans le texte, à vérifier"),
    "returned": N_("notre lettre, revenue"),
    "repeat": N_("même usager, peut-être la même demande"),
}
_OPENED = select(Case.id, Case.opened_at).where(Case.id.in_(bindparam("ids", expanding=True)))
_BOTH_WAYS = frozenset({"merge_proposed", "stranger"})  # said once, whichever case came last


def link(case_id: int, other_id: int, kind: str, *, actor: Actor, now: datetime) -> bool:
    """Relate two cases; the relation is kept once and shown on both. False: it was noted."""
    if are_linked(case_id, other_id, kind):
        return False
    rows = fetch(_OPENED, {"ids": [case_id, other_id]})
    references = {row.id: case_reference(row.id, row.opened_at) for row in rows}
    add(CaseLink, case_id=case_id, other_id=other_id, kind=kind, created_at=now)
    for here, there in ((case_id, other_id), (other_id, case_id)):
        audit.record(
            Event.CASE_LINKED,
            subject=("case", here),
            case_id=here,
            actor=actor,
            now=now,
            kind=Text(LINK_LABELS[kind]),
            other=references[there],
        )
    return True


def are_linked(case_id: int, other_id: int, kind: str) -> bool:
    """True when this relation was already noted."""
    noted = and_(CaseLink.case_id == case_id, CaseLink.other_id == other_id)
    if kind in _BOTH_WAYS:
        noted |= and_(CaseLink.case_id == other_id, CaseLink.other_id == case_id)
    query = select(CaseLink.id).where(noted, CaseLink.kind == kind)
    return session().scalar(query.limit(1)) is not None
