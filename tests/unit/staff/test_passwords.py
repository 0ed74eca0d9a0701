"""Passwords: length, hashing, and the same answer for an unknown account."""

import pytest

from grc.core.errors import InvalidInput
from grc.staff.passwords import MAX_LENGTH, MIN_LENGTH, UNUSABLE, hash_password, verify


def test_a_password_fits_its_own_hash_only() -> None:
    hashed = hash_password("correct horse battery")
    assert hashed.startswith("$argon2id$")
    assert verify(hashed, "correct horse battery")
    assert not verify(hashed, "correct horse batterY")


@pytest.mark.parametrize("length", [0, MIN_LENGTH - 1, MAX_LENGTH + 1])
def test_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(InvalidInput):
        hash_password("x" * length)


def test_nobody_has_no_password() -> None:
    assert not verify(None, "nobody has this password")
    assert not verify("not a hash", "correct horse battery")


def test_no_password_opens_an_account_without_one() -> None:
    for guess in (UNUSABLE, "", "nobody has this password"):
        assert not verify(UNUSABLE, guess)
