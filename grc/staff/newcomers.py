"""Who is new: whose role, or password, one administrator alone gave lately. Such an account may be
her own doing, so nothing that nobody reads any more is opened to it by itself."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_

from grc.staff.models import User, UserRole

# Within it a real newcomer has been met by colleagues, an owner kept out of her account has said
# so, and an auditor who looks at the journal each month has seen the act.
NEW_FOR = timedelta(days=30)


def known(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions on `UserRole` joined to `User`: neither the role nor the way in is new, or two
    people made them, or the command line."""
    since = now - NEW_FOR
    way_in = or_(User.password_at.is_(None), User.password_seconded, User.password_at < since)
    return or_(UserRole.alone_at.is_(None), UserRole.alone_at < since), way_in
