"""Password hashing: argon2id with the library's defaults (RFC 9106 low-memory profile)."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from grc.core.errors import InvalidInput
from grc.core.i18n import N_

MIN_LENGTH = 12  # with throttling, CNIL 2022-100 asks for less
MAX_LENGTH = 128
UNUSABLE = "!"  # the hash of an account that no password opens
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash. Raises InvalidInput when too short or too long."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInput(
            N_("Le mot de passe doit avoir entre %(low)s et %(high)s caractères."),
            field="password",
            low=MIN_LENGTH,
            high=MAX_LENGTH,
        )
    return _hasher.hash(password)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def verify(password_hash: str | None, password: str) -> bool:
    """True when the password fits; an account that is unknown or that no password opens costs
    the same time."""
    usable = None if password_hash == UNUSABLE else password_hash
    try:
        _hasher.verify(usable or _nobody(), password[:MAX_LENGTH])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return usable is not None
