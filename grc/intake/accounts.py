"""What each batch of scanned pages held: every page is accounted for, and can be shown."""

from collections.abc import Sequence

from sqlalchemy import select

from grc.channels.past import Account
from grc.core.db import add_all, session
from grc.intake.models import PageAccount


def keep(item_id: int, account: Account | None) -> None:
    """Record the account of a batch, in the caller's transaction."""
    if account is not None:
        row = {
            "item_id": item_id,
            "total": account.total,
            "used": account.used,
            "separators": list(account.separators),
            "blanks": list(account.blanks),
        }
        add_all(PageAccount, [row])


def of(item_ids: Sequence[int]) -> dict[int, Account]:
    """The accounts of these batches, by item."""
    query = select(PageAccount).where(PageAccount.item_id.in_(item_ids))
    return {row.item_id: _account(row) for row in session().scalars(query)}


def _account(row: PageAccount) -> Account:
    return Account(row.total, tuple(row.separators), row.used, tuple(row.blanks))
