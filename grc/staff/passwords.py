"""Password hashing: argon2id with the library's defaults (RFC 9106 low-memory profile)."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from grc.core.errors import InvalidInput
from grc.core.i18n import N_

MIN_LENGTH = 12  # with throttling, CNIL 2022-100 asks for less
MAX_LENGTH = 128
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
    """True when the password fits; an unknown account costs the same time."""
    try:
        _hasher.verify(password_hash or _nobody(), password[:MAX_LENGTH])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None
