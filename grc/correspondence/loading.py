"""Load types of letter and delegations of signature."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import lock, session
from grc.correspondence.delegating import LOCK
from grc.correspondence.files import Delegated, Known, Letters
from grc.correspondence.models import Delegation, LetterType
from grc.organisation.loading import LoadReport, finish, sync, sync_versions
from grc.organisation.queries import snapshot as organisation
from grc.staff.models import User


def known() -> Known:
    """The names a file of letters may use."""
    units = {unit.code for unit in organisation().units}
    logins = set(session().scalars(select(User.login)))
    return Known(units, logins)


def load(letters: Letters, *, actor: Actor, now: datetime, force: bool = False) -> LoadReport:
    """Make the database say what the file says, inside the caller's transaction.

    What changed gets a new version; a delegation that left the file holds no longer, and stays
    for the letters that were signed under it. Types written on a screen need `force`.
    """
    lock(LOCK)
    today, report = paris_date(now), LoadReport()
    types = [vars(one) for one in letters.types]
    found = sync_versions(LetterType, "letter type", types, today, force=force)
    users = {row.login: row.id for row in session().execute(select(User.login, User.id))}
    rows = (_delegation(one, users) for one in letters.delegations)
    sync(Delegation, "delegation", rows, report, retire=_retire)
    return finish("letters", _sum([found, report]), actor=actor, now=now)


def _delegation(one: Delegated, users: dict[str, int]) -> dict[str, Any]:
    return {
        "code": one.code,
        "user_id": users[one.login],
        "name": one.name,
        "quality": one.quality,
        "unit_id": organisation().unit(one.unit).id,
        "types": list(one.types),
        "valid_from": one.since,
        "valid_to": one.until,
        "act": one.act,
        "is_active": True,
    }


def _retire(row: Delegation) -> bool:
    was_active, row.is_active = row.is_active, False
    return was_active


def _sum(reports: list[LoadReport]) -> LoadReport:
    whole = LoadReport()
    for report in reports:
        for name in ("created", "updated", "unchanged", "retired"):
            getattr(whole, name).extend(getattr(report, name))
    return whole
