"""Who read the confidential cases of a citizen: dates, services, purposes (GDPR, article 15).

A supervisor is told of the cases she may read, with the names of those who read; the
data-protection officer (an auditor) of all of them, by services. What the citizen is given names
no agent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CompoundSelect, select

from grc.cases.models import Case, Party
from grc.cases.persons import reference_of
from grc.cases.queries import by_reference, visible_to
from grc.cases.reference import parse
from grc.citizens.merging import standing_with
from grc.citizens.models import Citizen
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.staff.models import AccessLog, Token, User
from grc.staff.policy import Role

MOST = 1000  # lines of a page: what is read more often is read by a month at a time
NONE = N_("Aucune personne de cette référence, ou vous n’y avez pas accès.")
PURPOSES: Mapping[str, str] = {
    "page": N_("lecture de la demande"),
    "beside": N_("lecture de la demande"),
    "act": N_("traitement de la demande"),
    "list": N_("liste ou recherche"),
    "people": N_("mention d’un collègue"),
    "canned": N_("préparation d’une réponse"),
    "attachment": N_("lecture d’une pièce"),
    "original": N_("lecture d’un message reçu"),
    "letter": N_("lettre"),
    "print run": N_("impression d’une lettre"),
    "export": N_("liste emportée dans un fichier"),
    "danger": N_("signalement d’un danger"),
    "api": N_("transmission à un autre logiciel"),
    "exceptional": N_("accès exceptionnel motivé"),
}


class Reading(NamedTuple):
    """One reading; `name` is empty where names are not told."""

    at: datetime
    unit_id: int | None
    what: str
    case: str  # its reference
    name: str


@dataclass(frozen=True)
class Read:
    """What was read of one citizen, the last first. `is_cut`: there is more."""

    reference: str
    citizen_id: int
    readings: tuple[Reading, ...]
    is_cut: bool


def of_citizen(typed: str, *, actor: Actor, now: datetime) -> Read:
    """Who read what of a person, or of the person a case is for, by the exact reference; her
    merged records included. Looking is an act: see `note`. Raises NotFound, alike for nobody,
    for somebody this person may not know of and for a case she may not read, though she reads
    another one of the same person."""
    citizen = _citizen(typed, actor, now)
    ids = standing_with([citizen.id]) if citizen is not None else []
    if citizen is None or not _knows(actor, ids, now):
        raise NotFound(NONE)
    found = _readings(ids, actor, now)
    reference = reference_of(citizen.id, citizen.created_at)
    return Read(reference, citizen.id, tuple(found[:MOST]), is_cut=len(found) > MOST)


def note(found: Read, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody is about to be told of these readings. Apart from the looking, so
    that nobody who writes waits for it."""
    subject, who = ("citizen", found.citizen_id), found.reference
    audit.record(Event.READINGS_SHOWN, subject=subject, actor=actor, now=now, who=who)


def _citizen(typed: str, actor: Actor, now: datetime) -> Citizen | None:
    found = parse(typed)
    if found is None or not found.valid:
        return None
    if found.kind == "D":
        case = by_reference(typed)
        if case is None or case.citizen_id is None or not _reads(actor, case.id, now):
            return None
        return session().get(Citizen, case.citizen_id)
    citizen = session().get(Citizen, found.number) if found.kind == "U" else None
    if citizen is None or parse(reference_of(citizen.id, citizen.created_at)) != found:
        return None
    return citizen


def _reads(actor: Actor, case_id: int, now: datetime) -> bool:
    if actor.units(Role.AUDITOR):
        return True
    query = select(Case.id).where(Case.id == case_id, visible_to(actor, now))
    return session().scalar(query) is not None


def _cases(ids: Sequence[int]) -> CompoundSelect[int]:
    """The ids of the cases these people are of, each way by its own index: by an OR of the two
    every case would be looked at."""
    hers = select(Case.id).where(Case.citizen_id.in_(ids))
    return hers.union(select(Party.case_id).where(Party.citizen_id.in_(ids)))


def _knows(actor: Actor, ids: Sequence[int], now: datetime) -> bool:
    if actor.units(Role.AUDITOR):
        return True
    query = select(Case.id).where(Case.id.in_(_cases(ids)), visible_to(actor, now))
    return session().scalar(query.limit(1)) is not None


def _readings(ids: Sequence[int], actor: Actor, now: datetime) -> list[Reading]:
    is_officer = bool(actor.units(Role.AUDITOR))
    query = (
        select(AccessLog, Case, User.name, Token.name)
        .join(Case, Case.id == AccessLog.case_id)
        .outerjoin(User, User.id == AccessLog.user_id)
        .outerjoin(Token, Token.id == AccessLog.token_id)
        .where(AccessLog.case_id.in_(_cases(ids)))
        .order_by(AccessLog.at.desc(), AccessLog.id.desc())
        .limit(MOST + 1)
    )
    if not is_officer:
        query = query.where(visible_to(actor, now))
    return [
        Reading(
            row.at, row.unit_id, row.what, case.reference, "" if is_officer else name or by or ""
        )
        for row, case, name, by in session().execute(query)
    ]
