"""How often a sign-in may fail before the next one has to wait. Counts rows, holds no lock.

A failure is counted under three names: the login from this address, the login from anywhere,
the address whatever the login. So one login attacked from many addresses is slowed, and so is
one address that tries many logins. That alone would let a stranger lock a colleague out, so a
browser in which somebody has signed in before is counted apart, for that login only.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, func, select

from grc.core.db import add_all, session
from grc.core.settings import settings
from grc.staff.models import LoginFailure

WINDOW = timedelta(minutes=15)
PAIR, LOGIN, ADDRESS = "pair", "login", "address"
# A whole site may share one address, so an address fails often before it is suspect.
LIMITS = {PAIR: 10, LOGIN: 30, ADDRESS: 100}  # failures in a window
_IPV6_SITE = 64  # bits: one subscriber has all addresses of one prefix (RFC 6177)


@dataclass(frozen=True)
class Attempt:
    """Somebody tries to sign in. `browser` is the mark of a browser in which this very login
    was opened before, empty for any other."""

    login: str
    address: str
    browser: str = ""

    @property
    def names(self) -> dict[str, str]:
        """Under which pseudonym a failure is counted, by limit."""
        login, site = self.login.strip().lower(), site_of(self.address)
        if self.browser:
            return {PAIR: pseudonym(PAIR, login, self.browser)}
        return {
            PAIR: pseudonym(PAIR, login, site),
            LOGIN: pseudonym(LOGIN, login),
            ADDRESS: pseudonym(ADDRESS, site),
        }


def throttled(attempt: Attempt, now: datetime) -> bool:
    """True when one of the counts has reached its limit lately."""
    return reached({name: LIMITS[limit] for limit, name in attempt.names.items()}, now)


def reached(limits: Mapping[str, int], now: datetime) -> bool:
    """True when one of these pseudonyms was counted as often as it may be lately."""
    query = (
        select(LoginFailure.who, func.count())
        .where(LoginFailure.who.in_(limits), LoginFailure.at > now - WINDOW)
        .group_by(LoginFailure.who)
    )
    counts: dict[str, int] = dict(session().execute(query).all())
    return any(counts.get(name, 0) >= most for name, most in limits.items())


def count_failure(attempt: Attempt, now: datetime) -> None:
    """Count a failed sign-in under each of its names."""
    count(attempt.names.values(), now)


def count(names: Iterable[str], now: datetime) -> None:
    """Count something under each of these pseudonyms."""
    add_all(LoginFailure, [{"who": name, "at": now} for name in names])


def forgive(attempt: Attempt) -> None:
    """Forget this person's own mistypings. Not those of the login from elsewhere, nor those of
    the address: whoever has an account could wipe the traces of trying others."""
    name = attempt.names[PAIR]
    session().execute(delete(LoginFailure).where(LoginFailure.who == name))


def pseudonym(*parts: str) -> str:
    """Keyed: people type passwords into the field of the login, and no table may tell them."""
    key = settings().secret_key.encode()
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def site_of(address: str) -> str:
    """Where an address is: itself, or the prefix of one subscriber."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(IPv6Address(int(parsed) >> _IPV6_SITE << _IPV6_SITE))
    return address
