"""Accounts by a file, with all that a change of an account entails elsewhere: work is handed over,
what one person alone could read is handed up, and the owner is told at the address before.
"""

import uuid
from datetime import datetime
from pathlib import Path

from grc.bulk import leaving
from grc.cases import unread
from grc.core.actor import Actor
from grc.outbox import of_accounts
from grc.staff import loading
from grc.staff.accounts import account
from grc.staff.loading import Loaded


def load(
    path: Path, *, rehearses: bool = False, actor: Actor, now: datetime
) -> tuple[Loaded, list[int]]:
    """Carry a file out in the caller's transaction, see `loading.load`; with the lines of work
    handed over, to be carried out after it."""
    lines: list[int] = []

    def close(user_id: int) -> None:
        lines.extend(leaving.close(user_id, None, str(uuid.uuid4()), actor=actor, now=now))

    def take(user_id: int, unit: tuple[int, str], role: str) -> None:
        unread.take_role(user_id, unit, role, actor=actor, now=now)

    def moved(user_id: int, before: str) -> None:
        of_accounts.address_changed(account(user_id), before, now=now)

    entailed = loading.Entailed(close, take, moved)
    return loading.load(path, entailed, rehearses=rehearses, actor=actor, now=now), lines
