"""Canned replies on a case: which are offered, with their blanks filled, and which was used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from babel.dates import format_date
from sqlalchemy import select, tuple_

from grc.cases import service as cases
from grc.cases.following import secret_was_given
from grc.cases.models import Case, Handling
from grc.catalogue.models import CannedReply
from grc.catalogue.placeholders import fill
from grc.catalogue.queries import canned, current_type
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add_all, session
from grc.core.settings import settings
from grc.organisation.queries import snapshot
from grc.staff.policy import Level, Permission
from grc.work import papers
from grc.work.models import CannedUse
from grc.work.signing import agent_name, person_name

# A value that looks like a placeholder would stop the sending, and be one to who reads.
_ROUND = str.maketrans("{}", "()")
_MOST = 10  # canned replies pinned to one message


@dataclass(frozen=True)
class Choice:
    """A canned reply on a case, its blanks filled; what nobody knows stays as it is written.
    `name` says which version."""

    name: str
    label: str
    text: str


def offered(case: Case, *, actor: Actor, now: datetime) -> list[Choice]:
    """The canned replies for a case, the most fitting first."""
    cases.demand(case, actor, Permission.CASE_READ, now)
    unit = snapshot().unit_by_id(cases.handling_of(case, actor).unit_id)
    replies = canned({unit.code}, case.request_type)
    values = {
        locale: _values(case, actor, locale, now) for locale in {one.language for one in replies}
    }
    return [
        Choice(f"{one.code}:{one.version}", one.label, _filled(one.text, values[one.language]))
        for one in replies
    ]


def words(case: Case, text: str, locale: str, *, actor: Actor, now: datetime) -> str:
    """Any prepared text, its blanks filled from the case."""
    cases.demand(case, actor, Permission.CASE_READ, now)
    return _filled(text, _values(case, actor, locale, now))


def _filled(text: str, values: Mapping[str, str | None]) -> str:
    harmless = {name: value.translate(_ROUND) for name, value in values.items() if value}
    return fill(text.strip(), harmless).text


def _values(case: Case, actor: Actor, locale: str, now: datetime) -> dict[str, str | None]:
    handling = cases.handling_of(case, actor)
    unit = snapshot().unit_by_id(handling.unit_id)
    kind = current_type(case.request_type) if case.request_type else None
    lacking = papers.missing(case, locale)
    return {
        "reference": case.reference,
        "usager": person_name(case) or None,
        "nature": kind.label(locale) if kind else None,
        "service": unit.name,
        "agent": agent_name(actor),
        "reçue": _day(paris_date(case.received_at), locale),
        "échéance": _next_date(handling, locale, now),
        "téléphone": unit.phone or None,
        "adresse": unit.address or None,
        "suivi": _follow_up(case),
        "pièces": "\n".join(f"- {one}" for one in lacking) or None,
    }


def _day(on: object, locale: str) -> str:
    return format_date(on, "d MMMM y", locale)  # type: ignore[arg-type]


def _next_date(handling: Handling, locale: str, now: datetime) -> str | None:
    """The date of the case, unless it has passed: nobody promises yesterday."""
    if not handling.is_open or handling.due_on < paris_date(now):
        return None
    return _day(handling.due_on, locale)


def _follow_up(case: Case) -> str | None:
    """The page of a case, for who holds its secret."""
    if case.level != Level.NORMAL or not secret_was_given(case):
        return None
    return f"{settings().base_url}/suivi?{urlencode({'demande': case.reference})}"


def used(names: str) -> list[CannedReply]:
    """The versions that a form names; what names none is left out."""
    pairs = {_pair(name) for name in names.split()[:_MOST]}
    known = tuple_(CannedReply.code, CannedReply.version)
    query = select(CannedReply).where(known.in_([pair for pair in pairs if pair]))
    return list(session().scalars(query.order_by(CannedReply.id))) if any(pairs) else []


def _pair(name: str) -> tuple[str, int] | None:
    code, _, version = name.rpartition(":")
    return (code, int(version)) if code and version.isdecimal() and len(version) < 9 else None


def of_message(outgoing_id: int) -> str:
    """The names of the versions that a message was written from."""
    query = (
        select(CannedReply)
        .join(CannedUse, CannedUse.canned_reply_id == CannedReply.id)
        .where(CannedUse.outgoing_id == outgoing_id)
        .order_by(CannedReply.id)
    )
    return " ".join(f"{one.code}:{one.version}" for one in session().scalars(query))


def joined(*names: str) -> str:
    """The names of several lists, each once."""
    return " ".join(dict.fromkeys(" ".join(names).split()))


def pin(outgoing_id: int, replies: list[CannedReply]) -> None:
    """Remember from which versions a message was written."""
    rows = [{"outgoing_id": outgoing_id, "canned_reply_id": one.id} for one in replies]
    if rows:
        add_all(CannedUse, rows)
