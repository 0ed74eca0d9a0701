"""Why a case was found: what another system calls it, a number, a name, or a passage of a text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import func, select, union_all
from sqlalchemy import literal as sql_literal

from grc.cases.imported import key_of
from grc.cases.models import ExternalReference, Message, Party, SearchDoc
from grc.cases.search import latest
from grc.citizens.models import Citizen
from grc.core.db import among, session
from grc.correspondence.models import OurLetter
from grc.finding.extracts import extract
from grc.finding.searching import Found
from grc.work.models import Note

_READ = 6_000  # characters of a text among which a passage is looked for


@dataclass(frozen=True)
class Why:
    """What matched: `kind` is external, email, phone, person, nearly (a person whose name is
    spelled otherwise), message, note or letter; `words` say what, `passage` shows it, safe and
    with marks."""

    kind: str
    words: str = ""
    passage: Markup | None = None


def reasons(found: Found, words: str) -> dict[int, Why]:
    """Why each of these cases was found, by id: four statements at most. Of cases that have
    passed the reading rule only."""
    ids = [case.id for case in found.cases]
    hits = found.hits
    told = _external([one for one in ids if one in hits.external], words)
    if hits.point:
        kind, value = hits.point
        told |= {one: Why(kind, value) for one in ids if one in hits.contact}
    people = _people([one for one in ids if one in hits.people], hits.citizens, "person")
    written = [one for one in ids if one in hits.texts and one not in told]
    texts = _passages(written, hits.terms)
    near = [one for one in ids if one in found.nearly.people]
    nearly = _people(near, found.nearly.citizens, "nearly")
    return nearly | people | texts | told


def _external(ids: Sequence[int], words: str) -> dict[int, Why]:
    if not ids:
        return {}
    query = select(ExternalReference.case_id, ExternalReference.system, ExternalReference.value)
    same = ExternalReference.key == key_of(words)
    rows = session().execute(query.where(among(ExternalReference.case_id, ids), same))
    return {row.case_id: Why("external", f"{row.system} {row.value}") for row in rows}


def _people(ids: Sequence[int], citizens: Sequence[int], kind: str) -> dict[int, Why]:
    if not ids:
        return {}
    query = select(Party.case_id, Citizen.name).join(Citizen, Citizen.id == Party.citizen_id)
    theirs = among(Party.citizen_id, citizens)  # type: ignore[arg-type]
    rows = session().execute(query.where(among(Party.case_id, ids), theirs))
    return {row.case_id: Why(kind, row.name or "") for row in rows}


def _passages(ids: Sequence[int], terms: Sequence[str]) -> dict[int, Why]:
    """The passage of the latest text of each case where one of the terms stands."""
    if not ids:
        return {}
    query = select(SearchDoc.case_id, SearchDoc.kind, SearchDoc.subject_id)
    rows = session().execute(query.where(SearchDoc.id.in_(latest(terms, ids)))).all()
    texts = _texts([(row.kind, row.subject_id) for row in rows])
    found = {}
    for row in rows:
        text = texts.get((row.kind, row.subject_id))
        passage = extract(text, terms) if text else None
        found[row.case_id] = Why(row.kind, passage=passage)
    return found


def _texts(wanted: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    sources: Mapping[str, tuple[Any, Any]] = {
        "message": (Message, _cut(Message.text) + "\n" + Message.subject + "\n" + Message.sender),
        "note": (Note, _cut(Note.text)),
        "letter": (OurLetter, _cut(OurLetter.text) + "\n" + OurLetter.subject),
    }
    parts = []
    for kind, (model, text) in sources.items():
        ids = [subject for found, subject in wanted if found == kind]
        if ids:
            query = select(sql_literal(kind).label("kind"), model.id, text.label("text"))
            parts.append(query.where(among(model.id, ids)))
    rows = session().execute(union_all(*parts)) if parts else ()
    return {(row.kind, row.id): row.text for row in rows}


def _cut(column: Any) -> Any:
    return func.substr(column, 1, _READ)
