"""The documents that the type of a case asks for: missing, asked, received, needless."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grc.cases import service as cases
from grc.cases.models import Attachment, Case
from grc.cases.queries import attachment_of
from grc.catalogue.queries import current_type
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.staff.policy import Permission
from grc.work.models import CaseDocument

MISSING, ASKED, RECEIVED, NEEDLESS = "missing", "asked", "received", "needless"
STATES: Mapping[str, str] = {
    MISSING: N_("manquante"),
    ASKED: N_("demandée"),
    RECEIVED: N_("reçue"),
    NEEDLESS: N_("inutile ici"),
}


@dataclass(frozen=True)
class Paper:
    """One document and where it stands; `file` is the name of the attachment that brought it."""

    code: str
    label: str
    state: str
    at: datetime | None = None
    attachment_id: int | None = None
    file: str | None = None


def papers(case: Case, locale: str) -> list[Paper]:
    """The documents of the present type of a case, in the order of the catalogue."""
    kind = current_type(case.request_type) if case.request_type else None
    if kind is None or not kind.documents:
        return []
    rows = _rows(case.id)
    return [
        Paper(one.code, one.label(locale), *rows.get(one.code, (MISSING, None, None, None)))
        for one in kind.documents
    ]


def _rows(case_id: int) -> dict[str, tuple[str, datetime, int | None, str | None]]:
    query = (
        select(CaseDocument, Attachment.filename)
        .outerjoin(Attachment, Attachment.id == CaseDocument.attachment_id)
        .where(CaseDocument.case_id == case_id)
        .execution_options(populate_existing=True)
    )
    return {
        row.code: (row.state, row.at, row.attachment_id, filename)
        for row, filename in session().execute(query)
    }


def missing(case: Case, locale: str) -> list[str]:
    """What still has to come, by name."""
    return [one.label for one in papers(case, locale) if one.state in {MISSING, ASKED}]


def settle(
    case: Case, code: str, state: str, number: int | None, *, actor: Actor, now: datetime
) -> None:
    """Say where a document stands; `number` is that of the attachment that brought it. The same
    again is nothing. Raises InvalidInput for a document the type does not ask for."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    known = {one.code: one for one in papers(case, "fr")}
    if code not in known or state not in STATES:
        raise InvalidInput(N_("Cette nature de demande n'attend pas cette pièce."))
    file = attachment_of(case.id, number).id if number and state == RECEIVED else None
    before = known[code]
    if (before.state, before.attachment_id) == (state, file):
        return
    session().merge(
        CaseDocument(case_id=case.id, code=code, state=state, attachment_id=file, at=now)
    )
    session().flush()
    audit.record(
        Event.DOCUMENT_SETTLED,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        document=before.label,
        state=Text(STATES[state]),
    )


def note_asked(case: Case, *, actor: Actor, now: datetime) -> None:
    """A reply has just asked for what is missing."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    for one in papers(case, "fr"):
        if one.state == MISSING:
            settle(case, one.code, ASKED, None, actor=actor, now=now)


def note_not_asked(case: Case, at: datetime, *, actor: Actor, now: datetime) -> None:
    """The reply that asked for documents, written at this moment, was taken back."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    for one in papers(case, "fr"):
        if one.state == ASKED and one.at == at:
            settle(case, one.code, MISSING, None, actor=actor, now=now)
