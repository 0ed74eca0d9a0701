"""A case that began elsewhere: its references there, who takes part, how far it had come.

It is recorded as imported, with the dates of that time; nothing of it is an act of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from grc.cases import search
from grc.cases import service as cases
from grc.cases.models import Case, ExternalReference
from grc.cases.states import STATUS_LABELS, Status, move, outcome_label
from grc.cases.states import label as status_label
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add_all, fetch, session
from grc.core.events import Event

_MOST = 1000  # cases of one reference: nobody numbers so badly
_OTHERS = (Status.RESOLVED,)  # a time of ours: thirty days to say no
STATES = frozenset(STATUS_LABELS) - frozenset(_OTHERS)
_BY_KEY = (
    select(ExternalReference.case_id)
    .where(ExternalReference.key == bindparam("key"))
    .order_by(ExternalReference.case_id.desc())
)
_IN_SYSTEM = _BY_KEY.where(ExternalReference.system == bindparam("system")).limit(1)


@dataclass(frozen=True)
class Continued:
    """Where a case stood in another system, in our words."""

    system: str
    references: tuple[str, ...] = ()
    state: str = ""  # as that system wrote it
    status: str = ""  # ours; empty: it begins
    outcome: str = ""
    ended_at: datetime | None = None


def continue_case(case_id: int, past: Continued, *, actor: Actor, now: datetime) -> None:
    """Note the past of a case just opened. Raises InvalidInput when the states refuse it."""
    add_all(ExternalReference, [_reference(case_id, past.system, one) for one in past.references])
    search.index(case_id, "case", case_id, " ".join(past.references))
    case = session().get_one(Case, case_id)
    status = past.status or Status.RECEIVED
    if status != Status.RECEIVED:
        _move(case, status, past)
    ended = outcome_label(past.outcome) if past.outcome else status_label(status)
    audit.record(
        Event.CASE_IMPORTED,
        subject=("case", case_id),
        case_id=case_id,
        actor=actor,
        now=now,
        system=past.system,
        references=", ".join(past.references) or "—",
        state=past.state or "—",
        status=ended,
    )


def _move(case: Case, status: str, past: Continued) -> None:
    """By the rules of states, at the time when it happened."""
    (handling,) = cases.all_handlings(case)
    at = past.ended_at or case.received_at
    cases.change(handling, **move(handling.status, status, outcome=past.outcome or None, now=at))
    cases.publish_status(case, at)


def _reference(case_id: int, system: str, value: str) -> dict[str, object]:
    return {"case_id": case_id, "system": system[:40], "value": value[:200], "key": key_of(value)}


def key_of(value: str) -> str:
    """A reference for comparison: people forget capitals and blanks, nothing else."""
    return "".join(value.casefold().split())[:200]


def by_external_reference(typed: str, below: int | None) -> Sequence[int]:
    """The cases, with a lesser id when `below` is given, that have this reference in another
    system, latest first."""
    query = _BY_KEY if below is None else _BY_KEY.where(ExternalReference.case_id < below)
    key = key_of(typed)
    return list(fetch(query.limit(_MOST), {"key": key}).scalars()) if key else []


def taken(system: str, reference: str) -> Case | None:
    """The case that came from this system under this reference."""
    found = fetch(_IN_SYSTEM, {"key": key_of(reference), "system": system[:40]}).scalar()
    return None if found is None else session().get_one(Case, found)


def references_of(case_id: int) -> list[tuple[str, str]]:
    """(system, reference) of a case, in the order they were told."""
    query = select(ExternalReference.system, ExternalReference.value)
    rows = session().execute(
        query.where(ExternalReference.case_id == case_id).order_by(ExternalReference.id)
    )
    return [(row.system, row.value) for row in rows]
