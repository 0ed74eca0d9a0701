"""The organisation changed on a screen: the file with one thing changed, judged and loaded as a
file is, and audited value by value.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import lock, session
from grc.core.errors import Conflict
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.organisation import cache, files, models
from grc.organisation.difference import COLUMNS, Difference, What, differences
from grc.organisation.loading import LoadReport, stamp
from grc.organisation.models import LoadedData
from grc.organisation.present import present
from grc.organisation.service import LOCK, write
from grc.organisation.tables import Organisation
from grc.organisation.writing import to_toml

_DATA = "organisation"


@dataclass(frozen=True)
class Edit:
    """A change of one thing: `make` says what the organisation becomes, `of` is the thing."""

    make: Callable[[Organisation], Organisation]
    of: Callable[[Organisation], object]


@dataclass(frozen=True)
class Act:
    """Who changes, when, and why; `seen` is the `mark` of the thing that was on the screen."""

    actor: Actor
    now: datetime
    seen: str
    reason: str = ""


def mark(thing: object) -> str:
    """A thing as it was seen, in sixteen characters."""
    return hashlib.sha256(repr(thing).encode()).hexdigest()[:16]


def look(edit: Edit, today: date) -> list[Difference]:
    """What an edit would change. Raises InvalidFile with what is wrong with it."""
    before = present()
    return differences(before, _judged(edit.make(before), today))


def change(edit: Edit, act: Act) -> list[Difference]:
    """Carry an edit out, in the caller's transaction; what it changed.

    Raises InvalidFile, and Conflict when somebody changed the thing since it was seen.
    """
    lock(LOCK)
    cache.forget()  # what this process keeps may be a second old
    before = present()
    if mark(edit.of(before)) != act.seen:
        raise Conflict(N_("Quelqu'un l'a changé entre-temps : rien n'a été écrasé."))
    today = paris_date(act.now)
    after = _judged(edit.make(before), today)
    found = differences(before, after)
    if found:
        write(after, today, LoadReport(written_at=act.now))
        stamp(_DATA, actor=act.actor, now=act.now)
        _tell(found, act)
    return found


def _judged(wanted: Organisation, today: date) -> Organisation:
    return files.read(to_toml(wanted), today=today)


def _tell(found: list[Difference], act: Act) -> None:
    """One line of the journal for each value."""
    version = session().get_one(LoadedData, _DATA).version
    why = audit.remark(act.reason, now=act.now)
    for one in found:
        event, more = _event(one)
        told: dict[str, Any] = {"kind": Text(one.kind), "code": one.code} | more
        if event != Event.REFERENCE_ADDED:
            told["version"] = version
        subject = (one.table, _id(one))
        audit.record(event, subject=subject, actor=act.actor, now=act.now, remark_id=why, **told)


def _event(one: Difference) -> tuple[Event, dict[str, Any]]:
    if one.act == What.ADDED:
        return Event.REFERENCE_ADDED, {}
    if one.act == What.REMOVED:
        return Event.REFERENCE_ENDED, {}
    if one.what == COLUMNS["active"]:
        return (Event.REFERENCE_REOPENED if one.new else Event.REFERENCE_ENDED), {}
    told = {"old": _kept(one.old), "new": _kept(one.new)}
    return Event.REFERENCE_CHANGED, {"what": Text(one.what), **told}


def _kept(value: Any) -> Text | str:
    return Text(N_("oui") if value else N_("non")) if isinstance(value, bool) else spelled(value)


def spelled(value: Any) -> str:
    """A value as the journal keeps it."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if value > date.min else "–"
    return " · ".join(str(value).splitlines()) if value not in (None, "") else "–"


_MODELS: dict[str, Any] = {
    "unit": models.Unit,
    "site": models.Site,
    "territory": models.Territory,
    "closed_day": models.ClosedDay,
}


def _id(one: Difference) -> int:
    """The row it is about; a commune is named by its code alone, which is a number but in
    Corsica, a mailbox by its channel and source."""
    if one.table == "mailbox":
        channel, _slash, source = one.code.partition("/")
        here = (models.Mailbox.channel == channel, models.Mailbox.source == source)
        return session().scalar(select(models.Mailbox.id).where(*here)) or 0
    model = _MODELS.get(one.table)
    if model is None:
        return int(one.code) if one.code.isdecimal() else 0
    return session().scalar(select(model.id).where(model.code == one.code)) or 0
